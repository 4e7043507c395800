/** Recordings for fast-check that every writable format can hold. */
import * as fc from 'fast-check';
import type { ChannelToWrite } from '../../../support/formats.ts';

const value = fc
  .oneof(
    { weight: 6, arbitrary: fc.integer({ min: -3000, max: 3000 }) },
    { weight: 2, arbitrary: fc.integer() },
    { weight: 2, arbitrary: fc.double({ min: -10, max: 10, noNaN: true }) },
    { weight: 1, arbitrary: fc.double({ min: -1e80, max: 1e80, noNaN: true }) },
    { weight: 1, arbitrary: fc.maxSafeInteger() },
    { weight: 2, arbitrary: fc.constant(null) },
  )
  .map((some) => (some === null ? null : some + 0));

const name = fc
  .oneof(
    fc.constantFrom('I', 'aVR', 'V1', 'MLII', 'a,b', '"q"', "it's", 'x;y', 'Ä µ', '1', '-'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  )
  .map((text) => text.trim())
  .filter((text) => text !== '' && !/\p{Cc}|\p{Surrogate}/u.test(text));

const channel = fc.record({
  values: fc.array(value, { minLength: 1, maxLength: 60 }),
  name,
  unit: fc.constantFrom('mV', 'uV', 'µV', null, 'mm Hg'),
  gain: fc.oneof(fc.constantFrom(1, 200, -1000, 0.5, 49, 3, 1e-3), fc.double({ min: 1e-6, max: 1e6, noNaN: true })),
  zeroLevel: fc
    .oneof(fc.constantFrom(0, 1024, -0.5), fc.double({ min: -1e6, max: 1e6, noNaN: true }))
    .map((level) => level + 0),
});

/** Channels with distinct names and the same rate. */
export const channels: fc.Arbitrary<ChannelToWrite[]> = fc
  .tuple(
    fc.uniqueArray(channel, { minLength: 1, maxLength: 5, selector: (some) => some.name }),
    fc.oneof(fc.constantFrom(500, 360, 1000, 128, 257), fc.double({ min: 1, max: 1e5, noNaN: true })),
  )
  .map(([all, samplingRate]) => all.map((some) => ({ ...some, samplingRate })));

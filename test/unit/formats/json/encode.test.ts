/** Recordings written as JSON uploads. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { decodeJson } from '../../../../src/formats/json/decode.ts';
import { encodeJson } from '../../../../src/formats/json/encode.ts';
import { FormatError } from '../../../../src/formats/types.ts';
import { decodeFiles, encodeFiles, writable } from '../../../support/formats.ts';
import { channels } from '../csv/support.ts';

const SEED = 20260115;

describe('What is written as JSON', () => {
  it('is an upload with all that is known', async () => {
    const given = writable(
      [
        { name: 'I', values: [1, null, -2.5], gain: 200, zeroLevel: 1024 },
        { name: '"', values: [1e21], samplingRate: null, unit: null, gain: 1 },
      ],
      {
        externalId: 'E1',
        date: '2026-01-15T09:30:00Z',
        notes: 'a\nb',
        subject: { patientId: 'p', patientName: 'A B', birthDate: null, sex: null, studyId: 's' },
      },
    );
    const files = await encodeFiles(encodeJson, given);
    expect(Object.keys(files)).to.deep.equal(['665f1c2ab7e4d1a2c3b4d5e6.json']);
    expect(Object.values(files).map(String)).to.deep.equal([
      '{"id":"E1","date":"2026-01-15T09:30:00Z","notes":"a\\nb","leads":[' +
        '{"name":"I","samplingRate":500,"unit":"mV","gain":200,"zeroLevel":1024,' +
        '"number_of_samples":3,"signal":[1,null,-2.5]},' +
        '{"name":"\\"","gain":1,"zeroLevel":0,"number_of_samples":1,"signal":[1e+21]}]}\n',
    ]);
  });

  it('names nobody if nobody may be named', async () => {
    const [text] = Object.values(await encodeFiles(encodeJson, writable([{ values: [1] }]))).map(String);
    expect(Object.keys(JSON.parse(text!))).to.deep.equal(['leads']);
  });

  it('is refused if a channel has no samples', () => {
    for (const given of [[], [{ values: [1] }, { values: [] }]]) {
      const { recording, read } = writable(given);
      expect(() => encodeJson(recording, read)).to.throw(FormatError, 'at least one sample');
    }
  });

  it('gives exactly the same recording when read again', async () => {
    const whole = fc.oneof(fc.constant(2 ** 53 + 2), fc.constant(-(2 ** 60)), fc.constant(2 ** 53), fc.constant(1e20));
    await fc.assert(
      fc.asyncProperty(
        channels,
        fc.array(whole, { maxLength: 2 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(),
        async (some, large, piece, seed) => {
          const given = some.map((channel) => ({ ...channel, values: [...Array.from(channel.values), ...large] }));
          const files = await encodeFiles(
            encodeJson,
            writable(given, { externalId: 'E', date: '2026-01-15T09:30:00.123Z', notes: 'n' }, piece),
          );
          const [{ recording, digits }] = (await decodeFiles(
            decodeJson,
            { a: Object.values(files)[0]! },
            'a',
            seed,
          )) as [Awaited<ReturnType<typeof decodeFiles>>[number]];
          expect(recording).to.deep.include({
            externalId: 'E',
            date: '2026-01-15T09:30:00.123Z',
            notes: 'n',
            warnings: [],
          });
          for (const [at, channel] of given.entries()) {
            expect(Array.from(digits[at]!)).to.deep.equal(channel.values.map((value) => value ?? NaN));
            const { name, unit, gain, zeroLevel, samplingRate } = channel;
            expect(recording.channels[at]).to.deep.equal({ name, unit, gain, zeroLevel, samplingRate });
          }
        },
      ),
      { seed: SEED, numRuns: 300 },
    );
  });
});

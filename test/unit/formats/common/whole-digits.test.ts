/** Decimals as integers: exact if that is possible, otherwise rounded by no more than is said. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { MAX_GAIN, MIN_GAIN } from '../../../../src/formats/common/bounds.ts';
import { runsOf } from '../../../../src/formats/common/frames.ts';
import {
  type Conversion,
  converted,
  DecimalSearch,
  needsConversion,
  readConverted,
} from '../../../../src/formats/common/whole-digits.ts';
import { scaleLimits } from '../../../../src/formats/edf/encode.ts';
import { edf } from '../../../../src/formats/edf/index.ts';
import type { Integers, WritableChannel } from '../../../../src/formats/types.ts';
import { markerOf } from '../../../../src/signal/samples.ts';
import { type ChannelToWrite, writable } from '../../../support/formats.ts';

interface Whole {
  conversion: Conversion;
  channel: WritableChannel;
  /** NaN where missing. */
  digits: number[];
}

async function inIntegers(given: ChannelToWrite, bits: Integers['bits'] = 32): Promise<Whole | null> {
  return inIntegersOf({ bits }, given);
}

async function inIntegersOf(integers: Integers, given: ChannelToWrite): Promise<Whole | null> {
  const {
    recording: { channels },
    read,
  } = writable([given]);
  const [channel] = channels as [WritableChannel];
  expect(needsConversion(channel, integers)).to.equal(true);
  const search = new DecimalSearch(channel, integers);
  for await (const samples of runsOf(read, 0)) search.push(samples);
  const { conversion } = search;
  if (!conversion) return null;
  const written = converted(channel, conversion);
  const digits: number[] = [];
  for await (const samples of runsOf(readConverted(read, [written], [conversion]), 0)) {
    const marker = markerOf(samples);
    digits.push(...Array.from(samples, (digit) => (digit === marker ? NaN : digit)));
  }
  return { conversion, channel: written, digits };
}

const physical = ({ channel, digits }: Whole): number[] =>
  digits.map((digit) => (digit - channel.zeroLevel) / channel.gain);

const needs = (values: number[], bits: Integers['bits']): boolean =>
  needsConversion(writable([{ values }]).recording.channels[0]!, { bits });
const between = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });

describe('Decimals as integers', () => {
  for (const [what, values, gain, digits] of [
    ['of one place', [0.1, -1.2, 3], 10, [1, -12, 30]],
    ['of as many places as the longest has', [0.5, 1.25, 0.125], 1000, [500, 1250, 125]],
    ['with missing samples', [0.5, null, -0.5], 10, [5, NaN, -5]],
    ['in volts', [1.25e-7, -5e-5], 1e9, [125, -50_000]],
    ['that are far apart', [0.01, 20_000_000], 100, [1, 2_000_000_000]],
    ['that are too large for 32 bits unless they are shifted', [2_147_483_648, 1], 1, [1_073_741_648, -1_073_741_999]],
  ] as const)
    it(what, async () => {
      const whole = (await inIntegers({ values, gain: 1 }))!;
      expect([whole.channel.gain, whole.digits]).to.deep.equal([gain, digits]);
    });

  it('keep the physical values to the last digit', async () => {
    const decimal = fc.tuple(fc.integer({ min: -999_999, max: 999_999 }), fc.integer({ min: 1, max: 8 }));
    await fc.assert(
      fc.asyncProperty(fc.array(decimal, { minLength: 1 }), async (decimals) => {
        const values = [0.5, ...decimals.map(([digits, places]) => Number(`${digits}e-${places}`))];
        fc.pre(Math.max(...values.map(Math.abs)) < 20);
        const whole = (await inIntegers({ values, gain: 1 }))!;
        expect(physical(whole)).to.deep.equal(values.map((value) => value + 0));
        expect(whole.conversion.error).to.equal(0);
      }),
    );
  });

  it('have gain and zero level with the point moved, and the narrowest type', async () => {
    const { channel } = (await inIntegers({ values: [0.07, 0.25], gain: 0.07, zeroLevel: 0.07 }))!;
    expect(channel).to.include({ gain: 7, zeroLevel: 7, sampleType: 'int16', lowest: 7, highest: 25 });
    const wide = (await inIntegers({ values: [-327.68, 0.5] }))!;
    expect(wide.channel).to.include({ sampleType: 'int32', lowest: -32_768 });
    expect(wide.digits).to.deep.equal([-32_768, 50]);
  });

  it('forget what the file says of the converter', async () => {
    const converter = { resolution: 12, zero: 0 };
    expect((await inIntegers({ values: [0.5], converter }))!.channel).to.not.have.property('converter');
  });

  it('of float32 are those that were meant, and the difference is said', async () => {
    const values = [0.1, -0.7, 12.3].map(Math.fround);
    const whole = (await inIntegers({ values, gain: 1 }))!;
    expect(whole.digits).to.deep.equal([1, -7, 123]);
    const off = physical(whole).map((value, at) => Math.abs(value - values[at]!));
    expect(Math.max(...off))
      .to.be.greaterThan(0)
      .and.at.most(whole.conversion.error);
    expect(whole.conversion.error).to.be.lessThan(1e-6);
  });

  it('of float32 beside float64 are exact if all of them can be', async () => {
    const single = Array.from({ length: 65_536 }, (_, at) => (at % 7) / 8);
    const whole = (await inIntegers({ values: [...single, 0.1], gain: 1 }))!;
    expect([whole.channel.gain, whole.conversion.error]).to.deep.equal([1000, 0]);
  });

  it('of float32 that are exact with more places are not shortened', async () => {
    const whole = (await inIntegers({ values: [1_234_567.125, 0.5], gain: 1 }))!;
    expect([whole.digits, whole.conversion.error]).to.deep.equal([[1_234_567_125, 500], 0]);
  });

  it('whose exact scale has no limits of eight characters in EDF are rounded, whole numbers too', async () => {
    for (const places of [0, 3]) {
      const values = [-32_767, 12_250, 32_767].map((digit) => digit / 10 ** places);
      const [gain, zeroLevel] = [2e6 / 10 ** places, 12_250 / 10 ** places];
      const whole = (await inIntegersOf(edf.integers!, { values, gain, zeroLevel }))!;
      expect(scaleLimits(whole.channel)).not.to.equal(null);
      expect(whole.conversion.error * 10 ** places).to.be.within(0.1, 2);
      const error = whole.conversion.error / gain;
      for (const [at, value] of physical(whole).entries())
        expect(value).to.be.closeTo((values[at]! - zeroLevel) / gain, error * 1.001);
    }
  });

  it('stop being looked for when there are too many places', () => {
    const { recording } = writable([{ values: [1 / 3, 0.5] }]);
    const search = new DecimalSearch(recording.channels[0]!, { bits: 32 });
    search.push(Float64Array.of(0.5));
    expect(search.isOpen).to.equal(true);
    search.push(Float64Array.of(1 / 3));
    expect(search.isOpen).to.equal(false);
  });

  for (const bits of [16, 32] as const)
    it(`are rounded to ${bits} bits by no more than is said, in steps of a simple number`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(between(-1, 1), { minLength: 2 }),
          between(-6, 9),
          between(-5, 5),
          fc.constantFrom(1, 200, -204.918, 1e-3),
          fc.constantFrom(0, 1024, -0.5, 1 / 3),
          async (shape, size, distance, gain, zeroLevel) => {
            const middle = distance * 10 ** size;
            const values = [Math.PI, -Math.E, ...shape].map((each) => each * 10 ** size + middle + zeroLevel);
            const whole = (await inIntegers({ values, gain, zeroLevel }, bits))!;
            const { conversion, channel } = whole;
            const slack = 1e-12 * Math.max(...values.map(Math.abs)) + conversion.error * 1e-3;
            physical(whole).forEach((read, at) =>
              expect(Math.abs(read * gain + zeroLevel - values[at]!)).to.be.at.most(conversion.error + slack),
            );
            const highest = bits === 16 ? 32_000 : 2e9;
            expect(channel.lowest)
              .to.be.at.least(-highest)
              .and.equal(Math.min(...whole.digits));
            expect(channel.highest)
              .to.be.at.most(highest)
              .and.equal(Math.max(...whole.digits));
            expect(Math.sign(channel.gain)).to.equal(Math.sign(gain));
            expect(
              /^[125]0*$/.test(
                Math.abs(channel.gain)
                  .toExponential()
                  .replace(/[.e].*/, ''),
              ),
            ).to.equal(true);
            if (Math.abs(channel.gain) < MAX_GAIN)
              expect(channel.highest! - channel.lowest!, 'used').to.be.greaterThan(bits === 16 ? 24_000 : 1e8);
          },
        ),
      );
    });

  it('far from zero are shifted, so that 16 bits suffice', async () => {
    const values = Array.from({ length: 100 }, (_, at) => 2_000 + at / 100);
    const whole = (await inIntegers({ values, gain: 1 }, 16))!;
    expect(whole.conversion.error).to.equal(0);
    expect(whole.channel).to.include({ gain: 100, zeroLevel: -200_000, lowest: 0, highest: 99, sampleType: 'int16' });
    expect(physical(whole)).to.deep.equal(values);
  });

  it('are integers of 32 bits, too, if the format has 16', async () => {
    const shifted = (await inIntegers({ values: [100_000, 130_000, null], gain: 1 }, 16))!;
    expect([shifted.conversion.error, shifted.channel.zeroLevel]).to.deep.equal([0, -115_000]);
    const rounded = (await inIntegers({ values: [-100_000, 130_000, null], gain: 1 }, 16))!;
    expect([rounded.channel.gain, rounded.conversion.error]).to.deep.equal([0.2, 2.5]);
    expect(rounded.digits).to.deep.equal([-20_000, 26_000, NaN]);
  });

  it('are not needed for integers that fit', () => {
    expect(needs([-32_768, 32_767], 16)).to.equal(false);
    expect(needs([-32_769, 0], 16)).to.equal(true);
    expect(needs([-2_147_483_647, 2_147_483_647], 32)).to.equal(false);
  });

  it('are constant, or all missing', async () => {
    const constant = (await inIntegers({ values: [Math.PI, Math.PI], gain: 1 }, 16))!;
    expect(physical(constant)[0]).to.be.closeTo(Math.PI, 1e-5);
    const { recording } = writable([{ values: [null] }]);
    const channel = { ...recording.channels[0]!, sampleType: 'float64' as const };
    expect(converted(channel, new DecimalSearch(channel, { bits: 16 }).conversion!)).to.include({
      lowest: null,
      gain: 1000,
    });
  });

  it('keep gains within the bounds of what can be read again', async () => {
    for (const values of [[1e-11, 2e-11], [Math.PI * 1e-20], [1e20, Math.PI]]) {
      const gain = Math.abs((await inIntegers({ values, gain: 1 }))!.channel.gain);
      expect(gain).to.be.at.most(MAX_GAIN).and.at.least(MIN_GAIN);
    }
    expect(await inIntegers({ values: [1e50], gain: 1 })).to.equal(null);
  });
});

/** What EDF files do not reproduce exactly is said, and no more than that is lost. */
import { expect } from 'chai';
import { edf } from '../../../../src/formats/edf/index.ts';
import { type ChannelToWrite, decodeFiles, encodeFiles, writable } from '../../../support/formats.ts';

const VALUES = Float64Array.from({ length: 1_000 }, (_, at) => (at % 2 === 0 ? 32_767 - at : at - 32_768));

const lossesOf = (channels: readonly ChannelToWrite[]): string[] => edf.losses!(writable(channels).recording);

describe('Scales in EDF', () => {
  it('that eight characters express are exact, and nothing is said', () => {
    for (const [gain, zeroLevel] of [
      [1000, 0],
      [0.25, 0],
      [100_000, -115_000],
    ] as const)
      expect(lossesOf([{ values: VALUES, gain, zeroLevel }]), `${gain}`).to.deep.equal([]);
  });

  it('that eight characters do not express are wrong by as much as is said', async () => {
    const channel = { name: 'II', values: VALUES, gain: 204.918_273, zeroLevel: 12.345_67 };
    const [said = '', ...others] = lossesOf([channel]);
    expect(others).to.deep.equal([]);
    const error = Number(/"II" by at most (\S+) mV\. The digits are unchanged\.$/.exec(said)![1]);
    const files = await encodeFiles(edf.encode!, writable([channel]));
    const [whole] = await decodeFiles(edf.decode!, files, Object.keys(files)[0]!);
    const { gain, zeroLevel } = whole!.recording.channels[0]!;
    const off = whole!.digits[0]!.map((digit) =>
      Math.abs((digit - zeroLevel!) / gain! - (digit - channel.zeroLevel) / channel.gain),
    );
    expect(Math.max(...off))
      .to.be.greaterThan(0)
      .and.closeTo(error, error * 0.01);
  });

  it('are said of few channels by name, and of the others together', () => {
    const channels = ['I', 'II', 'III', 'V1', 'V2'].map((name, at) => ({
      name,
      values: VALUES,
      gain: 204.918_273 + at / 7,
      zeroLevel: 12.345_67,
      ...(at === 0 && { calibrated: false }),
    }));
    expect(lossesOf(channels).join()).to.match(
      /"I" by at most \S+ stored units, "II" by at most \S+ mV, "III" by .* and 2 more by at most \S+ stored units\. The/,
    );
  });
});

/** Tables of samples as they are written. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { decodeCsv } from '../../../../src/formats/csv/decode.ts';
import { encodeCsv } from '../../../../src/formats/csv/encode.ts';
import { formatOf } from '../../../../src/formats/registry.ts';
import { FormatError } from '../../../../src/formats/types.ts';
import { decodeFiles, encodeFiles, writable } from '../../../support/formats.ts';
import { channels } from './support.ts';
import { SEED } from './reading.ts';

const written = async (...given: Parameters<typeof writable>): Promise<string[]> =>
  Object.values(await encodeFiles(encodeCsv, writable(...given))).map((bytes) => Buffer.from(bytes).toString());

describe('What is written as CSV', () => {
  it('has the time, physical values, units, empty cells for missing samples, NaN for a missing last one', async () => {
    expect(
      await written([
        { name: 'I', values: [1000, null, -500], gain: 1000, zeroLevel: 0 },
        { name: 'a,b', values: [1024, null], gain: 200, zeroLevel: 1024, unit: 'uV' },
      ]),
    ).to.deep.equal(['time,I,"a,b"\nseconds,mV,uV\n0,1,0\n0.002,,NaN\n0.004,-0.5,\n']);
  });

  it('is one file per sampling rate, and counts samples if the rate is unknown', async () => {
    const files = await encodeFiles(
      encodeCsv,
      writable([
        { name: 'I', values: [1], samplingRate: 250 },
        { name: 'II', values: [2], samplingRate: null, unit: null },
        { name: 'III', values: [3], samplingRate: 250 },
      ]),
    );
    expect(Object.keys(files)).to.deep.equal([
      '665f1c2ab7e4d1a2c3b4d5e6-250Hz.csv',
      '665f1c2ab7e4d1a2c3b4d5e6-unknown-rate.csv',
    ]);
    expect(Object.values(files).map(String)).to.deep.equal([
      'time,I,III\nseconds,mV,mV\n0,0.001,0.003\n',
      'sample,II\n0,0.002\n',
    ]);
  });

  it('has room for the longest texts in every cell', async () => {
    const longest = -0.0000028215815740965284;
    const values = Array<number>(600).fill(longest);
    const names = Array.from({ length: 100 }, (_, i) => `${i}`);
    const [text] = await written(names.map((name) => ({ name, values, gain: 1, zeroLevel: 0 })));
    const lines = text?.trimEnd().split('\n').slice(2) as string[];
    expect(lines).to.have.lengthOf(values.length);
    const cells = `,${longest}`.repeat(names.length);
    for (const line of lines) expect(line.slice(line.indexOf(','))).to.equal(cells);
  });

  it('is refused if there are no samples', () => {
    const { recording, read: reader } = writable([{ values: [] }]);
    expect(() => encodeCsv(recording, reader)).to.throw(FormatError, 'no sample');
  });

  it('gives the same physical values, names, units, lengths and rate when read again', async () => {
    await fc.assert(
      fc.asyncProperty(channels, fc.integer({ min: 1, max: 40 }), fc.nat(), async (given, piece, seed) => {
        const files = await encodeFiles(encodeCsv, writable(given, {}, piece));
        const [name] = Object.keys(files) as [string];
        const { recording, digits } = (await decodeFiles(decodeCsv, files, name, seed))[0]!;
        expect(recording.channels.map((channel) => [channel.name, channel.unit])).to.deep.equal(
          given.map((channel) => [channel.name, channel.unit]),
        );
        for (const [at, channel] of given.entries()) {
          expect(Array.from(digits[at]!)).to.deep.equal(
            Array.from(channel.values, (value) =>
              value === null ? NaN : (value - channel.zeroLevel!) / channel.gain! + 0,
            ),
          );
        }
        const rows = Math.max(...given.map((channel) => channel.values.length));
        const { samplingRate } = recording.channels[0]!;
        if (samplingRate === null) expect(rows === 1 || recording.warnings.length === 1).to.equal(true);
        else expect(samplingRate).to.be.closeTo(given[0]!.samplingRate!, given[0]!.samplingRate! * 1e-6);
        expect(formatOf(files[name]!.subarray(0, 4096))?.id).to.equal('csv');
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});

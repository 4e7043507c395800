/** Tables that nobody writes by accident: they are read or refused in a time that grows with their length only. */
import { expect } from 'chai';
import { decodeCsv } from '../../../../src/formats/csv/decode.ts';
import { csv } from '../../../../src/formats/csv/index.ts';
import { FormatError, HEAD_BYTES, type DecodedRecording } from '../../../../src/formats/types.ts';
import { decodeFiles } from '../../../support/formats.ts';

const ROWS = '1\n2\n4\n';
const read = async (text: string): Promise<DecodedRecording> =>
  (await decodeFiles(decodeCsv, { a: Buffer.from(text) }, 'a'))[0]?.recording as DecodedRecording;
const readOrRefused = async (text: string): Promise<string> => {
  try {
    await read(text);
    return 'read';
  } catch (error) {
    if (error instanceof FormatError) return 'refused';
    throw error;
  }
};

describe('a hostile table', () => {
  it('may have long runs of blanks and delimiters', async () => {
    const blanks = ' '.repeat(200_000);
    for (const [text, outcome] of [
      [`a${blanks}b\n${ROWS}`, 'refused'],
      [`${','.repeat(200_000)}x\n${ROWS}`, 'refused'],
      [`fs=250\nStart: 2024-03-05${blanks}x\nI\n${ROWS}`, 'read'],
      [`fs=250\nSampling Rate: 1 a${blanks}b\nI\n${ROWS}`, 'read'],
      [`fs=250\nUnit: (${blanks}x\nI\n${ROWS}`, 'read'],
      [`I\n(${blanks}mV\n${ROWS}`, 'refused'],
    ] as const)
      expect(await readOrRefused(text), text.slice(0, 30)).to.equal(outcome);
  });

  it('is recognised or not without long thought', () => {
    const head = Buffer.from(`fs=250\nunit=(${' '.repeat(HEAD_BYTES)}`).subarray(0, HEAD_BYTES);
    expect(csv.recognises(head)).to.be.a('boolean');
  });

  it('may have very many lines above its rows', async () => {
    const { warnings } = await read(`fs=250\n${'x\n'.repeat(200_000)}fs=250\nI\n${ROWS}`);
    expect(warnings.join()).to.match(/and 199997 more were not understood/);
  });

  it('says only once that the lines above it contradict each other', async () => {
    const rates = Array.from({ length: 1_000 }, (_, i) => `fs=${250 + i}\n`).join('');
    const { warnings } = await read(`${rates}${'#{\n'.repeat(1_000)}I\n${ROWS}`);
    expect(warnings).to.deep.equal([
      'A header in JSON above the table was not understood.',
      'The lines above the table give 250 Hz and 251 Hz; the first is used.',
    ]);
  });

  it('may name very many columns in a header in JSON', async () => {
    const columns = JSON.stringify(Array.from({ length: 300_000 }, () => ''));
    expect(await readOrRefused(`# {"a":{"column":${columns}}}\n${ROWS}`)).to.equal('refused');
  });

  it('has no sex that is a member of every object', async () => {
    for (const word of ['constructor', '__proto__', 'toString'])
      expect((await read(`fs=250\nName: A\nSex: ${word}\nI\n${ROWS}`)).subject?.sex, word).to.equal(null);
  });
});

describe('numbers that may be grouped', () => {
  it('are no sampling rate, whatever their sign is', async () => {
    for (const text of ['1,000 Hz', '1.000 Hz', '2.000', '10.000 Hz']) {
      const { channels, warnings } = await read(`Unit: mV\nAbtastrate: ${text}\nI\n${ROWS}`);
      expect(channels[0]?.samplingRate, text).to.equal(null);
      expect(warnings.join(), text).to.match(/"Abtastrate"\) was not understood/);
    }
  });

  it('are one where only one meaning is possible', async () => {
    for (const [text, rate] of [
      ['250.000 Hz', 250],
      ['1000.000 Hz', 1000],
      ['512.5 Hz', 512.5],
      ['1.000 kHz', 1000],
      ['0.500 Hz', 0.5],
    ] as const)
      expect((await read(`Unit: mV\nAbtastrate: ${text}\nI\n${ROWS}`)).channels[0]?.samplingRate, text).to.equal(rate);
  });
});

describe('nanoseconds that get a sixteenth digit', () => {
  it('go on rising', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${999_999_900_000_000 + 4_000_000 * i},${(i * 3) % 7}\n`).join(
      '',
    );
    const { channels, warnings } = await read(`timestamp [ns],I\n${rows}`);
    expect(channels[0]?.samplingRate).to.equal(250);
    expect(warnings).to.deep.equal([]);
  });
});

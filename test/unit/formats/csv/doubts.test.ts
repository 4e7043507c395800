/** Tables that are read with a doubt say so, and name the parameter that settles it. */
import { expect } from 'chai';
import type { TableOptions } from '../../../../src/formats/common/table-options.ts';
import { decodeCsv } from '../../../../src/formats/csv/decode.ts';
import { decodeFiles, type DecodedWhole, LIMITS, refusalOf } from '../../../support/formats.ts';

const readWith = async (text: string | Uint8Array, table: TableOptions = {}): Promise<DecodedWhole> =>
  (await decodeFiles(decodeCsv, { a: Buffer.from(text) }, 'a', 1, { ...LIMITS, table }))[0]!;
const told = async (text: string, table: TableOptions = {}): Promise<string> =>
  (await readWith(text, table)).recording.warnings.join('\n');
const channels = async (text: string, table: TableOptions = {}): Promise<unknown[]> =>
  (await readWith(text, table)).recording.channels.map(({ name, samplingRate }) => [name, samplingRate]);
const rows = (write: (i: number) => string): string => Array.from({ length: 12 }, (_, i) => `${write(i)}\n`).join('');

describe('A table that is read with a doubt', () => {
  it('says that its commas may be decimal signs, which decimal settles', async () => {
    const likely = '1,728\n63,709\n45,045\n';
    expect(await told(likely)).to.include('decimal=point');
    expect(await told(likely, { decimal: 'comma' })).to.equal('');
    expect(await channels(likely, { decimal: 'point' })).to.have.lengthOf(2);
    const unlikely = '512,513\n514,515\n516,517\n';
    expect(await channels(unlikely)).to.have.lengthOf(2);
    expect(await told(unlikely)).to.include('decimal=comma');
    expect(await channels(unlikely, { decimal: 'comma' })).to.have.lengthOf(1);
    expect(await told('1,-2\n3,4\n')).to.equal('');
    expect(await told('1,02,3,45\n2,03,1,05\n')).to.include('as well as separate the cells');
  });

  it('says that a column may be times or a counter, which columns settles', async () => {
    const table = `x,I\n${rows((i) => `${i * 4},${i % 5}`)}`;
    expect(await told(table))
      .to.include('Column 1 ("x") rises by equal steps')
      .and.include('columns=s');
    expect(await channels(table)).to.have.lengthOf(2);
    expect(await channels(table, { columns: ['ms'] })).to.deep.equal([['I', 250]]);
    expect(await channels(table, { columns: ['skip'] })).to.deep.equal([['I', null]]);
    expect(await told(table, { columns: ['channel'] })).to.equal('');
    expect((await refusalOf(readWith(table, { columns: ['s', 'channel', 'skip'] }))).message).to.include('2 columns');
  });

  it('says that times of packets give no rate', async () => {
    const table = `time,I\n${rows((i) => `08:15:3${Math.floor(i / 4)},${i}`)}`;
    expect(await told(table)).to.include('samplingRate');
    expect(await channels(table)).to.deep.equal([['I', null]]);
  });

  it('says that intervals between beats are perhaps no ECG', async () => {
    expect(await told(rows((i) => String(800 + (i % 3) * 15)))).to.include('intervals between beats');
    expect(await told(`RR [ms]\n${rows((i) => String(100 + i))}`)).to.include('intervals between beats');
    expect(await told(`# fs=250\n${rows((i) => String(800 + (i % 3)))}`)).to.equal('');
    expect(await told(rows((i) => String(20 * i)))).to.equal('');
  });

  it('says that two rates contradict each other, and that a day has no time', async () => {
    expect(await told(`# fs=250\ntime,I\n${rows((i) => `${i / 500},${i}`)}`)).to.include(
      '250 Hz, but its times 500 Hz',
    );
    expect(await told(`Recorded Date,2024-03-05\nSample Rate,250 Hz\n${rows(String)}`)).to.include('midnight');
  });

  it('says that two names may be a unit above one column, unless more is told of that', async () => {
    const doubtful = 'unit,mV\n0,1\n0,2\n1,4\n';
    expect(await told(doubtful)).to.match(/describe one channel.*two columns.*decimal=point/);
    expect(await told(`Sample Rate,512 hertz\n${doubtful}`)).not.to.match(/decimal/);
    expect((await readWith(doubtful)).digits.map((digits) => [...digits])).to.deep.equal([[0.1, 0.2, 1.4]]);
  });

  it('says that comments between rows were passed over', async () => {
    expect(await told('I,II\n1,2\n# a\n3,5\n# b\n')).to.include('2 comments between the rows or at their ends');
  });
});

describe('The columns of a table', () => {
  it('may be times in any unit and language', async () => {
    const names = ['Zeit [ms]', 'tempo (ms)', 'Tiempo [ms]', 'temps (ms)', 'sensor timestamp [ms]', 'Unix time [ms]'];
    for (const name of names)
      expect(await channels(`${name};I\n${rows((i) => `${i * 4};${i % 5}`)}`), name).to.deep.equal([['I', 250]]);
    expect(await channels(`timestamp [ns];I\n${rows((i) => `${i * 4e6};1`)}`)).to.deep.equal([['I', 250]]);
    expect(await channels(`time [µs];I\n${rows((i) => `${i * 4000};1`)}`)).to.deep.equal([['I', 250]]);
  });

  it('may be a day and a time of day', async () => {
    const table = `Date;Time;I\n${rows((i) => `05.03.2024;08:15:${String(30 + i)},000;${i % 5}`)}`;
    const { recording } = await readWith(table);
    expect(recording).to.include({ date: '2024-03-05T08:15:30' });
    expect(recording.channels).to.have.lengthOf(1);
  });

  it('may have zones without a colon, rows of delimiters only, and units in brackets', async () => {
    const table = `sep=;\n;;\ntime;I;I\n(s);(mV);[uV]\n${rows((i) => `2024-03-05 08:15:${30 + i}+0100;1;2`)};;\n;;\n`;
    const { recording, digits } = await readWith(table);
    expect(recording).to.include({ date: '2024-03-05T08:15:30+01:00' });
    expect(recording.channels.map(({ name, unit }) => [name, unit])).to.deep.equal([
      ['I', 'mV'],
      ['I#2', 'uV'],
    ]);
    expect(digits[0]).to.have.lengthOf(12);
  });

  it('are the same in UTF-16, with and without a byte order mark', async () => {
    for (const text of ['\ufeffI;II\n1,5;2\n', 'I;II\n1,5;2\n']) {
      const little = Buffer.from(text, 'utf16le');
      for (const bytes of [little, Buffer.from(little).swap16()])
        expect((await readWith(bytes)).digits.map((some) => [...some])).to.deep.equal([[1.5], [2]]);
    }
  });

  it('takes no longer for each of very many lines above it', async () => {
    const text = `${'a\n'.repeat(250_000)}1\n2\n`;
    const before = process.cpuUsage();
    expect((await readWith(text)).digits.map((digits) => [...digits])).to.deep.equal([[1, 2]]);
    expect(process.cpuUsage(before).user / 1e6).to.be.below(10);
  });
});

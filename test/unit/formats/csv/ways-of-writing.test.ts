/** The many ways in which devices, spreadsheets and programs write times, counters and comments in a table. */
import { expect } from 'chai';
import { csv } from '../../../../src/formats/csv/index.ts';
import { labBlock, wave } from '../../../support/device-tables.ts';
import { read, refusal } from './reading.ts';

const VALUES = wave(40);
const rows = (write: (i: number) => string): string => VALUES.map((_, i) => `${write(i)}\n`).join('');
const seconds = (i: number, digits = 3): string => (30 + i / 250).toFixed(digits);
const described = async (text: string): Promise<unknown[]> =>
  (await read(text)).recording.channels.map(({ name, samplingRate }) => [name, samplingRate]);
/** @param jitter ms by which the times are late, more and more from row to row of a packet */
const belt = (jitter: number): string =>
  `timestamp [ms];ecg [uV]\n${rows((i) => `${(i * 1000) / 130 + (i % 8) * jitter};${i % 7}`)}`;
/** From 80 ms before noon on. */
const half = (i: number): string => {
  const ms = String((920 + 4 * i) % 1000).padStart(3, '0');
  return i < 20 ? `11:59:59.${ms} AM` : `12:00:00.${ms} PM`;
};
const dated = async (write: (i: number) => string) => (await read(`Time;I\n${rows((i) => `${write(i)};1`)}`)).recording;
const warnings = async (text: string): Promise<string[]> => (await read(text)).recording.warnings;

describe('The times of a table', () => {
  it('may have their unit behind a stroke, a comma or a preposition', async () => {
    for (const name of ['Zeit/s', 'Zeit in s', 'Time, s', 'time_in_seconds', 'time / s'])
      expect(await described(`${name};I\n${rows((i) => `${i / 250};1`)}`), name).to.deep.equal([['I', 250]]);
    expect(await described(`t/ms;I\n${rows((i) => `${i * 4};1`)}`)).to.deep.equal([['I', 250]]);
  });

  it('may be dates and times of day under any name', async () => {
    const iso = `Datum/Uhrzeit;I\n${rows((i) => `2024-03-05 08:15:${seconds(i)};1`)}`;
    expect(await described(iso)).to.deep.equal([['I', 250]]);
    expect((await read(iso)).recording.date).to.equal('2024-03-05T08:15:30.000');
    const wfdb = `Time      Date\tI\n${rows((i) => `[08:15:${seconds(i)} 05/03/2024]\t1`)}`;
    expect((await read(wfdb)).recording).to.deep.include({ date: '2024-03-05T08:15:30.000' });
  });

  it('may be dates in other orders, of which those that may be one of two days are told', async () => {
    for (const write of [
      (i: number) => `05.03.2024 08:15:${seconds(i).replace('.', ',')}`,
      (i: number) => `2024/03/05 8:15:${seconds(i)}`,
    ]) {
      const recording = await dated(write);
      expect(recording, write(0)).to.deep.include({ date: '2024-03-05T08:15:30.000', warnings: [] });
      expect(recording.channels[0]!.samplingRate).to.equal(250);
    }
    expect(await dated((i) => `3/25/2024 8:15:${seconds(i)} PM`)).to.include({ date: '2024-03-25T20:15:30.000' });
    const doubtful = await dated((i) => `3/5/2024 8:15:${seconds(i)} AM`);
    expect(doubtful).to.deep.include({
      date: null,
      warnings: ['The date "3/5/2024" may be one of two days; give it with date.'],
    });
    expect(doubtful.channels[0]!.samplingRate).to.equal(250);
  });

  it('may have hours of 12, and milliseconds behind a colon', async () => {
    const noon = `Time,I\n${rows((i) => `${half(i)},1`)}`;
    expect(csv.recognises(Buffer.from(noon))).to.equal(true);
    expect(await described(noon)).to.deep.equal([['I', 250]]);
    const colons = `Time,I\n${rows((i) => `08:15:30:${String(4 * i).padStart(3, '0')},1`)}`;
    expect(await described(colons)).to.deep.equal([['I', 250]]);
  });

  it('may be imprecise by a small part of a step, which is told, but no more', async () => {
    expect(await described(belt(0.02))).to.deep.equal([['ecg', 130]]);
    expect((await warnings(belt(0.02))).join()).to.match(
      /^The steps of the times differ by up to 1\.\d+ % from their mean\. .* at 130 Hz\.$/,
    );
    expect(await warnings(belt(0))).to.deep.equal([]);
    expect((await refusal(belt(0.2))).message).to.include('not evenly spaced');
  });

  it('may stand behind a counter', async () => {
    for (const [counter, time] of [
      ['index', 'time_s'],
      ['Unnamed: 0', 'time (s)'],
      ['sample', 'elapsed_seconds'],
    ])
      expect(await described(`${counter},${time},I\n${rows((i) => `${i},${i / 250},${i % 7}`)}`), time).to.deep.equal([
        ['I', 250],
      ]);
    expect(await described(`time,index,I\n${rows((i) => `${i / 250},${i},${i % 7}`)}`)).to.deep.equal([['I', 250]]);
    expect(await described(`time,nSeq,I\n${rows((i) => `${i / 250},${i % 16},${i % 7}`)}`)).to.deep.equal([['I', 250]]);
  });

  it('are told if they have another name and stand behind a counter', async () => {
    expect((await warnings(`index,x,I\n${rows((i) => `${i},${i / 250},${i % 7}`)}`))[0]).to.include(
      'Column 2 ("x") rises by equal steps',
    );
  });

  it('may be a word that is a signal if it does not rise evenly', async () => {
    expect(await described(`t,packet\n${rows((i) => `${i / 250},${(i * 5) % 7}`)}`)).to.deep.equal([['packet', 250]]);
    expect(await described(`t,time,index\n${rows((i) => `${i / 250},${i % 7},${i % 5}`)}`)).to.deep.equal([
      ['time', 250],
      ['index', 250],
    ]);
  });
});

describe('LabChart', () => {
  it('may have comments of no channel in the last cell of rows, the first row included', async () => {
    const lines = labBlock(VALUES).split('\r\n');
    for (const at of [6, 20]) lines[at] += '\t# tilt; feet, "down"';
    const { recording, digits } = await read(lines.join('\r\n'));
    expect(digits.map(({ length }) => length)).to.deep.equal([40, 40]);
    expect(recording.warnings).to.deep.equal([
      '2 comments between the rows or at their ends were passed over, the first in line 7.',
    ]);
    expect(csv.recognises(Buffer.from(lines.join('\r\n')))).to.equal(true);
  });

  it('has an interval with a decimal comma', async () => {
    const text = `Interval=\t0,004 s\nChannelTitle=\tECG\nRange=\t2,000 mV\n${rows((i) => `${i % 7},5`)}`;
    expect(await described(text)).to.deep.equal([['ECG', 250]]);
    expect(await warnings(text)).to.deep.equal([]);
  });

  it('has a column of days behind that of times, in the order that DateFormat says', async () => {
    const text =
      'Interval=\t0.004 s\nTimeFormat=\tTimeOfDay\nDateFormat=\td/MM/yyyy\nChannelTitle=\tECG\tResp\n' +
      `Range=\t2.000 mV\t10.0 V\n${rows((i) => `8:15:${seconds(i)} PM\t5/03/2024\t${i % 7}\t${i % 5}`)}`;
    expect(await described(text)).to.deep.equal([
      ['ECG', 250],
      ['Resp', 250],
    ]);
    expect((await read(text)).recording).to.deep.include({ date: '2024-03-05T20:15:30', warnings: [] });
  });
});

describe('What is said above a table', () => {
  it('is told if a comment or JSON has it in a way that is not understood', async () => {
    expect(await warnings(`# fs = about 250\n${rows((i) => String(i % 7))}`)).to.deep.equal([
      'What the comment "fs" above the table says was not understood.',
    ]);
    expect(await warnings(`# {"fs": 250, "gain": 200, "leads": ["I"]}\n${rows((i) => String(i % 7))}`)).to.deep.equal([
      'Entries of the header in JSON were not understood: "gain". What matters there can be given with the parameters.',
    ]);
  });
});

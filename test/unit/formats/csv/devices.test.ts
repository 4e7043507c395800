/** Tables as devices and laboratory software write them: what the lines above the rows say, and the columns. */
import { expect } from 'chai';
import { csv } from '../../../../src/formats/csv/index.ts';
import {
  acqTable,
  beltTable,
  boardTable,
  labBlock,
  wave,
  WATCH_WORDS,
  watchTable,
} from '../../../support/device-tables.ts';
import { decodeFiles } from '../../../support/formats.ts';
import { caseFile } from '../../../support/recordings.ts';
import { read, refusal } from './reading.ts';

const VALUES = wave(200);
const described = async (text: string | Uint8Array): Promise<unknown[]> => {
  const { recording, digits } = await read(text);
  return recording.channels.map(({ name, samplingRate, unit }, i) => [name, samplingRate, unit, digits[i]!.length]);
};
const warnings = async (text: string): Promise<string[]> => (await read(text)).recording.warnings;

describe('A table of a device', () => {
  it('is recognised with the lines above it', () => {
    const tables = [
      watchTable('pt', VALUES),
      beltTable(VALUES),
      labBlock(VALUES),
      acqTable(VALUES, true),
      boardTable(VALUES, 9),
    ];
    for (const text of tables)
      expect(csv.recognises(Buffer.from(text).subarray(0, 4096)), text.slice(0, 40)).to.equal(true);
    expect(csv.recognises(Buffer.from(watchTable('en', VALUES), 'utf16le').subarray(0, 4096))).to.equal(true);
  });

  for (const language of Object.keys(WATCH_WORDS) as (keyof typeof WATCH_WORDS)[])
    it(`is a watch's in the language ${language}, with either decimal sign`, async () => {
      for (const sign of ['.', ',']) {
        const { recording, digits } = await read(watchTable(language, VALUES, sign));
        expect(recording.channels).to.have.lengthOf(1);
        expect(recording.channels[0]).to.include({ name: 'I', samplingRate: 512, unit: 'µV', gain: 1 });
        expect(Array.from(digits[0]!)).to.deep.equal(VALUES.map((value) => value / 1000));
        expect(recording).to.deep.include({ date: '2024-03-05T08:15:30+01:00', warnings: [] });
        expect(recording.subject?.patientName).to.equal('Test Person');
        expect(recording.notes).to.include('Watch6,1');
      }
    });

  it("is a belt's, whose lost samples are missing and told", async () => {
    expect(await described(beltTable(VALUES))).to.deep.equal([['ecg', 130, 'uV', 200]]);
    const { recording, digits } = await read(beltTable(VALUES, { at: 146, samples: 73 }));
    expect(digits[0]!.length).to.equal(273);
    expect(digits[0]!.subarray(146, 219).every(Number.isNaN)).to.equal(true);
    expect(digits[0]![219]).to.equal(VALUES[146]);
    expect(recording.channels[0]!.samplingRate).to.equal(130);
    expect(recording.warnings).to.deep.equal([
      'The times jump in 1 place, first before line 148: 73 missing samples were filled in there.',
    ]);
    const nanoseconds = beltTable(VALUES).replaceAll(/^[^;]*;([^;]*);[^;]*;/gm, '$1;');
    expect(await described(nanoseconds)).to.deep.equal([['ecg', 130, 'uV', 200]]);
  });

  it('is of LabChart, whose comments behind rows become annotations at the time of their row', async () => {
    const rows = [
      '0.000\t1\t-1\t#* start, "supine"',
      '0.002\t2\t-1',
      '0.004\t3\t-1\t#2 deep breath',
      '0.006\t3\t0',
      '0.008\t3\t0',
      '0.014\t4\t-1\t#9 Stehen',
    ];
    const text = `Interval=\t0.002 s\nChannelTitle=\tECG\tResp\nRange=\t2.000 mV\t10.000 V\n${rows.join('\r\n')}\r\n`;
    const { annotations, digits, recording } = await read(text);
    expect(annotations).to.deep.equal([
      { at: 0, duration: null, channel: null, code: null, text: 'start, "supine"' },
      { at: 0.004, duration: null, channel: 1, code: null, text: 'deep breath' },
      { at: 0.014, duration: null, channel: null, code: null, text: 'Stehen' },
    ]);
    expect([...digits[0]!]).to.deep.equal([1, 2, 3, 3, 3, NaN, NaN, 4]);
    expect(recording.channels.map(({ name }) => name)).to.deep.equal(['ECG', 'Resp']);
    const untimed = await read('I\tII\n1\t2\n2\t3\t#* here\n');
    expect([untimed.annotations, untimed.recording.warnings.join()]).to.deep.equal([
      [],
      'Remarks behind rows were not kept (1), since without a sampling rate they have no times.',
    ]);
    expect((await refusal('I\tII\n1\t2\n2\t3\tremark\n')).message).to.match(/Line 3 has more cells/);
  });

  it('is of LabChart, whose blocks are recordings', async () => {
    const one = (await read(labBlock(VALUES))).recording;
    expect(one).to.deep.include({ date: '2024-03-05T08:15:30', part: null, warnings: [] });
    const both = [
      ['ECG', 1000, 'mV', 200],
      ['Resp', 1000, 'V', 200],
    ];
    expect(await described(labBlock(VALUES))).to.deep.equal(both);
    const blocks = Buffer.from(labBlock(VALUES) + labBlock(VALUES.slice(50), '4.5357e4'));
    const found = await decodeFiles(csv.decode!, { a: blocks }, 'a');
    expect(found.map(({ recording, digits }) => [recording.part, recording.date, digits[1]!.length])).to.deep.equal([
      ['block 1', '2024-03-05T08:15:30', 200],
      ['block 2', '2024-03-06T00:00:00', 150],
    ]);
  });

  it('is of BIOPAC, with or without times', async () => {
    for (const hasTimes of [true, false])
      expect(await described(acqTable(VALUES, hasTimes)), String(hasTimes)).to.deep.equal([
        ['ECG', 2000, 'mV', 200],
        ['Resp', 2000, 'V', 200],
      ]);
  });

  it("is of OpenSignals: the converter's digits without a unit, and digital lines left out", async () => {
    expect(await described(boardTable(VALUES))).to.deep.equal([['A1', 1000, null, 200]]);
    expect(await described(boardTable(VALUES, 2))).to.deep.equal([
      ['A1', 1000, null, 200],
      ['A1#2', 1000, null, 200],
    ]);
    const { recording } = await read(boardTable(VALUES));
    expect(recording).to.include({ date: '2024-03-05T10:35:07.5', notes: 'A1: ECG' });
    expect(recording.warnings).to.deep.equal(['The digital lines I1, O1 were not kept.']);
  });

  it('may say its rate in a comment or in JSON', async () => {
    const rows = 'I,II\n1,2\n3,4\n5,7\n';
    for (const line of ['# fs=250', '# Sampling rate (Hz): 250', '# {"fs": 250}', '# Interval: 4 ms'])
      expect((await described(`${line}\n${rows}`))[0], line).to.deep.equal(['I', 250, null, 3]);
    for (const line of ['# Interval: 0.00277778 s', '# Interval: 2.7778 msec/sample', 'Interval=\t2778 us'])
      expect((await described(`${line}\n${rows}`))[0], line).to.deep.equal(['I', 360, null, 3]);
  });

  it('tells the lines above it that were not understood, without their values', async () => {
    const [told] = await warnings('Sample Rate,250 Hz\nFavourite colour,green\nUnit,mV\n1\n2\n');
    expect(told).to.include('line 2 ("Favourite colour") was not understood').and.not.include('green');
    expect((await warnings('Some title\n1;2\n3;4\n'))[0]).to.include('Some title');
    expect((await warnings('Start,03/05/2024 10:00\nSample Rate,250 Hz\n1\n2\n'))[0]).to.include('"Start"');
  });
});

describe("The cases that today's tools write", () => {
  const cases: [string, (string | number | null)[][], number, string | null][] = [
    ['apple-watch-en.csv', [['I', 512, 'µV', 60]], 1.728, '2024-03-05T08:15:30+01:00'],
    ['polar-sensor-logger.txt', [['ecg', 130, 'uV', 60]], 1, '2024-03-05T08:15:30.000'],
    [
      'labchart.txt',
      [
        ['ECG', 1000, 'mV', 60],
        ['Resp', 1000, 'V', 60],
      ],
      0.00173,
      '2024-03-05T08:15:30',
    ],
    ['decimal-comma-one-column-header.csv', [['I', null, 'µV', 60]], 1.728, null],
    ['decimal-comma-one-column.csv', [['ch1', null, null, 60]], 1.728, null],
    [
      'german-time-column.csv',
      [
        ['EKG I', 500, 'mV', 60],
        ['EKG II', 500, 'mV', 60],
      ],
      0.002,
      null,
    ],
    [
      'rdsamp-pv.txt',
      [
        ['MLII', 360, 'mV', 60],
        ['V5', 360, 'mV', 60],
      ],
      0,
      null,
    ],
    [
      'utf16.csv',
      [
        ['I', null, null, 60],
        ['II', null, null, 60],
      ],
      1.728,
      null,
    ],
    [
      'comments-bom.csv',
      [
        ['I', 250, null, 60],
        ['II', 250, null, 60],
      ],
      1.7,
      null,
    ],
  ];
  for (const [file, channels, first, date] of cases)
    it(`reads ${file}`, async function () {
      const bytes = caseFile(this, file);
      expect(csv.recognises(bytes.subarray(0, 4096))).to.equal(true);
      expect(await described(bytes)).to.deep.equal(channels);
      const { recording, digits } = await read(bytes);
      expect([digits[0]![0], recording.date]).to.deep.equal([first, date]);
    });
});

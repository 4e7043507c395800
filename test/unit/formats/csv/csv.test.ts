/** Tables of samples: what is accepted, what is refused, and that nothing is guessed. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { csv } from '../../../../src/formats/csv/index.ts';
import { decodeCsv } from '../../../../src/formats/csv/decode.ts';
import { encodeCsv } from '../../../../src/formats/csv/encode.ts';
import { formatOf } from '../../../../src/formats/registry.ts';
import { FormatError } from '../../../../src/formats/types.ts';
import {
  type DecodedWhole,
  decodeFiles,
  encodeFiles,
  gather,
  LIMITS,
  uploadOf,
  writable,
} from '../../../support/formats.ts';
import { fuzzDecoder } from '../../../support/fuzz.ts';
import { channels } from './support.ts';

const SEED = 20260115;
const read = async (text: string | Uint8Array, seed = 1): Promise<DecodedWhole> =>
  (await decodeFiles(decodeCsv, { 'a.csv': Buffer.from(text) }, 'a.csv', seed))[0]!;
const values = async (text: string | Uint8Array): Promise<(number | null)[][]> =>
  (await read(text)).digits.map((digits) => Array.from(digits, (value) => (Number.isNaN(value) ? null : value)));
const names = async (text: string | Uint8Array): Promise<string[]> =>
  (await read(text)).recording.channels.map((channel) => channel.name);
const rates = async (text: string): Promise<(number | null)[]> =>
  (await read(text)).recording.channels.map((channel) => channel.samplingRate);

async function refusal(text: string | Uint8Array): Promise<FormatError> {
  try {
    await read(text);
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

const column = (name: string, times: readonly (string | number)[]): string =>
  `${name},I\n${times.map((time, at) => `${time},${at}\n`).join('')}`;

const units = async (text: string): Promise<(string | null)[]> =>
  (await read(text)).recording.channels.map((channel) => channel.unit);

const rounded = (rate: number, rows: number, places: number): string =>
  column(
    'time',
    Array.from({ length: rows }, (_, at) => (at / rate).toFixed(places)),
  );
const clock = (seconds: number): string => `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(3).padStart(6, '0')}`;
const written = async (...given: Parameters<typeof writable>): Promise<string[]> =>
  Object.values(await encodeFiles(encodeCsv, writable(...given))).map((bytes) => Buffer.from(bytes).toString());

describe('A CSV file', () => {
  it('has a column for each lead and a row for each sample', async () => {
    expect(await values('I,II,V1\n1,-2,0.5\n+3,.25,-1e-3\n')).to.deep.equal([
      [1, 3],
      [-2, 0.25],
      [0.5, -0.001],
    ]);
    const { recording } = await read('I,II\n1,2\n');
    expect(recording.channels).to.deep.equal(
      ['I', 'II'].map((name) => ({ name, samplingRate: null, unit: null, gain: null, zeroLevel: null })),
    );
    expect(recording).to.deep.include({ externalId: null, date: null, subject: null, part: null, warnings: [] });
  });

  it('is delimited by commas, semicolons or tabs, with a decimal comma if the comma is free', async () => {
    for (const delimiter of [',', ';', '\t'])
      expect(await values(['I', 'II'].join(delimiter) + '\n' + ['1.5', '-2'].join(delimiter) + '\n')).to.deep.equal([
        [1.5],
        [-2],
      ]);
    expect(await values('I;II\n1,5;-2\n3;0,25\n')).to.deep.equal([
      [1.5, 3],
      [-2, 0.25],
    ]);
    expect(await values('sep=;\nI;II\n1,5;-2\n')).to.deep.equal([[1.5], [-2]]);
    expect((await refusal('I;II\n1,5;-2.5\n')).message).to.equal(
      'Line 2, column 2 ("II") has a different decimal separator than the cells before it: "-2.5".',
    );
    expect((await refusal('I;II\n1.5;2\n1,5;2\n')).message).to.include('a different decimal separator');
  });

  it('may have a byte order mark, CRLF, no last newline, padded cells, comments above and empty lines', async () => {
    expect(await values('\ufeff# a comment\r\n\r\nI , II\r\n 1 , 2 \r\n3,4')).to.deep.equal([
      [1, 3],
      [2, 4],
    ]);
    expect(await values('I,II\n\n1,2\n\n3,4\n\n')).to.deep.equal([
      [1, 3],
      [2, 4],
    ]);
    expect(await names('\ufeffI,II\n1,2\n')).to.deep.equal(['I', 'II']);
  });

  it('may be quoted, in UTF-8 or in Latin-1', async () => {
    expect(await values('"I","a ""b"", c"\n"1",\'2\'\n')).to.deep.equal([[1], [2]]);
    expect(await names('"I","a ""b"", c"\n1,2\n')).to.deep.equal(['I', 'a "b", c']);
    expect((await read(Buffer.from('Brustwandableitung ä\nµV\n1\n', 'latin1'))).recording.channels[0]).to.deep.include({
      name: 'Brustwandableitung ä',
      unit: 'µV',
    });
    expect((await read('ä\nµV\n1\n')).recording.channels[0]).to.deep.include({ name: 'ä', unit: 'µV' });
  });

  it('needs no header: its channels are then numbered', async () => {
    const { recording, digits } = await read('1,2\n3,4\n');
    expect(recording.channels.map((channel) => channel.name)).to.deep.equal(['ch1', 'ch2']);
    expect(digits.map((some) => [...some])).to.deep.equal([
      [1, 3],
      [2, 4],
    ]);
    expect(await values('1\n2\n3\n')).to.deep.equal([[1, 2, 3]]);
    expect(await values('-0,5;2\n')).to.deep.equal([[-0.5], [2]]);
  });

  it('gives units in a second row without numbers, or after the names', async () => {
    expect(await units("'Elapsed time','MLII','V5'\n'seconds','mV','uV'\n0.0,1,2\n0.5,1,2\n")).to.deep.equal([
      'mV',
      'uV',
    ]);
    expect(await units('I (mV),II [uV],III (left)\n1,2,3\n')).to.deep.equal(['mV', 'uV', null]);
    expect(await names('I (mV),II [uV],III (left)\n1,2,3\n')).to.deep.equal(['I', 'II', 'III (left)']);
    expect(await units('I,II\nmV,\n1,2\n')).to.deep.equal(['mV', null]);
  });

  it('has missing samples for cells that are empty or say so, and ends a channel at its last value', async () => {
    expect(await values('I,II\n1,\n,2\n-,NaN\nnan,NA\nnull,n/a\n3,4\n')).to.deep.equal([
      [1, null, null, null, null, 3],
      [null, 2, null, null, null, 4],
    ]);
    expect(await values('I,II\n1,2\n3,\n5,\n')).to.deep.equal([[1, 3, 5], [2]]);
    expect(await values('I,II\n1,2\n3,\n5,NaN\n')).to.deep.equal([
      [1, 3, 5],
      [2, null, null],
    ]);
    expect(await values('I,II\n1,\n3,\n')).to.deep.equal([
      [1, 3],
      [null, null],
    ]);
  });

  it('distinguishes two equal names, and drops a column that only comes from a trailing delimiter', async () => {
    expect(await names('I,I,II,I#2\n1,2,3,4\n')).to.deep.equal(['I', 'I#2', 'II', 'I#2#2']);
    expect(await values('I,II,\n1,2,\n3,4,\n')).to.deep.equal([
      [1, 3],
      [2, 4],
    ]);
  });

  it('holds long columns', async () => {
    const rows = 100_000;
    const [digits, later] = (
      await read(
        `I,II,III\n${Array.from({ length: rows }, (_, at) => `${at % 977},${at < 90_000 ? '' : at},`).join('\n')}\n`,
      )
    ).digits as [Float64Array, Float64Array];
    expect(digits.length).to.equal(rows);
    expect(digits.every((value, at) => value === at % 977)).to.equal(true);
    expect(later.length).to.equal(rows);
    expect(later.every((value, at) => (at < 90_000 ? Number.isNaN(value) : value === at))).to.equal(true);
  });

  it('gives the same result for every position of a single cut', async () => {
    const bytes = Buffer.from(
      "'Elapsed time','MLII','V5 ä'\r\n'seconds','mV','mV'\r\n'0.000',-0.145,-0.065\r\n0.004,\"1.5\",\r\n0.008," +
        '12345678901234567890.5,-\r\n',
    );
    const whole = await gather(decodeCsv, uploadOf({ a: bytes }, 'a'));
    expect(whole[0]!.digits[0]![2]).to.equal(Number('12345678901234567890.5'));
    for (let cut = 1; cut < bytes.length; cut++) {
      const cutAt = async function* (all: Uint8Array): AsyncGenerator<Uint8Array> {
        yield all.slice(0, cut);
        yield all.slice(cut);
      };
      expect(await gather(decodeCsv, uploadOf({ a: bytes }, 'a', cutAt))).to.deep.equal(whole);
    }
  });

  it('gives the numbers that JavaScript reads', async () => {
    const number = fc.oneof(
      fc.double({ noNaN: true, min: -1e100, max: 1e100 }).map(String),
      fc.tuple(fc.integer(), fc.nat(20)).map(([some, places]) => (some / 1000).toFixed(places)),
      fc.integer().map(String),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          number.filter((text) => !/^-?\d{16,}$/.test(text)),
          { minLength: 1, maxLength: 50 },
        ),
        fc.nat(),
        async (cells, seed) => {
          const [digits] = (await read(`I\n${cells.join('\n')}\n`, seed)).digits;
          expect(Array.from(digits!)).to.deep.equal(cells.map((cell) => Number(cell) + 0));
        },
      ),
      { seed: SEED, numRuns: 300 },
    );
  });
});

describe('The time column of a CSV file', () => {
  it('gives the rate, in seconds or the unit in its name', async () => {
    const steps = [0, 1, 2, 3, 4, 5];
    expect(
      await rates(
        column(
          'time',
          steps.map((at) => at / 500),
        ),
      ),
    ).to.deep.equal([500]);
    expect(
      await rates(
        column(
          'seconds',
          steps.map((at) => at * 2),
        ),
      ),
    ).to.deep.equal([0.5]);
    for (const name of ['ms', 'time (ms)', 'Time [ms]', 'time_ms', 'Milliseconds', 't ms'])
      expect(
        await rates(
          column(
            name,
            steps.map((at) => at * 4),
          ),
        ),
        name,
      ).to.deep.equal([250]);
    expect(await rates(`time,I\nms,mV\n${steps.map((at) => `${at * 4},${at}\n`).join('')}`)).to.deep.equal([250]);
    expect(
      await rates(
        column(
          'us',
          steps.map((at) => at * 2000),
        ),
      ),
    ).to.deep.equal([500]);
  });

  it('may be times of day, also across midnight, or dates with times, which date the recording', async () => {
    expect(
      await rates(
        column(
          'Elapsed time',
          Array.from({ length: 3600 }, (_, at) => clock(59 + at / 360)),
        ),
      ),
    ).to.deep.equal([360]);
    expect(
      await rates(column('time', ['23:59:59.000', '23:59:59.500', '00:00:00.000', '00:00:00.500', '00:00:01.000'])),
    ).to.deep.equal([2]);
    const { recording } = await read(
      column(
        'timestamp',
        [0, 2, 4, 6].map((at) => `2026-01-15T09:30:00.00${at}+01:00`),
      ),
    );
    expect(recording).to.deep.include({ date: '2026-01-15T09:30:00.000+01:00' });
    expect(recording.channels[0]!.samplingRate).to.equal(500);
    expect((await read(column('Time and date', ['1']))).recording.channels).to.have.length(2);
    expect(
      (await read(column('time', ['[10:20:30.000 15/01/2026]', '[10:20:30.500 15/01/2026]']))).recording,
    ).to.deep.include({ date: '2026-01-15T10:20:30.000' });
  });

  it('may be rounded, if it is long enough to determine the rate', async () => {
    for (const [rate, places] of [
      [360, 3],
      [257, 4],
      [1000, 3],
      [128, 6],
      [300, 3],
    ] as const)
      expect(await rates(rounded(rate, 5000, places)), String(rate)).to.deep.equal([rate]);
    const short = (await read(rounded(360, 7, 3))).recording;
    expect(short.channels[0]!.samplingRate).to.equal(null);
    expect(short.warnings).to.deep.equal([
      'The times are rounded too much to calculate a sampling rate from so few rows.',
    ]);
  });

  it('gives back any rate from times that are not rounded', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0.01, max: 1e5, noNaN: true }),
        fc.integer({ min: 20, max: 200 }),
        async (rate, rows) => {
          const [told] = await rates(
            column(
              'time (s)',
              Array.from({ length: rows }, (_, at) => at / rate),
            ),
          );
          expect(told).to.be.closeTo(rate, rate * 1e-6);
        },
      ),
      { seed: SEED, numRuns: 100 },
    );
  });

  it('is not guessed: without a unit and with integer steps, the rate remains unknown', async () => {
    const { recording } = await read(column('time', [0, 4, 8]));
    expect(recording.channels[0]!.samplingRate).to.equal(null);
    expect(recording.warnings[0]).to.include('has no unit');
    expect((await read(column('time', [0]))).recording.warnings).to.deep.equal([
      'The sampling rate cannot be calculated from one row.',
    ]);
  });

  it('may count the samples instead, which gives no rate', async () => {
    for (const name of ['sample', "'sample #'", 'index', ''])
      expect(await rates(column(name, [0, 1, 2])), name).to.deep.equal([null]);
    expect((await refusal(column('sample', [0, 1, 3]))).message).to.include('not evenly spaced');
  });

  it('is refused with the line if it does not rise evenly', async () => {
    const gap = await refusal(column('time', [0, 0.002, 0.004, 0.104, 0.106, 0.108]));
    expect(gap).to.deep.include({ kind: 'content', format: 'csv' });
    expect(gap.message).to.match(/^The times are not evenly spaced: the step to line 5 is 0\.1/);
    expect((await refusal(column('time', [0, 0.002, 0.001]))).message).to.include('do not increase');
    expect((await refusal(column('time', [0, 'x', 1]))).message).to.equal('Line 3, column 1: "x" is not a time.');
  });
});

describe('A CSV file is refused', () => {
  const cases: [string, string | Uint8Array, string][] = [
    [
      'for a cell that is not a number, with line and column',
      'time,I,V2\n0,1,2\n1,2,abc\n',
      'Line 3, column 3 ("V2"): "abc" is not a number.',
    ],
    [
      'for a number out of range',
      'I\n1e101\n',
      'Line 2, column 1 ("I"): "1e101" is out of range: its magnitude is above 1e+100.',
    ],
    ['for an integer that would lose digits', 'I\n9007199254740993\n', 'beyond 2^53'],
    ['for a row with too few cells', 'I,II\n1,2\n3\n', 'Line 3 has 1 cells, but the header has 2.'],
    ['for a row with too many cells', 'I,II\n1,2,3\n', 'Line 2 has more cells than the header.'],
    ['without rows', 'I,II\n', 'There is no row below the header.'],
    ['if it is empty', '', 'The file contains no table.'],
    ['for a missing name', 'I,,II\n1,2,3\n', 'The name of column 2 must have 1 to 200 characters: "".'],
    ['for an unclosed quote', '"I,II\n1,2\n', 'has a quote that is not closed'],
    ['for bytes that are not text', Buffer.from('I\u0000\n1\n'), 'not a text table'],
    ['in UTF-16', Buffer.from('\ufeffI\n1\n', 'utf16le'), 'UTF-16'],
    [
      'for more columns than allowed',
      `${Array.from({ length: 257 }, (_, at) => `c${at}`).join(',')}\n`,
      'more than 256 columns',
    ],
    ['for a line without an end', Buffer.alloc(LIMITS.maxMetadataBytes + 70_000, '1'), 'A line is longer than'],
  ];
  for (const [title, text, message] of cases) {
    it(title, async () => {
      expect((await refusal(text)).message).to.include(message);
    });
  }
});

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

describe('The decoder of CSV files', () => {
  it('always ends with a FormatError or a recording', async function () {
    this.timeout(120_000);
    const seeds = [
      "'Elapsed time','MLII','V5'\n'seconds','mV','mV'\n0.000,-0.145,-0.065\n0.004,1.5,\n0.008,2,-\n",
      '\ufefftime;I;II\r\n00:00:00,000;1,5;2\r\n00:00:00,500;-1,5;\r\n00:00:01,000;-1,5e3;\r\n',
      'I\tII\n1\t2\nNaN\t12345678901234567\n3\t4\n',
      '1,2\n3,4\n5,6\n',
    ].map((text) => ({
      files: { 'a.csv': Buffer.from(text) },
      main: 'a.csv',
      boundaries: { 'a.csv': [...text.matchAll(/[,;\t\n']/g)].map((match) => match.index) },
      dictionary: [',', ';', '\t', '\n', '"', "'", '-', 'NaN', '1e99', '.', '\r\n', 'sep=;\n', '# x\n'],
    }));
    const report = await fuzzDecoder(csv, seeds, { cases: 10_000, seed: SEED });
    expect(report.accepted).to.be.above(500);
    expect(report.refused.content).to.be.above(500);
  });

  it('recognises tables after comments, blank lines and the declaration of a delimiter', () => {
    const comments = '# made\n# by\n# hand\n# on\n# paper\n';
    const table = 'I,II\n1,2\n';
    const declared = ['sep=;\nI;II\n1,5;2\n', `sep=,\n${comments}${table}`];
    for (const text of [comments + table, `\n\n \n\n\n\n${table}`, ...declared]) {
      expect(csv.recognises(Buffer.from(text)), text).to.equal(true);
    }
    expect(csv.recognises(Buffer.from(`${comments}hello, world\nhow, are\n`))).to.equal(false);
  });

  it('recognises tables of numbers and nothing else', () => {
    for (const text of [
      'I,II\n1,2\n',
      '1\n2\n',
      '\ufeffI;II\n1,5;2\n',
      "'a','b'\n'mV','mV'\n1,2\n",
      'name,'.repeat(1000),
    ])
      expect(csv.recognises(Buffer.from(text).subarray(0, 4096)), text.slice(0, 20)).to.equal(true);
    for (const text of [
      '',
      'hello, world\nhow, are\n',
      '{"a":1}',
      '<a>1</a>',
      '100 2 360 650000\n100.dat 212 200 11 1024 995 -22131 0 MLII\n',
      'I\u0000\n1\n',
    ])
      expect(csv.recognises(Buffer.from(text)), text).to.equal(false);
  });
});

/** Tables of samples: what is read from them, and that nothing is guessed. */
import { expect } from 'chai';
import * as fc from 'fast-check';
import { csv } from '../../../../src/formats/csv/index.ts';
import { decodeCsv } from '../../../../src/formats/csv/decode.ts';
import { gather, uploadOf } from '../../../support/formats.ts';
import { fuzzDecoder } from '../../../support/fuzz.ts';
import { csvSeeds } from './fuzz-seeds.ts';
import { SEED, read, values, names, refusal, units } from './reading.ts';

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

describe('The decoder of CSV files', () => {
  it('always ends with a FormatError or a recording', async function () {
    this.timeout(120_000);
    const seeds = csvSeeds();
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

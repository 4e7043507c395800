/** What the WFDB decoder reads from headers and signal files, byte by byte, and what it refuses. */
import { expect } from 'chai';
import { decodeWfdb } from '../../../../src/formats/wfdb/decode.ts';
import { wfdb } from '../../../../src/formats/wfdb/index.ts';
import type { FormatError } from '../../../../src/formats/types.ts';
import { decodeFiles, type DecodedWhole, type Files } from '../../../support/formats.ts';
import { text } from './support.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const int16 = (...values: number[]): Uint8Array => new Uint8Array(Int16Array.from(values).buffer);

async function decode(files: Files, main = 'r.hea'): Promise<DecodedWhole> {
  const [one, ...more] = await decodeFiles(decodeWfdb, files, main);
  expect(more).to.deep.equal([]);
  return one!;
}

const digits = ({ digits: all }: DecodedWhole): (number | null)[][] =>
  all.map((channel) => Array.from(channel, (value) => (Number.isNaN(value) ? null : value)));

async function refusal(files: Files, main = 'r.hea'): Promise<FormatError> {
  const error = await decodeFiles(decodeWfdb, files, main).then(
    () => null,
    (reason: FormatError) => reason,
  );
  expect(error, 'it was accepted').to.include({ name: 'FormatError', format: 'wfdb' });
  return error!;
}

const converter = (zero: number) => ({ resolution: 12, zero });
const isMain = (...lines: string[]): boolean | undefined => wfdb.isMain?.(text(...lines));

describe('the WFDB decoder', () => {
  describe('unpacks', () => {
    const vectors: [number, Uint8Array, (number | null)[]][] = [
      [8, bytes(1, 0xff, 0x7f, 0x80), [11, 10, 137, 9]],
      [16, bytes(1, 0, 0xff, 0xff, 0, 0x80, 0xff, 0x7f), [1, -1, null, 32767]],
      [24, bytes(1, 0, 0, 0xff, 0xff, 0xff, 0, 0, 0x80, 0xff, 0xff, 0x7f), [1, -1, null, 8388607]],
      [32, bytes(1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0x80, 0xff, 0xff, 0xff, 0x7f), [1, -1, null, 2147483647]],
      [61, bytes(0, 1, 0xff, 0xff, 0x80, 0, 0x7f, 0xff), [1, -1, null, 32767]],
      [80, bytes(0x81, 0x7f, 0, 0xff), [1, -1, null, 127]],
      [160, bytes(1, 0x80, 0xff, 0x7f, 0, 0, 0xff, 0xff), [1, -1, null, 32767]],
      // 0x001, 0xfff | 0x800, 0x7ff
      [212, bytes(0x01, 0xf0, 0xff, 0x00, 0x78, 0xff), [1, -1, null, 2047]],
      // Low bit of each pair unused; the third sample's bits are the upper five of both.
      [310, bytes(0x02, 0x00 | (0x1f << 3), 0xfe, 0x07 | (0x1f << 3), 0x00, 0x04, 0xfe, 0x03), [1, -1, -1, null, 511]],
      [311, bytes(0x01, 0xfc, 0xff, 0x3f, 0x00, 0xfe, 0x07, 0x00), [1, -1, -1, null, 511]],
    ];
    for (const [format, file, expected] of vectors) {
      it(`format ${format}`, async () => {
        const decoded = await decode({
          'r.hea': text(`r 1 360 ${expected.length}`, `r.dat ${format} 200 12 0 10`),
          'r.dat': file,
        });
        expect(digits(decoded)).to.deep.equal([expected]);
      });
    }

    it('signals of different rates from their frames, after a byte offset', async () => {
      const decoded = await decode({
        'r.hea': text('r 2 100 2', 'r.dat 16x3+4 200', 'r.dat 16+4 200'),
        'r.dat': int16(9, 9, 1, 2, 3, -1, 4, 5, 6, -2),
      });
      expect(digits(decoded)).to.deep.equal([
        [1, 2, 3, 4, 5, 6],
        [-1, -2],
      ]);
      expect(decoded.recording.channels.map(({ samplingRate }) => samplingRate)).to.deep.equal([300, 100]);
    });

    it('several signal files, in any order of their signals', async () => {
      const decoded = await decode({
        'r.hea': text('r 3 100 2', 'a.dat 16', 'b.dat 61', 'a.dat 16'),
        'a.dat': int16(1, 2, 3, 4),
        'b.dat': bytes(0, 7, 0, 8),
      });
      expect(digits(decoded)).to.deep.equal([
        [1, 3],
        [7, 8],
        [2, 4],
      ]);
    });

    it('a skewed signal, whose end is missing if the file ends', async () => {
      const header = text('r 2 100 3', 'r.dat 16 200 16 0 1 9', 'r.dat 16:2 200 16 0 2 12');
      expect(digits(await decode({ 'r.hea': header, 'r.dat': int16(1, 2, 3, 4, 5, 6) }))).to.deep.equal([
        [1, 3, 5],
        [6, null, null],
      ]);
      expect(digits(await decode({ 'r.hea': header, 'r.dat': int16(1, 2, 3, 4, 5, 6, 7, 8) }))).to.deep.equal([
        [1, 3, 5],
        [6, 8, null],
      ]);
    });

    it('a record without a length, to the end of its file', async () => {
      expect(digits(await decode({ 'r.hea': text('r 1', 'r.dat 212'), 'r.dat': bytes(1, 0, 2, 3, 0) }))).to.deep.equal([
        [1, 2, 3],
      ]);
      expect(
        digits(await decode({ 'r.hea': text('r 2 250', 'r.dat 16', 'r.dat 16:1'), 'r.dat': int16(1, 2, 3, 4) })),
      ).to.deep.equal([
        [1, 3],
        [4, null],
      ]);
    });
  });

  describe('reads from a header', () => {
    const samples = int16(1, 2, 3, 4);

    it('gain, baseline, unit, name and converter, and their defaults', async () => {
      const lines = [
        'a.dat 16 200.5(-3)/uV 12 7 0 0 0 ECG lead I ',
        'a.dat 16 1e3/mmHg 12 -20',
        'a.dat 16 0(5)',
        'a.dat 16',
      ];
      const { recording } = await decode({ 'r.hea': text('r 4 1e2/50(3) 1', ...lines), 'a.dat': samples });
      expect(recording.channels).to.deep.equal([
        { name: 'ECG lead I', samplingRate: 100, unit: 'uV', gain: 200.5, zeroLevel: -3, converter: converter(7) },
        { name: 'signal 1', samplingRate: 100, unit: 'mmHg', gain: 1000, zeroLevel: -20, converter: converter(-20) },
        { name: 'signal 2', samplingRate: 100, unit: 'mV', gain: null, assumedGain: 200, zeroLevel: 5 },
        { name: 'signal 3', samplingRate: 100, unit: 'mV', gain: null, assumedGain: 200, zeroLevel: 0 },
      ]);
      expect(recording.warnings.join()).to.match(
        /checksum of ECG lead I in a.dat is 0 in the header and was not checked/,
      );
    });

    it('date, comments, sex, Windows line ends and equal names', async () => {
      const header = Buffer.from(
        '# made by hand\r\nr 2 100 2 8:05:07.25 3/12/1999\r\na.dat 16 200 0 0 0 4 0 II\r\na.dat 16 200 0 0 0 6 ' +
          '0 II\r\n' +
          '#<age>: 61 <sex>: F\r\n#Caf\xe9',
        'latin1',
      );
      const { recording } = await decode({ 'r.hea': header, 'a.dat': samples });
      expect(recording).to.include({ date: '1999-12-03T08:05:07.25', notes: 'made by hand\n<age>: 61 <sex>: F\nCafé' });
      expect(recording.subject).to.include({ sex: 'female', patientId: null });
      expect(recording.channels.map(({ name }) => name)).to.deep.equal(['II', 'II#2']);
    });

    it('a time without a date, and a date that does not exist, as a warning', async () => {
      for (const when of ['10:00:00', '10:00:00 31/02/2020', '25:00:00 01/01/2020']) {
        const { recording } = await decode({ 'r.hea': text(`r 1 100 4 ${when}`, 'a.dat 16'), 'a.dat': samples });
        expect(recording.date, when).to.equal(null);
        expect(recording.warnings.join(), when).to.match(/not kept/);
      }
    });
  });

  describe('joins records of several segments', () => {
    const one = text('s_1 2 100 2', 's.dat 16 100 16 0 1 0 0 A', 's.dat 16 100 16 0 1 0 0 B');

    it('of a fixed layout, if a segment is used twice and nothing was recorded in another', async () => {
      const decoded = await decode({
        'r.hea': text('r/3 2 100 7', 's_1 2', '~ 3', 's_1 2'),
        's_1.hea': one,
        's.dat': int16(1, 2, 3, 4),
      });
      expect(digits(decoded)).to.deep.equal([
        [1, 3, null, null, null, 1, 3],
        [2, 4, null, null, null, 2, 4],
      ]);
    });

    it('of a variable layout, by name, with missing samples for absent signals, and gains converted', async () => {
      const decoded = await decode({
        'r.hea': text('r/3 2 100 4', 'layout 0', 's_1 2', 's_2 2'),
        'layout.hea': text('layout 2 100 0', '~ 0 100(0)/mV 16 0 0 0 0 A', '~ 0 100(0)/mV 16 0 0 0 0 B'),
        's_1.hea': one,
        's.dat': int16(1, 2, 3, 4),
        's_2.hea': text('s_2 1 100 2', 't.dat 16 50(10)/mV 16 0 0 33 0 B'),
        't.dat': int16(11, 22),
      });
      expect(digits(decoded)).to.deep.equal([
        [1, 3, null, null],
        [2, 4, 2, 24],
      ]);
      expect(decoded.recording.warnings.join()).to.match(/"B" changes its gain or baseline/);
    });

    it('and reports which header must come first', () => {
      expect(isMain('r/3 2 100 7', 's_1 2')).to.equal(true);
      expect(isMain('100 2 360', '100.dat 212')).to.equal(true);
      expect(isMain('s_1 2 100 2', 's.dat 16')).to.equal(false);
    });
  });

  describe('refuses', () => {
    const good = int16(1, 2, 3, 4);
    const refused: [string, Files, RegExp][] = [
      ['a file that was not uploaded', { 'r.hea': text('r 1 100 4', 'a.dat 16') }, /needs the file a\.dat/],
      [
        'a file that is too short',
        { 'r.hea': text('r 1 100 5', 'a.dat 16'), 'a.dat': good },
        /ends after 4 of the 5 frames/,
      ],
      [
        'a file that ends before its offset',
        { 'r.hea': text('r 1 100', 'a.dat 16+9'), 'a.dat': good },
        /ends before its first sample/,
      ],
      ['an empty file', { 'r.hea': text('r 1 100', 'a.dat 16'), 'a.dat': bytes() }, /no samples/],
      [
        'a wrong checksum',
        { 'r.hea': text('r 1 100 4', 'a.dat 16 200 16 0 1 11 0 II'), 'a.dat': good },
        /checksum of II in a\.dat is 10, but 11/,
      ],
      ['a rate of 0', { 'r.hea': text('r 1 0 4', 'a.dat 16'), 'a.dat': good }, /sampling rate in the header is 0/],
      ['a rate beyond measure', { 'r.hea': text('r 1 250 4', 'a.dat 16x5000'), 'a.dat': good }, /samples a second/],
      ['too many signals', { 'r.hea': text('r 257 250 4') }, /257 signals/],
      [
        'fewer signals than promised',
        { 'r.hea': text('r 2 250 4', 'a.dat 16'), 'a.dat': good },
        /declares 2 signals, but has 1/,
      ],
      ['no signals', { 'r.hea': text('r 0 250 4') }, /no signals/],
      [
        'an unknown format',
        { 'r.hea': text('r 1 250 4', 'a.dat 17'), 'a.dat': good },
        /format 17; supported formats: 8, 16/,
      ],
      ['FLAC', { 'r.hea': text('r 1 250 4', 'a.dat 516'), 'a.dat': good }, /FLAC/],
      [
        'a frame that does not fit memory',
        { 'r.hea': text('r 1 0.001 4', 'a.dat 16x999999999'), 'a.dat': good },
        /into a frame/,
      ],
      [
        'a number beyond 2^53',
        { 'r.hea': text('r 1 250 99999999999999999999', 'a.dat 16'), 'a.dat': good },
        /too large/,
      ],
      [
        'signals of one file that differ in format',
        { 'r.hea': text('r 2 250 2', 'a.dat 16', 'a.dat 61'), 'a.dat': good },
        /differ in format/,
      ],
      [
        'missing samples beyond measure',
        { 'r.hea': text('r/2 1 100', 's 2', '~ 999999999'), 's.hea': text('s 1 100 2', 'a.dat 16'), 'a.dat': good },
        /999,999,999 samples of the record are missing/,
      ],
      [
        'more missing samples than 2^26 for next to none',
        { 'r.hea': text('r/2 1 100', 's 2', '~ 67108865'), 's.hea': text('s 1 100 2', 'a.dat 16'), 'a.dat': good },
        /67,108,865 samples of the record are missing and 2 are present/,
      ],
      [
        'missing samples before those that only the header declares',
        {
          'r.hea': text('r/2 1 100', '~ 67108865', 's 67108865'),
          's.hea': text('s 1 100 67108865', 'a.dat 16'),
          'a.dat': good,
        },
        /and 0 are present/,
      ],
      [
        'a skew as long as the record',
        { 'r.hea': text('r 2 100 2', 'a.dat 16', 'a.dat 16:2'), 'a.dat': good },
        /a skew of 2 frames, but the record has only 2/,
      ],
      [
        'a skew as long as its file',
        { 'r.hea': text('r 2 100', 'a.dat 16', 'a.dat 16:999999999'), 'a.dat': good },
        /a skew of 999,999,999 frames, but the record has only 2/,
      ],
      [
        'a rate that is not a number',
        { 'r.hea': text('r 1 NaN 4', 'a.dat 16'), 'a.dat': good },
        /sampling rate in the header is NaN/,
      ],
      [
        'a segment of another length',
        { 'r.hea': text('r/1 1 100', 's 3'), 's.hea': text('s 1 100 2', 'a.dat 16'), 'a.dat': good },
        /2 frames, but 3/,
      ],
      [
        'segments that do not add up',
        { 'r.hea': text('r/1 1 100 9', 's 2'), 's.hea': text('s 1 100 2', 'a.dat 16'), 'a.dat': good },
        /2 frames together, but its header declares 9/,
      ],
      [
        'a segment with segments',
        { 'r.hea': text('r/1 1 100', 's 2'), 's.hea': text('s/1 1 100 2', 't 2') },
        /has segments itself/,
      ],
      ['no header', { 'r.hea': text('hello') }, /not a record line/],
      [
        'annotations that end early',
        { 'r.hea': text('r 1 100 4', 'a.dat 16'), 'a.dat': good, 'r.atr': bytes(1) },
        /r\.atr ends inside/,
      ],
      [
        'annotations that go back',
        {
          'r.hea': text('r 1 100 4', 'a.dat 16'),
          'a.dat': good,
          'r.atr': bytes(9, 4, 0, 0xec, 0xff, 0xff, 0xfe, 0xff, 1, 4),
        },
        /goes back in time/,
      ],
    ];
    for (const [what, files, reason] of refused) {
      it(what, async () => {
        expect((await refusal(files)).message).to.match(reason);
      });
    }
  });

  it('recognises headers and nothing else', () => {
    const heads: [boolean, Uint8Array][] = [
      [true, text('# comment', '', '100 2 360 650000', '100.dat 212 200 11 1024 995 -22131 0 MLII')],
      [true, text('r/2 1 100', 's_1 20')],
      [true, text('r 0')],
      [true, text('r 1 NaN 2000', 'a.dat 16')],
      [false, text('{"leads":[]}')],
      [false, text('time,I,II', '0,1,2')],
      [false, text('100 200 300', '1 2 3')],
      [false, bytes()],
      [false, bytes(0, 1, 2, 3)],
      [false, text("'Elapsed time'\t'MLII'", "'seconds'\t'mV'")],
      [false, text('0       patient')],
    ];
    for (const [is, head] of heads) expect(wfdb.recognises(head), Buffer.from(head).toString()).to.equal(is);
  });
});

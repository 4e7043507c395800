/** What the WFDB decoder reads of records as real programs write them. */
import { expect } from 'chai';
import type { UploadFiles } from '../../../../src/formats/types.ts';
import { decodeWfdb } from '../../../../src/formats/wfdb/decode.ts';
import { wfdb } from '../../../../src/formats/wfdb/index.ts';
import { decodeFiles, type DecodedWhole, type Files, gather, LIMITS, refusalOf } from '../../../support/formats.ts';
import { text } from './support.ts';

const int16 = (...values: number[]): Uint8Array => new Uint8Array(Int16Array.from(values).buffer);

async function decode(files: Files, main = 'r.hea'): Promise<DecodedWhole> {
  const [one, ...more] = await decodeFiles(decodeWfdb, files, main);
  expect(more).to.deep.equal([]);
  return one!;
}

/** A header line of a record with one signal of two samples, and its samples. */
const record = (start = '', ...comments: string[]): Files => ({
  'r.hea': text(`r 1 250 2${start}`, 'r.dat 16 200/mV 16 0 1 3 0 I', ...comments),
  'r.dat': int16(1, 2),
});
const word = (code: number, value: number): number[] => [value & 0xff, (code << 2) | (value >> 8)];
const aux = (...bytes: number[]): number[] => [
  ...word(63, bytes.length),
  ...bytes,
  ...(bytes.length % 2 === 1 ? [0] : []),
];
async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const END = [0, 0];
/** As wfdb-python writes a file with `fs`: the resolution, a step back by one tick, and a separator at time 0. */
const RESOLUTION = [
  ...word(22, 0),
  ...aux(...Buffer.from('## time resolution: 250')),
  ...word(59, 0),
  0xff,
  0xff,
  0xff,
  0xff,
  ...word(0, 1),
];
const beat = [...word(1, 250), ...END];

describe('the WFDB decoder reads', () => {
  it('no mark from the separator that wfdb-python writes after the time resolution', async () => {
    const { annotations } = await decode({ ...record(), 'r.atr': Uint8Array.from([...RESOLUTION, ...beat]) });
    expect(annotations).to.deep.equal([{ at: 1, duration: null, channel: null, code: 'N', text: null }]);
  });

  it('texts of annotations as UTF-8, or as Latin-1 if they are not valid UTF-8', async () => {
    const texts = [[...Buffer.from('früh')], [...Buffer.from('früh', 'latin1')]];
    const bytes = [...texts.flatMap((spelt) => [...word(22, 250), ...aux(...spelt)]), ...END];
    const { annotations } = await decode({ ...record(), 'r.atr': Uint8Array.from(bytes) });
    expect(annotations.map((annotation) => annotation.text)).to.deep.equal(['früh', 'früh']);
  });

  it('the annotations of any annotator, and says whose they are', async () => {
    const { annotations, recording } = await decode({ ...record(), 'r.qrs': Uint8Array.from(beat) });
    expect(annotations).to.have.length(1);
    expect(recording.warnings).to.deep.equal(['The annotations are those of r.qrs.']);
  });

  it('the reference annotations of several annotators, and names the others', async () => {
    const other = Uint8Array.from([...word(5, 9), ...word(5, 9), ...END]);
    const files = { ...record(), 'r.abc': other, 'r.atr': Uint8Array.from(beat) };
    const { annotations, recording } = await decode(files);
    expect(annotations.map(({ code }) => code)).to.deep.equal(['N']);
    expect(recording.warnings.join()).to.match(/^r\.abc is a further annotation file of the record/);
  });

  it('no annotations from other files that are named after the record', async () => {
    const { annotations, recording } = await decode({ ...record(), 'r.txt': Buffer.from('patient lay still') });
    expect(annotations).to.deep.equal([]);
    expect(recording.warnings.join()).to.match(/^r\.txt was not kept: it is not a readable annotation file/);
  });

  it('annotation files that are named after the file instead of the record', async () => {
    const { 'r.hea': header, 'r.dat': samples } = record();
    const files = { 'copy.hea': header!, 'r.dat': samples!, 'copy.qrs': Uint8Array.from(beat) };
    expect((await decode(files, 'copy.hea')).annotations).to.have.length(1);
  });

  it('records without other files from uploads that cannot tell of any', async () => {
    const { 'r.hea': header, 'r.dat': samples } = record();
    const upload: UploadFiles = {
      main: { name: 'r.hea', bytes: once(header!) },
      open: async (name) => (name === 'r.dat' ? once(samples!) : null),
    };
    expect((await gather(decodeWfdb, upload))[0]!.annotations).to.deep.equal([]);
  });

  for (const [start, date, warning] of [
    [' 05-May-2020 09:49:17', '2020-05-05T09:49:17', undefined],
    [' 09:49:17 05-May-2020', '2020-05-05T09:49:17', undefined],
    [' 17/05/1993 12:30:00', '1993-05-17T12:30:00', undefined],
    [' 12:30:00 1993-05-17', '1993-05-17T12:30:00', undefined],
    [' 17/05/1993', '1993-05-17T00:00:00', /The date 17\/05\/1993 in the header has no time.*midnight/],
    [' 5-may-2020', '2020-05-05T00:00:00', /no time/],
    [' 31-Feb-2020 09:49:17', null, /do not exist/],
    [' 31-Xyz-2020', null, /do not exist/],
    [' 17/05/1993 17/05/1993', null, /do not exist/],
  ] as const) {
    it(`the start "${start.trim()}"`, async () => {
      const { recording } = await decode(record(start));
      expect(recording.date).to.equal(date);
      expect(recording.warnings.join()).to.match(warning ?? /^$/);
    });
  }

  it('a record of gaps only as missing samples', async () => {
    const alone = await decode({ 'r.hea': text('r 2 250 3', '~ 0 200/mV 12 0 0 0 0 I', '~ 0 200/mV 12 0 0 0 0 II') });
    expect(alone.digits.map((channel) => [...channel])).to.deep.equal([
      [NaN, NaN, NaN],
      [NaN, NaN, NaN],
    ]);
    const segments = await decode({ 'r.hea': text('r/2 2 250 3', '~ 1', '~ 2') });
    expect(segments.digits.map((channel) => channel.length)).to.deep.equal([3, 3]);
    expect(segments.recording.channels.map(({ name, gain }) => [name, gain])).to.deep.equal([
      ['signal 0', null],
      ['signal 1', null],
    ]);
    const layout = text('l 1 250 0', '~ 0 200/mV 12 0 0 0 0 II');
    const variable = await decode({ 'r.hea': text('r/2 1 250 2', 'l 0', '~ 2'), 'l.hea': layout });
    expect(variable.recording.channels[0]!.name).to.equal('II');
    expect([...variable.digits[0]!]).to.deep.equal([NaN, NaN]);
  });

  it('segments whose lines name a folder', async () => {
    const files = { 'all.hea': text('all/1 1 250 2', 'part/r 2'), ...record() };
    expect([...(await decode(files, 'all.hea')).digits[0]!]).to.deep.equal([1, 2]);
  });

  it('the number of signals before it refuses a header for its length', async () => {
    for (const signals of ['1000000000', '99999999999999999999']) {
      const lines = [`r ${signals} 250 2`, ...Array.from({ length: 60_000 }, () => 'r.dat 16 200 16 0 0 0 0')];
      for (const header of [text(...lines), text(lines[0]!)]) {
        expect(wfdb.recognises(header.subarray(0, 4096)), 'recognised').to.equal(true);
        const { message } = await refusalOf(decodeFiles(decodeWfdb, { 'r.hea': header }, 'r.hea', 1, LIMITS));
        expect(message).to.match(/names 1,000,000,000 signals|number of signals in the header is too large/);
      }
    }
  });

  it('the sex of the subject as we write it, which is no note', async () => {
    const { recording } = await decode(record('', '#sex: female', '#calm'));
    expect(recording.subject?.sex).to.equal('female');
    expect(recording.notes).to.equal('calm');
  });
});

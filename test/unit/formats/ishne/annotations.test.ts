/** Annotation files of ISHNE recordings: beside their recording, and attached to one. */
import { expect } from 'chai';
import { decodeIshne } from '../../../../src/formats/ishne/decode.ts';
import { ishne } from '../../../../src/formats/ishne/index.ts';
import type { Annotation } from '../../../../src/formats/types.ts';
import { type DecodedWhole, decodeFiles, LIMITS, refusalOf } from '../../../support/formats.ts';
import { beatsFile, type MadeBeats, recordingFile } from './files.ts';

const RECORDING = recordingFile({ frames: Array.from({ length: 400 }, (_, i) => [i]) });
const read = async (beats: Uint8Array, name = 'A.ann'): Promise<DecodedWhole> => {
  const [found] = await decodeFiles(decodeIshne, { 'a.ecg': RECORDING, [name]: beats }, 'a.ecg');
  return found!;
};
const refusal = async (file: MadeBeats): Promise<string> => (await refusalOf(read(beatsFile(file)))).message;
const mark = (at: number, code: string | null, text: string | null = null): Annotation => ({
  at,
  duration: null,
  channel: null,
  code,
  text,
});

describe('the annotation file of an ISHNE recording', () => {
  it('gives its beats: each counts from the one before, the first from the position in the header', async () => {
    const { annotations, recording } = await read(
      beatsFile({
        first: 20,
        beats: [
          ['N', 0],
          ['V', 180],
          ['S', 40],
          ['B', 10],
        ],
      }),
    );
    expect(annotations).to.deep.equal([mark(0.1, 'N'), mark(1, 'V'), mark(1.2, 'S'), mark(1.25, 'B')]);
    expect(recording.warnings).to.deep.equal([]);
  });

  it('has labels that become the mnemonics of the other formats, or remarks', async () => {
    const beats = ['P', 'X', 'U', 'C', 'q'].map((label): [string, number] => [label, 20]);
    expect((await read(beatsFile({ beats }))).annotations).to.deep.equal([
      mark(0.1, '/'),
      mark(0.2, '|'),
      mark(0.3, 'Q'),
      mark(0.4, '"', 'calibration pulse'),
      mark(0.5, null, 'label "q"'),
    ]);
  });

  it('counts gaps beyond 16 bits, and reports them', async () => {
    const frames = Array.from({ length: 70_000 }, () => [1]);
    const beats = beatsFile({
      beats: [
        ['!', 65_535],
        ['N', 65],
      ],
    });
    const [found] = await decodeFiles(decodeIshne, { 'a.ecg': recordingFile({ frames }), 'a.ann': beats }, 'a.ecg');
    expect(found!.annotations).to.deep.equal([mark(328, 'N')]);
    expect(found!.recording.warnings).to.deep.equal([
      'a.ann has 1 gap of 65,535 samples or more between annotations: check that the annotations after them are at ' +
        'their beats.',
    ]);
  });

  it('comes in runs of limited length', async () => {
    const frames = Array.from({ length: 2_600 }, () => [1]);
    const beats = Array.from({ length: 2_500 }, (): [string, number] => ['N', 1]);
    const files = { 'a.ecg': recordingFile({ frames }), 'a.ann': beatsFile({ beats }) };
    const [found] = await decodeFiles(decodeIshne, files, 'a.ecg');
    expect(found!.annotations).to.have.length(2_500);
    expect(found!.annotations.at(-1)).to.deep.equal(mark(12.5, 'N'));
  });

  it('is not looked for under another name', async () => {
    expect((await read(beatsFile({ beats: [['N', 1]] }), 'b.ann')).annotations).to.deep.equal([]);
  });

  it('reports a damaged header of its own', async () => {
    const [said] = (await read(beatsFile({ checksum: 1, beats: [['N', 1]] }))).recording.warnings;
    expect(said).to.match(/^a\.ann: The checksum of the header is 0001/);
  });

  it('is refused if it belongs to another recording, or is cut off', async () => {
    expect(await refusal({ rate: 250, beats: [['N', 1]] })).to.match(
      /^a\.ann has 250 Hz, but the recording has 200 Hz/,
    );
    expect(await refusal({ first: 399, beats: [['N', 1]] })).to.match(/a beat at sample 400.* only 400 samples/);
    expect(await refusal({ beats: [], tail: Uint8Array.of(1) })).to.equal('a.ann ends in the middle of an annotation.');
    expect(await refusal({ sign: 'ISHNE1.0', beats: [] })).to.match(/is not an annotation file/);
  });

  it('needs its recording, unless it is attached to one', async () => {
    const file = { 'a.ann': beatsFile({ first: 100, beats: [['V', 100]] }) };
    expect([ishne.recognises(file['a.ann']), ishne.isMain?.(file['a.ann'])]).to.deep.equal([true, false]);
    expect((await refusalOf(decodeFiles(decodeIshne, file, 'a.ann'))).message).to.match(/together with its recording/);
    const [found] = await decodeFiles(decodeIshne, file, 'a.ann', 1, { ...LIMITS, annotationsSuffice: true });
    expect([found!.annotations, found!.recording.channels]).to.deep.equal([[mark(1, 'V')], []]);
  });
});

/** Small ISHNE files for the fuzzer: recordings of one to twelve leads, with comments, and with an annotation file. */
import type { FuzzSeed } from '../../../support/fuzz.ts';
import { beatsFile, type MadeRecording, recordingFile } from './files.ts';

/** Where the fields of the header begin, and the samples of a file without comments. */
const PLACES = [
  8, 10, 14, 18, 22, 26, 28, 68, 108, 128, 132, 138, 144, 150, 156, 158, 182, 206, 230, 232, 272, 274, 522,
];
const WORDS = ['ISHNE1.0', 'ANN  1.0', '\xf7\xff', '\xff\xff\xff\x7f', '\0\0\0\x80', '!..\xff\xff', 'N.\x01\0'];

const framesOf = (leads: number, frames: number): number[][] =>
  Array.from({ length: frames }, (_, frame) => Array.from({ length: leads }, (__, lead) => frame * 7 - lead));

const seedOf = (file: MadeRecording, beats?: Uint8Array): FuzzSeed => ({
  files: { 'a.ecg': recordingFile(file), ...(beats ? { 'a.ann': beats } : {}) },
  main: 'a.ecg',
  boundaries: { 'a.ecg': PLACES, ...(beats ? { 'a.ann': [...PLACES, 526, 530] } : {}) },
  dictionary: WORDS.map((word) => Buffer.from(word, 'latin1')),
});

export const ishneSeeds = (): FuzzSeed[] => [
  seedOf({ frames: framesOf(3, 20) }),
  seedOf({ frames: framesOf(12, 5), block: 'Holter of the ward\r\nÄ second line', recorder: 'digital', pacemaker: 3 }),
  seedOf(
    { frames: framesOf(1, 50) },
    beatsFile({
      first: 3,
      beats: [
        ['N', 5],
        ['V', 7],
        ['C', 1],
      ],
    }),
  ),
];

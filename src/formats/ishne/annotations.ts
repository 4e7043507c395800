/**
 * Annotation files of ISHNE recordings: the header of the recording, the position of the first annotation (4 bytes),
 * then 4 bytes per beat: its label, a byte for internal use, and the samples since the annotation before it.
 */
import type { ByteReader } from '../common/byte-reader.ts';
import { figure, quoted } from '../common/messages.ts';
import { wholeFile } from '../common/whole-file.ts';
import { type Annotation, MAX_ANNOTATIONS_A_RUN } from '../types.ts';
import { contentError, syntaxError } from './failure.ts';

/** Two weeks at 100 beats per minute. */
const MAX_BEATS = 2_000_000;
const BEAT_BYTES = 4;
const FIRST_BYTES = 4;

/** No beat: the distance to the next one does not fit into 16 bits. */
const TIMEOUT = '!'.charCodeAt(0);
/** Labels → mnemonics of WFDB, which the other formats use as well, and a text where these do not say it. */
const LABELS: ReadonlyMap<string, { code: string; text: string | null }> = new Map([
  ['N', { code: 'N', text: null }],
  ['V', { code: 'V', text: null }],
  ['S', { code: 'S', text: null }],
  ['B', { code: 'B', text: null }],
  ['P', { code: '/', text: null }],
  ['X', { code: '|', text: null }],
  ['U', { code: 'Q', text: null }],
  ['C', { code: '"', text: 'calibration pulse' }],
]);

/** The beats of an annotation file, checked. */
export interface Beats {
  /** In order of time, in runs. */
  runs: Iterable<Annotation[]>;
  /** Position of the last beat in samples; -1 if there is none. */
  last: number;
  warnings: string[];
}

export const NO_BEATS: Beats = { runs: [], last: -1, warnings: [] };

/** Reads the annotations, after the header. @param name of the file, for messages. @param samplingRate in Hz */
export async function readBeats(bytes: ByteReader, name: string, samplingRate: number): Promise<Beats> {
  const most = FIRST_BYTES + BEAT_BYTES * MAX_BEATS;
  const start = bytes.position;
  const whole = Buffer.from(
    await wholeFile(bytes.rest(), most, () =>
      contentError(start + most, `${name} has more than ${figure(MAX_BEATS)} annotations.`),
    ),
  );
  if (whole.length < FIRST_BYTES || (whole.length - FIRST_BYTES) % BEAT_BYTES !== 0)
    throw syntaxError(start + whole.length, `${name} ends in the middle of an annotation.`);
  let position = whole.readUInt32LE(0);
  let last = -1;
  let timeouts = 0;
  for (let at = FIRST_BYTES; at < whole.length; at += BEAT_BYTES) {
    position += whole.readUInt16LE(at + 2);
    if (whole[at] === TIMEOUT) timeouts++;
    else last = position;
  }
  return { runs: runsOf(whole, samplingRate), last, warnings: aboutTimeouts(name, timeouts) };
}

function* runsOf(whole: Buffer, samplingRate: number): Generator<Annotation[], void, void> {
  let run: Annotation[] = [];
  let position = whole.readUInt32LE(0);
  for (let at = FIRST_BYTES; at < whole.length; at += BEAT_BYTES) {
    position += whole.readUInt16LE(at + 2);
    if (whole[at] === TIMEOUT) continue;
    const label = String.fromCharCode(whole[at] as number);
    const { code, text } = LABELS.get(label) ?? { code: null, text: `label ${quoted(label)}` };
    run.push({ at: position / samplingRate, duration: null, channel: null, code, text });
    if (run.length === MAX_ANNOTATIONS_A_RUN) {
      yield run;
      run = [];
    }
  }
  if (run.length > 0) yield run;
}

const aboutTimeouts = (name: string, count: number): string[] =>
  count === 0
    ? []
    : [
        `${name} has ${figure(count)} ${count === 1 ? 'gap' : 'gaps'} of 65,535 samples or more between annotations: ` +
          'check that the annotations after them are at their beats.',
      ];

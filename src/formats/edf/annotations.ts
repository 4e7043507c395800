/**
 * Time-stamped annotation lists (TALs, EDF+ 2.2.2): `onset [0x15 duration] 0x14 text 0x14 … 0x00`, the first of a
 * record gives its time.
 */
import { figure } from '../common/messages.ts';
import { readDecimal } from '../common/numbers.ts';
import { type Annotation, MAX_ANNOTATIONS_A_RUN } from '../types.ts';

/** Greatest number of annotations per recording. */
export const MAX_ANNOTATIONS = 200_000;
/** Bytes of all their texts. */
export const MAX_ANNOTATION_BYTES = 8 << 20;
/** Seconds before or after the start: about 30 years. Other times are invalid. */
export const MAX_ONSET = 1e9;

export const DURATION_MARK = 0x15;
export const TEXT_END = 0x14;
/** Decimal places of a second that are kept. */
const TIME_DIGITS = 9;
/** Separates a text from the label of its channel. */
export const CHANNEL_MARK = '@@';

const POINT = 0x2e;
const strict = new TextDecoder('utf-8', { fatal: true });
const latin = new TextDecoder('windows-1252');
const LONG_DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;
const CONTROL = /[^\P{Cc}\t\n\r]+/gu;

interface Mark {
  onset: number;
  duration: number | null;
  text: string;
}

export class Annotations {
  readonly #marks: Mark[] = [];
  readonly #number = new Float64Array(1);
  #bytes = 0;
  #dropped = 0;
  #malformed = 0;

  /**
   * Adds the annotations of one signal in one record.
   * @param keepsTime whether its first TAL gives the time of the record
   * @returns that time, in seconds from the start that the header gives; null if it has none
   */
  take(bytes: Uint8Array, keepsTime: boolean): number | null {
    let time: number | null = null;
    let isFirst = keepsTime;
    let place = 0;
    while (place < bytes.length) {
      if (bytes[place] === 0) {
        // Usually only zeros follow a TAL.
        place++;
        continue;
      }
      const next = bytes.indexOf(0, place);
      const end = next === -1 ? bytes.length : next;
      const onset = this.#read(bytes, place);
      const behindOnset = this.#place;
      let duration: number | null = null;
      if (behindOnset !== -1 && bytes[behindOnset] === DURATION_MARK) duration = this.#read(bytes, behindOnset + 1);
      let text = this.#place;
      if (text === -1 || text >= end || bytes[text] !== TEXT_END || Math.abs(onset) > MAX_ONSET) {
        if (!isBlank(bytes, place, end)) this.#malformed++;
      } else {
        text++;
        if (isFirst && (bytes[text] === TEXT_END || text === end)) time = onset;
        while (text < end) {
          const mark = bytes.indexOf(TEXT_END, text);
          const textEnd = mark === -1 || mark > end ? end : mark;
          if (textEnd > text)
            this.#keep(
              onset,
              duration !== null && duration >= 0 && duration <= MAX_ONSET ? duration : null,
              bytes.subarray(text, textEnd),
            );
          text = textEnd + 1;
        }
      }
      isFirst = false;
      place = end + 1;
    }
    return time;
  }

  /**
   * All annotations in order of time, in runs.
   * @param start time of the first sample
   * @param labels of the channels, as the file spells them
   */
  *runs(start: number, labels: readonly string[]): Generator<Annotation[], void, void> {
    this.#marks.sort((a, b) => a.onset - b.onset);
    for (let from = 0; from < this.#marks.length; from += MAX_ANNOTATIONS_A_RUN) {
      yield this.#marks.slice(from, from + MAX_ANNOTATIONS_A_RUN).map(({ onset, duration, text }) => ({
        at: Number((onset - start).toFixed(TIME_DIGITS)),
        duration,
        code: null,
        ...linked(text, labels),
      }));
    }
  }

  warnings(): string[] {
    const sentences: string[] = [];
    if (this.#malformed > 0) sentences.push(`${figure(this.#malformed)} unreadable annotation entries were not kept.`);
    if (this.#dropped > 0)
      sentences.push(
        `${figure(this.#dropped)} annotations were not kept: at most ${figure(MAX_ANNOTATIONS)} with ` +
          `${figure(MAX_ANNOTATION_BYTES)} bytes of text are.`,
      );
    return sentences;
  }

  /** End position of the last number read; -1 if there was none. */
  #place = -1;

  /** EDF+ does not limit the digits, so that some writers give all of a double: `+0.6000000000000001`. */
  #read(bytes: Uint8Array, from: number): number {
    this.#place = readDecimal(bytes, bytes[from] === 0x2b ? from + 1 : from, POINT, this.#number, 0);
    const next = bytes[this.#place];
    if (next === DURATION_MARK || next === TEXT_END) return this.#number[0] as number;
    let end = from;
    while (end < bytes.length && bytes[end] !== DURATION_MARK && bytes[end] !== TEXT_END && bytes[end] !== 0) end++;
    const text = latin.decode(bytes.subarray(from, end));
    this.#place = LONG_DECIMAL.test(text) ? end : -1;
    return Number(text);
  }

  #keep(onset: number, duration: number | null, bytes: Uint8Array): void {
    const text = textOf(bytes);
    if (text === '') return;
    this.#bytes += bytes.length;
    if (this.#marks.length >= MAX_ANNOTATIONS || this.#bytes > MAX_ANNOTATION_BYTES) this.#dropped++;
    else this.#marks.push({ onset, duration, text });
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes).replace(CONTROL, ' ').trim();
  } catch {
    return latin.decode(bytes).replace(CONTROL, ' ').trim();
  }
}

/** The channel that a text names at its end, and the text without it; null if it names none of these. */
export function linked(text: string, labels: readonly string[]): { channel: number | null; text: string } {
  const mark = text.lastIndexOf(CHANNEL_MARK);
  const channel = mark === -1 ? -1 : labels.indexOf(text.slice(mark + CHANNEL_MARK.length).trim());
  return channel === -1 ? { channel: null, text } : { channel, text: text.slice(0, mark).trim() };
}

function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] !== 0x20) return false;
  return true;
}

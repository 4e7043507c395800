/** Parses numbers separated by white space, from bytes to doubles: the samples of FHIR and HL7 aECG. */
import type { FormatError } from '../types.ts';
import { decimalOf } from './decimal.ts';
import { quoted } from './messages.ts';
import { MAX_NUMBER_LENGTH, readDecimal, sampleOfText } from './numbers.ts';
import { RUN, type SampleReader, type SignalOutcome } from './sample-reader.ts';
import type { Window } from './window.ts';

/**
 * Context of a list: a JSON string, which ends with its quote and writes a newline as `\n`, or the text of an XML
 * element.
 */
export type ListPlace = 'json-string' | 'xml-text';

const POINT = 0x2e;
const BACKSLASH = 0x5c;
/** The letters of the JSON escapes for white space. */
const ESCAPED_SPACE: ReadonlySet<number> = new Set([0x6e, 0x72, 0x74]);

export class NumberList implements SampleReader {
  readonly samples = new Float64Array(RUN);
  filled = 0;
  #handedOn = 0;
  readonly #isJson: boolean;
  readonly #terminator: number;
  readonly #isMissing: (word: string) => boolean;
  readonly #fail: (offset: number, reason: string) => FormatError;

  /**
   * @param isMissing whether a word that is not a number stands for a missing sample; other words are refused
   * @param fail creates the error
   */
  constructor(
    place: ListPlace,
    isMissing: (word: string) => boolean,
    fail: (offset: number, reason: string) => FormatError,
  ) {
    this.#isJson = place === 'json-string';
    this.#terminator = this.#isJson ? 0x22 : 0x3c;
    this.#isMissing = isMissing;
    this.#fail = fail;
  }

  get count(): number {
    return this.#handedOn + this.filled;
  }

  begin(): void {
    this.filled = 0;
    this.#handedOn = 0;
  }

  take(): Float64Array {
    const taken = this.samples.subarray(0, this.filled);
    this.#handedOn += this.filled;
    this.filled = 0;
    return taken;
  }

  /** Continues at the window's position; after `closed` the position is at the byte that ends the list. */
  read(window: Window): SignalOutcome {
    const { bytes, end } = window;
    const samples = this.samples;
    let filled = this.filled;
    let place = window.position;
    let outcome: SignalOutcome | null = null;
    while (outcome === null) {
      // The common case: plain decimals, each followed by one space.
      while (filled < RUN) {
        const next = readDecimal(bytes, place, POINT, samples, filled);
        if (next === -1 || bytes[next] !== 0x20) break;
        place = next + 1;
        filled++;
      }
      const byte = bytes[place] as number;
      if (byte === 0x20 || (!this.#isJson && (byte === 0x0a || byte === 0x0d || byte === 0x09))) place++;
      else if (place === end || (byte === BACKSLASH && this.#isJson && place + 1 === end)) outcome = 'more';
      else if (byte === BACKSLASH && this.#isJson && ESCAPED_SPACE.has(bytes[place + 1] as number)) place += 2;
      else if (byte === this.#terminator) outcome = 'closed';
      else if (filled === RUN) outcome = 'full';
      else {
        let next = readDecimal(bytes, place, POINT, samples, filled);
        if (next === -1 || !this.#endsWord(bytes[next] as number)) next = this.#word(window, place, filled);
        if (next === end || next === -1) outcome = 'more';
        else {
          place = next;
          filled++;
        }
      }
    }
    window.position = place;
    this.filled = filled;
    return outcome;
  }

  #endsWord(byte: number): boolean {
    return byte <= 0x20 || byte === this.#terminator || (byte === BACKSLASH && this.#isJson);
  }

  /**
   * Reads a word that is not a plain decimal. Returns the position after it; -1 if it may continue in the next chunk.
   */
  #word(window: Window, from: number, at: number): number {
    const { bytes, end } = window;
    let to = from;
    while (to < end && !this.#endsWord(bytes[to] as number)) to++;
    if (to - from > MAX_NUMBER_LENGTH)
      throw this.#fail(window.offset(from), `A number of more than ${MAX_NUMBER_LENGTH} characters is out of range.`);
    if (to === end) return -1;
    const plain = decimalOf(bytes, from, to);
    if (plain === plain) this.samples[at] = plain;
    else {
      const text = bytes.toString('latin1', from, Math.max(to, from + 1));
      const value = sampleOfText(text);
      if (typeof value === 'number') this.samples[at] = value;
      else if (this.#isMissing(text)) this.samples[at] = NaN;
      else throw this.#fail(window.offset(from), `In a list of samples ${quoted(text)} ${value}.`);
    }
    return to;
  }
}

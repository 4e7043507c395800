/** Writes cells of numbers as bytes. Texts are kept, since the samples of a signal have few different values. */
import { decimalText } from '../common/numbers.ts';

/** Values whose texts are kept, each in a place that follows from its lowest bits. */
const KEPT = 4_096;
/** The longest text of a double: a sign, `0.`, five zeros and 17 digits. Smaller ones have an exponent. */
export const LONGEST_TEXT = 25;
/** Bytes of a place: a comma and a text, in whole words. */
const PLACE = 32;
/** Bytes that are always written. Most texts are no longer. */
const SHORT = 8;

/** A comma and a number. */
export class CellTexts {
  readonly #textOf: (value: number) => string;
  /** The value whose text is in each place; NaN: none. */
  readonly #values = new Float64Array(KEPT).fill(NaN);
  readonly #lengths = new Uint8Array(KEPT);
  readonly #texts = new Uint8Array(KEPT * PLACE);
  readonly #words = new Uint32Array(this.#texts.buffer);

  /** @param textOf the text of a cell, in ASCII */
  constructor(textOf: (value: number) => string) {
    this.#textOf = textOf;
  }

  /**
   * Writes a comma and the text of a number; behind them up to `PLACE` bytes may change.
   * @returns the place after them
   */
  write(value: number, target: DataView, at: number): number {
    const place = value & (KEPT - 1);
    if (this.#values[place] !== value) this.#keep(value, place);
    const words = this.#words;
    const length = this.#lengths[place] as number;
    let word = place * (PLACE / 4);
    target.setUint32(at, words[word] as number, true);
    target.setUint32(at + 4, words[word + 1] as number, true);
    for (let to = at + SHORT; to < at + length; to += 4) target.setUint32(to, words[(word += 1) + 1] as number, true);
    return at + length;
  }

  #keep(value: number, place: number): void {
    this.#values[place] = value;
    this.#lengths[place] = writeText(`,${this.#textOf(value)}`, this.#texts, place * PLACE) - place * PLACE;
  }
}

/** Writes a text in ASCII. @returns the place after it */
export function writeText(text: string, target: Uint8Array, at: number): number {
  for (let i = 0; i < text.length; i++) target[at + i] = text.charCodeAt(i);
  return at + text.length;
}

/** Fractions of a second with at most this many digits are exact decimals beside seconds of up to nine digits. */
const FRACTION = 1_000_000;

/** Writes the first cell of a row: its time, or its number without a sampling rate. */
export class RowTexts {
  readonly #rate: number | null;
  /** The fractions of a second by sample, with their point; null if they are not exact decimals. */
  readonly #fractions: readonly string[] | null;
  #second = -1;
  #secondText = '';

  constructor(rate: number | null) {
    this.#rate = rate;
    // The text of a double is the shortest that is nearest to it: for a decimal of up to 15 digits, that decimal.
    this.#fractions =
      rate !== null && Number.isInteger(rate) && FRACTION % rate === 0 && rate <= KEPT
        ? Array.from({ length: rate }, (_, sample) => decimalText(sample / rate).slice(1))
        : null;
  }

  write(row: number, target: Uint8Array, at: number): number {
    if (this.#rate === null) return writeText(String(row), target, at);
    if (this.#fractions === null) return writeText(decimalText(row / this.#rate), target, at);
    const second = Math.floor(row / this.#rate);
    if (second !== this.#second) {
      this.#second = second;
      this.#secondText = String(second);
    }
    const after = writeText(this.#secondText, target, at);
    return writeText(this.#fractions[row - second * this.#rate] as string, target, after);
  }
}

/** The hot loop: parses the numbers of one `signal` array, from bytes to doubles, without allocation per sample. */
import type { Samples } from '../../signal/samples.ts';
import { decimalOf, POWER } from '../common/decimal.ts';
import { RUN, type SampleReader, type SignalOutcome } from '../common/sample-reader.ts';
import type { Window } from '../common/window.ts';
import { contentError, syntaxError } from './failure.ts';
import { readIntegers } from './integers.ts';
import { sampleOf, tokenEnd } from './token.ts';

type Expected = 'first' | 'value' | 'comma';

const NULL = 0x6c6c756e; // 'null', little-endian
/**
 * Numbers of this many digits are below 2^53 and hence exact; a division by an exact power of ten rounds once and hence
 * correctly.
 */
const EXACT_DIGITS = 15;

/** XOR with this turns each of four ASCII digits into 0 to 9. */
const ASCII_ZEROS = 0x30303030;
/** Comma and point after that operation. */
const COMMA = 0x2c ^ 0x30;
const POINT = 0x2e ^ 0x30;

/** Sets bits in the high halves of the bytes that are not digits; exact up to and including the first such byte. */
const notDigits = (word: number): number => ((word + 0x06060606) | word) & 0xf0f0f0f0;

/** Index of the lowest byte with a bit set, which is the number of digits before it. */
const firstByte = (bits: number): number => (31 - Math.clz32(bits & -bits)) >>> 3;

/** Value of the four digits in a word, with the first digit in the lowest byte. */
function fourDigits(word: number): number {
  const pairs = (Math.imul(word, 10) + (word >>> 8)) & 0x00ff00ff;
  return (Math.imul(pairs, 100) + (pairs >>> 16)) & 0xffff;
}

/** Value of the first `count` (1 to 3) digits in a word. */
const fewDigits = (word: number, count: number): number => fourDigits(word << (32 - 8 * count));

export class SignalReader implements SampleReader {
  /** Room for `RUN` doubles, once there is one. */
  #samples: Float64Array | null = null;
  /** How many of them are in use. */
  filled = 0;
  /** A run of integers ready to be taken; there are no doubles then. */
  #integers: Int16Array | Int32Array | null = null;
  /** Memory of the last run of 16 and of 32 bits. */
  #run16 = new Int16Array(0);
  #run32 = new Int32Array(0);
  /** Whether the integer path has read anything in this signal. */
  #isOfIntegers = false;
  /**
   * The fill of the window in which the integer path was last tried: with other numbers in between, one attempt per
   * fill is enough.
   */
  #triedIn = -1;
  /** Samples of this signal passed on before. */
  #handedOn = 0;
  #expected: Expected = 'first';

  /** Samples of this signal read so far. */
  get count(): number {
    return this.#handedOn + this.filled;
  }

  /** Begins a signal, after its opening bracket. */
  begin(): void {
    this.filled = 0;
    this.#handedOn = 0;
    this.#expected = 'first';
    this.#triedIn = -1;
    this.#isOfIntegers = false;
  }

  /** The samples since the last call; valid until the next read. */
  take(): Samples {
    if (this.#integers !== null) {
      const integers = this.#integers;
      this.#integers = null;
      this.#handedOn += integers.length;
      return integers;
    }
    const taken = (this.#samples ?? new Float64Array(0)).subarray(0, this.filled);
    this.#handedOn += this.filled;
    this.filled = 0;
    return taken;
  }

  /** Reads from the window's position. */
  read(window: Window): SignalOutcome {
    for (;;) {
      if (this.#expected !== 'comma') {
        if (this.#triedIn !== window.fills) {
          // The few numbers at the end of the bytes before must not keep the others from the fast path.
          if (this.filled > 0 && this.#isOfIntegers) return 'full';
          if (this.filled === 0) {
            this.#triedIn = window.fills;
            this.#integers = this.#copied(readIntegers(window));
            this.#isOfIntegers = this.#integers !== null;
            if (this.#isOfIntegers) {
              this.#expected = 'value';
              return 'full';
            }
          }
        }
        if (this.#readRun(window)) this.#expected = 'value';
        if (this.filled === RUN) return 'full';
      }
      const byte = skipSpace(window);
      if (byte === -1) return 'more';
      if (this.#expected === 'comma') {
        if (byte !== 0x2c && byte !== 0x5d)
          throw syntaxError(window.offset(), 'Expected a comma or a closing bracket after a sample.');
        window.position++;
        if (byte === 0x5d) return 'closed';
        this.#expected = 'value';
      } else {
        if (byte === 0x5d && this.#expected === 'first')
          throw contentError(window.offset(), 'A signal must have at least one sample.');
        refuseOtherKinds(byte, window.offset());
        const end = tokenEnd(window);
        if (end === -1) return 'more';
        const value = decimalOf(window.bytes, window.position, end);
        this.#doubles()[this.filled++] =
          value === value ? value : sampleOf(window.bytes.toString('latin1', window.position, end), window.offset());
        window.position = end;
        this.#expected = 'comma';
      }
    }
  }

  #doubles(): Float64Array {
    this.#samples ??= new Float64Array(RUN);
    return this.#samples;
  }

  /** Other decoders share the memory of the compiled scanner, and may read before the run is taken: hence a copy. */
  #copied(integers: Int16Array | Int32Array): Int16Array | Int32Array | null {
    if (integers.length === 0) return null;
    if (integers instanceof Int32Array) {
      if (this.#run32.length < integers.length) this.#run32 = new Int32Array(2 * integers.length);
      this.#run32.set(integers);
      return this.#run32.subarray(0, integers.length);
    }
    if (this.#run16.length < integers.length) this.#run16 = new Int16Array(2 * integers.length);
    this.#run16.set(integers);
    return this.#run16.subarray(0, integers.length);
  }

  /**
   * Reads values directly followed by a comma: integers of up to 7 digits, decimals of up to 15, null. Stops before
   * anything else (which `read` then handles), at the end of the bytes (padded with zeros, which are neither digit nor
   * comma) or when there is no more room. Digits are read four at a time: branches on their number would be
   * mispredicted at every other sample.
   * @returns whether there were any
   */
  #readRun(window: Window): boolean {
    const { bytes, view } = window;
    const samples = this.#doubles();
    const before = this.filled;
    let filled = before;
    let next = window.position;
    while (filled < RUN) {
      let place = next;
      let byte = bytes[place] as number;
      while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++place] as number;
      const minus = byte === 0x2d ? 1 : 0;
      place += minus;
      let word = view.getInt32(place, true) ^ ASCII_ZEROS;
      const leadingZero = (word & 0xff) === 0;
      let others = notDigits(word);
      let digits: number;
      let value: number;
      if (others !== 0) {
        digits = firstByte(others);
        if (digits === 0) {
          if (byte !== 0x6e || view.getInt32(place, true) !== NULL || bytes[place + 4] !== 0x2c) break;
          samples[filled++] = NaN;
          next = place + 5;
          continue;
        }
        value = fewDigits(word, digits);
        place += digits;
        word >>>= 8 * digits;
      } else {
        digits = 4;
        value = fourDigits(word);
        place += 4;
        word = view.getInt32(place, true) ^ ASCII_ZEROS;
        others = notDigits(word);
        if (others === 0) break;
        const more = firstByte(others);
        if (more !== 0) {
          value = value * (POWER[more] as number) + fewDigits(word, more);
          digits += more;
          place += more;
          word >>>= 8 * more;
        }
      }
      if (leadingZero && digits !== 1) break;
      if ((word & 0xff) === COMMA) {
        samples[filled++] = minus === 0 ? value : 0 - value;
        next = place + 1;
        continue;
      }
      if ((word & 0xff) !== POINT) break;
      const whole = digits;
      place++;
      word = view.getInt32(place, true) ^ ASCII_ZEROS;
      others = notDigits(word);
      while (others === 0 && digits < EXACT_DIGITS) {
        value = value * 10000 + fourDigits(word);
        digits += 4;
        place += 4;
        word = view.getInt32(place, true) ^ ASCII_ZEROS;
        others = notDigits(word);
      }
      if (others === 0) break;
      const more = firstByte(others);
      if (more !== 0) {
        value = value * (POWER[more] as number) + fewDigits(word, more);
        digits += more;
        place += more;
      }
      if (digits === whole || digits > EXACT_DIGITS || bytes[place] !== 0x2c) break;
      value /= POWER[digits - whole] as number;
      samples[filled++] = minus === 0 ? value : 0 - value;
      next = place + 1;
    }
    window.position = next;
    this.filled = filled;
    return filled !== before;
  }
}

function refuseOtherKinds(byte: number, offset: number): void {
  const kind = byte === 0x22 ? 'a string' : byte === 0x7b ? 'an object' : byte === 0x5b ? 'an array' : null;
  if (kind !== null) throw contentError(offset, `A signal may contain numbers and null only, not ${kind}.`);
}

/** Moves the window to the next byte that is not white space and returns it; -1 at the end of the bytes. */
export function skipSpace(window: Window): number {
  const { bytes, end } = window;
  let place = window.position;
  let byte = bytes[place] as number;
  while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++place] as number;
  window.position = place;
  return place === end ? -1 : byte;
}

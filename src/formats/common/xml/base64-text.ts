/** Reads base64 in the text of an XML element (RFC 4648, with white space anywhere): from bytes to bytes. */
import type { FormatError } from '../../types.ts';
import { countAbove } from '../byte-sums.ts';
import { quoted } from '../messages.ts';
import type { SignalOutcome } from '../sample-reader.ts';
import type { Window } from '../window.ts';
import type { SampleText } from './markup.ts';

/** Bytes passed on at once: whole groups of three. */
const RUN = 49_152;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** The six bits of each character; -1 for all others. */
const SEXTETS = Int8Array.from({ length: 256 }, (_, byte) => ALPHABET.indexOf(String.fromCharCode(byte)));

const LESS = 0x3c;
const EQUALS = 0x3d;
const AMPERSAND = 0x26;
/** Node takes `-` and `_` for base64 as well. */
const STOPS = [AMPERSAND, LESS, EQUALS, 0x2d, 0x5f] as const;
/** This character and all below it are passed over. */
const BLANK = 0x20;
/** Character references of white space: some writers refer to the carriage return. */
const SPACE_REFERENCE = /^&#(?:x(?:9|A|D|20)|9|10|13|32);/i;
const MAX_REFERENCE = 6;

export class Base64Text implements SampleText {
  filled = 0;
  readonly #bytes = Buffer.alloc(RUN + 3);
  /** Bits of characters that are not yet a whole group. */
  #bits = 0;
  #characters = 0;
  #isPadded = false;
  readonly #fail: (offset: number, reason: string) => FormatError;

  constructor(fail: (offset: number, reason: string) => FormatError) {
    this.#fail = fail;
  }

  /** Called before each element. */
  begin(): void {
    this.filled = 0;
    this.#bits = 0;
    this.#characters = 0;
    this.#isPadded = false;
  }

  /** The bytes since the last call; valid until the next read. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.filled);
    this.filled = 0;
    return taken;
  }

  /**
   * Called at the end of the element: the padding may have been left out.
   * @returns whether the text ends with whole bytes
   */
  finish(): boolean {
    const isWhole = this.#characters !== 1;
    this.#endGroup();
    return isWhole;
  }

  read(window: Window): SignalOutcome {
    const { bytes, end } = window;
    let place = window.position;
    for (;;) {
      if (this.#characters === 0 && !this.#isPadded) place = this.#groups(window, place);
      if (this.filled >= RUN) return this.#at(window, place, 'full');
      if (place === end) return this.#at(window, place, 'more');
      const byte = bytes[place] as number;
      if (byte === LESS) return this.#at(window, place, 'closed');
      if (byte === AMPERSAND) {
        const next = this.#reference(window, place);
        if (next === -1) return this.#at(window, place, 'more');
        place = next;
      } else {
        if (byte > BLANK) this.#character(window, place, byte);
        place++;
      }
    }
  }

  #at(window: Window, place: number, outcome: SignalOutcome): SignalOutcome {
    window.position = place;
    return outcome;
  }

  /**
   * The common case: groups of four characters, blanks between them included. Node's decoder passes over whatever is
   * not base64, so its bytes count only if there are three for every group; otherwise each character is looked at.
   * @returns the position after the groups
   */
  #groups(window: Window, from: number): number {
    if (window.end - from < 4) return from;
    const piece = this.#piece(window, from);
    // Usually without blanks; then there is nothing to count.
    const whole = piece.length & ~3;
    if (this.#decode(piece, whole, whole)) return from + whole;
    const { characters, end } = wholeGroups(piece);
    if (!this.#decode(piece, end, characters))
      for (let at = 0; at < end; at++) {
        const byte = piece[at] as number;
        if (byte > BLANK) this.#character(window, from + at, byte);
      }
    return from + end;
  }

  /** What fits into the run, before the next character that needs a look. */
  #piece({ bytes, end }: Window, from: number): Buffer {
    let piece = bytes.subarray(from, Math.min(end, from + 4 * Math.ceil((RUN - this.filled) / 3)));
    for (const byte of STOPS) {
      const at = piece.indexOf(byte);
      if (at !== -1) piece = piece.subarray(0, at);
    }
    return piece;
  }

  /** @param characters that the piece has before `end` @returns whether all of them are base64 */
  #decode(piece: Buffer, end: number, characters: number): boolean {
    const written = this.#bytes.write(piece.toString('latin1', 0, end), this.filled, 'base64');
    if (4 * written !== 3 * characters) return false;
    this.filled += written;
    return true;
  }

  #character(window: Window, place: number, byte: number): void {
    const bits = SEXTETS[byte] as number;
    if (byte === EQUALS && (this.#isPadded || this.#characters >= 2)) {
      this.#endGroup();
      this.#isPadded = true;
    } else if (bits === -1)
      throw this.#fail(window.offset(place), `${quoted(String.fromCodePoint(byte))} does not belong to base64.`);
    else if (this.#isPadded) throw this.#fail(window.offset(place), 'The base64 goes on behind its padding.');
    else {
      this.#bits = (this.#bits << 6) | bits;
      if (++this.#characters === 4) this.#endGroup();
    }
  }

  /** Passes on the whole bytes of a group, which may be incomplete. */
  #endGroup(): void {
    const bits = this.#bits << (6 * (4 - this.#characters));
    for (let byte = 0; byte < this.#characters - 1; byte++) this.#bytes[this.filled++] = bits >> (16 - 8 * byte);
    this.#bits = 0;
    this.#characters = 0;
  }

  /** @returns the position after a reference of white space; -1 if it may continue in the next chunk */
  #reference({ bytes, end, base }: Window, place: number): number {
    const text = bytes.toString('latin1', place, Math.min(end, place + MAX_REFERENCE));
    const found = SPACE_REFERENCE.exec(text)?.[0];
    if (found !== undefined) return place + found.length;
    if (text.length < MAX_REFERENCE && !text.includes(';') && !text.includes('<')) return -1;
    throw this.#fail(base + place, `${quoted(text)} does not belong to base64.`);
  }
}

/** How many characters the whole groups of a piece have, blanks not counted, and where they end. */
function wholeGroups(piece: Buffer): { characters: number; end: number } {
  let characters = countAbove(BLANK, piece);
  let end = piece.length;
  for (; characters % 4 !== 0; characters--) while ((piece[--end] as number) <= BLANK);
  return { characters, end };
}

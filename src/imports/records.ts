/**
 * Cuts a CSV file into records before the CSV parser sees them. It makes one pass over the bytes and understands
 * quotes, so that the position and line of every record are known, records that are too large are not held, and a
 * malformed record affects only itself. Bytes suffice, because in UTF-8 and windows-1252 alike the bytes of delimiter,
 * quote and line end mean nothing else.
 */
import { MAX_COLUMNS, MAX_RECORD_BYTES } from './limits.ts';

export type Delimiter = ',' | ';' | '\t';

/** One record, or a faulty one that cannot be read. */
export interface RawRecord {
  /** The line on which it starts, from 1. */
  line: number;
  /** Where the next record starts: byte and line in the file. */
  end: number;
  nextLine: number;
  /** Its text without the line end. Empty if it is faulty. */
  bytes: Buffer;
  /** Why it cannot be read. */
  fault: string | null;
}

const NUL = 0x00;
const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const NONE = Buffer.alloc(0);

/** The state of the scanner within a record. */
const CELL_START = 0;
const PLAIN = 1;
/**
 * In an unquoted cell that starts with a character beyond ASCII. The CSV parser may take that for white space, and a
 * quote after it for an opening one.
 */
const PLAIN_NOT_ASCII = 2;
const QUOTED = 3;
const QUOTE_SEEN = 4;
const BEHIND_QUOTED = 5;
/** Malformed in its first line: the rest of the line belongs to the record. */
const BAD = 6;

const FAULTS = {
  nul: 'has a NUL byte: this is not text',
  columns: `has more than ${MAX_COLUMNS} columns`,
  size: `is longer than ${MAX_RECORD_BYTES} bytes`,
  open: 'has a quote that is not closed',
  behind: 'has text after a closing quote; double the quotes inside a quoted cell',
  inside: 'has a quote in an unquoted cell; quote the cell and double the quotes inside it',
} as const;

/**
 * Usage: `push` every piece of the file, then `end`. Both yield the records that have become complete, which must be
 * read to the end before the next call: a piece may hold a hundred thousand. Lines without any text, blank or of empty
 * cells only, are no records.
 */
export class RecordScanner {
  readonly #delimiter: number;
  #rest: Buffer = NONE;
  /** Position in `rest`. */
  #at = 0;
  /** Position of `rest` in the file. */
  #offset: number;
  #line: number;
  /** True within a line that is too long; its rest is discarded. */
  #isSkipping = false;
  #skippedFrom = 0;

  /** @param start place and line of the first byte that will be pushed, which starts a record */
  constructor(delimiter: Delimiter, start: { offset: number; line: number }) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#offset = start.offset;
    this.#line = start.line;
  }

  /** Whether the current record is too long. */
  get isInTooLong(): boolean {
    return this.#isSkipping;
  }

  push(piece: Buffer): Iterable<RawRecord> {
    this.#rest = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    return this.#scan(false);
  }

  end(): Iterable<RawRecord> {
    return this.#scan(true);
  }

  *#scan(isLast: boolean): Generator<RawRecord> {
    for (;;) {
      if (this.#at === this.#rest.length && !(isLast && this.#isSkipping)) break;
      const record = this.#isSkipping ? this.#skip(isLast) : this.#next(isLast);
      if (record === 'incomplete') break;
      if (record) yield record;
    }
    this.#offset += this.#at;
    this.#rest = this.#rest.subarray(this.#at);
    this.#at = 0;
  }

  /** The record at `at`; null for one without any text. */
  #next(isLast: boolean): RawRecord | null | 'incomplete' {
    const [rest, at, delimiter] = [this.#rest, this.#at, this.#delimiter];
    const limit = Math.min(rest.length, at + MAX_RECORD_BYTES);
    let state = CELL_START;
    let columns = 1;
    let lineEnds = 0;
    let secondLine = -1;
    let fault: string | null = null;
    let isBlank = true;
    for (let i = at; i < limit; i++) {
      const byte = rest[i] as number;
      if (byte === LF || byte === CR) {
        if (byte === CR && i + 1 === rest.length && !isLast) return 'incomplete';
        const width = byte === CR && rest[i + 1] === LF ? 2 : 1;
        if (state !== QUOTED) return this.#taken(i, i + width, lineEnds + 1, fault, isBlank);
        lineEnds += 1;
        if (secondLine < 0) secondLine = i + width;
        i += width - 1;
        continue;
      }
      if (byte === NUL) fault ??= FAULTS.nul;
      if (state === BAD) continue;
      const isSpace = byte === 0x20 || (byte === 0x09 && delimiter !== 0x09) || byte === 0x0b || byte === 0x0c;
      if (!isSpace && !this.#isFrame(byte, state)) isBlank = false;

      let wrong: string | null = null;
      if (state === QUOTED) {
        if (byte === QUOTE) state = QUOTE_SEEN;
      } else if (byte === delimiter) {
        state = CELL_START;
        columns += 1;
        if (columns > MAX_COLUMNS) wrong = FAULTS.columns;
      } else if (state === CELL_START) {
        if (byte === QUOTE) state = QUOTED;
        else if (!isSpace) state = byte > 0x7e ? PLAIN_NOT_ASCII : PLAIN;
      } else if (state === QUOTE_SEEN && byte === QUOTE) {
        state = QUOTED;
      } else if (state === QUOTE_SEEN || state === BEHIND_QUOTED) {
        state = BEHIND_QUOTED;
        if (!isSpace) wrong = FAULTS.behind;
      } else if (state === PLAIN_NOT_ASCII && byte === QUOTE) {
        wrong = FAULTS.inside;
      }
      if (wrong === null) continue;
      fault ??= wrong;
      // Usually the quote in the first line is the mistake, and the following lines are records.
      if (secondLine >= 0)
        return this.#taken(secondLine, secondLine, 1, wrong === FAULTS.behind ? FAULTS.open : wrong, false);
      state = BAD;
    }
    if (limit === rest.length && limit - at < MAX_RECORD_BYTES) {
      if (!isLast) return 'incomplete';
      if (state !== QUOTED) return this.#taken(limit, limit, lineEnds + 1, fault, isBlank);
      return secondLine >= 0
        ? this.#taken(secondLine, secondLine, 1, FAULTS.open, false)
        : this.#taken(limit, limit, 1, FAULTS.open, false);
    }
    if (secondLine >= 0) return this.#taken(secondLine, secondLine, 1, FAULTS.open, false);
    this.#isSkipping = true;
    this.#skippedFrom = this.#line;
    this.#at = limit;
    return null;
  }

  /** Whether the byte delimits a cell, rather than being text in it. */
  #isFrame(byte: number, state: number): boolean {
    return byte === QUOTE ? state === CELL_START || state === QUOTED : byte === this.#delimiter && state !== QUOTED;
  }

  #taken(to: number, next: number, lines: number, fault: string | null, isBlank: boolean): RawRecord | null {
    const line = this.#line;
    const bytes = fault === null ? this.#rest.subarray(this.#at, to) : NONE;
    this.#at = next;
    this.#line += lines;
    return isBlank && fault === null ? null : { line, end: this.#offset + next, nextLine: this.#line, bytes, fault };
  }

  #skip(isLast: boolean): RawRecord | 'incomplete' {
    const rest = this.#rest;
    let i = this.#at;
    while (i < rest.length && rest[i] !== LF && rest[i] !== CR) i++;
    // A CR at the end of the piece may be half of a line end.
    if ((i === rest.length || (rest[i] === CR && i + 1 === rest.length)) && !isLast) {
      this.#at = i;
      return 'incomplete';
    }
    const width = i === rest.length ? 0 : rest[i] === CR && rest[i + 1] === LF ? 2 : 1;
    this.#at = i + width;
    this.#line += 1;
    this.#isSkipping = false;
    return {
      line: this.#skippedFrom,
      end: this.#offset + this.#at,
      nextLine: this.#line,
      bytes: NONE,
      fault: FAULTS.size,
    };
  }
}

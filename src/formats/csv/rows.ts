/** The hot loop: parses rows of a table into a column of doubles per channel. */
import { decimalOf, POWER } from '../common/decimal.ts';
import { quoted } from '../common/messages.ts';
import { readDecimal, sampleOfText } from '../common/numbers.ts';
import type { Window } from '../common/window.ts';
import { isMissing, splitLine } from './cells.ts';
import { contentError } from './failure.ts';
import type { Layout } from './layout.ts';
import { endOfLine, isBlank, lastBlank } from './row-bytes.ts';
import { Remarks } from './remarks.ts';
import type { TimeColumn } from './time.ts';

/** Values in one batch of all channels: 2 MiB of doubles. */
const BATCH_VALUES = 1 << 18;
const MIN_ROWS = 1024;
const MAX_ROWS = 32768;

const NEWLINE = 0x0a;
const POINT = 0x2e;
const COMMA = 0x2c;

/** Marks an empty cell until it is known whether more of its column follows; no sample is infinite. */
export const EMPTY_CELL = Infinity;

/** A line that begins another table in the same file (LabChart writes its blocks so). */
const BLOCK = Buffer.from('Interval=');
const MINUS = 0x2d;
const HASH = 0x23;
const PERCENT = 0x25;
const LETTER_I = 0x49;

/** Kinds of columns in the hot loop. */
const SKIP = 0;
const CHANNEL = 1;
const CLOCK = 2;

/** Why the reader stopped: it needs more bytes, its batch is full or has a gap, or another table begins. */
export type Stop = 'more' | 'batch' | 'block';

export class RowReader {
  /** A batch of each channel: NaN for missing samples, `EMPTY_CELL` for empty cells. */
  readonly columns: readonly Float64Array[];
  /** Rows in the batch. */
  rows = 0;
  /** Rows that are missing before the last one of the batch, as its time says. */
  gap = 0;
  /** Comments between the rows and at their ends, and the line of the first. */
  comments = { count: 0, line: 0 };
  readonly times: TimeColumn | null;
  readonly remarks: Remarks;
  /** Number of the line to be read next, from 1. */
  line: number;
  /** Rows before the batch, with the missing ones. */
  #before = 0;
  readonly #layout: Layout;
  readonly #delimiter: number;
  readonly #capacity: number;
  readonly #time = new Float64Array(1);
  /** By column of the table. */
  readonly #kinds: Uint8Array;
  readonly #targets: readonly Float64Array[];
  /** Whether the rows have more than an optional time and then channels. */
  readonly #isMixed: boolean;
  /** Whether a blank line has no sample: in a table of one column, it is an empty cell. */
  readonly #passesBlank: boolean;
  /** The byte of the decimal sign; 0 if it is not known yet. */
  #point: number;

  constructor(layout: Layout, line: number) {
    const channels = layout.names.length;
    this.#layout = layout;
    this.remarks = new Remarks(channels);
    this.line = line;
    this.#delimiter = layout.delimiter.charCodeAt(0);
    this.#point = layout.decimal?.charCodeAt(0) ?? 0;
    this.#capacity = Math.max(MIN_ROWS, Math.min(MAX_ROWS, Math.floor(BATCH_VALUES / channels)));
    this.columns = Array.from({ length: channels }, () => new Float64Array(this.#capacity));
    this.times = layout.clock?.times ?? null;
    this.#kinds = Uint8Array.from(layout.roles, ({ kind }, column) =>
      column === layout.clock?.column ? CLOCK : kind === 'channel' ? CHANNEL : SKIP,
    );
    let channel = 0;
    const unused = new Float64Array(0);
    this.#targets = Array.from(this.#kinds, (kind) =>
      kind === CHANNEL ? (this.columns[channel++] as Float64Array) : unused,
    );
    this.#isMixed = this.#kinds.some((kind, column) => kind === SKIP || (kind === CLOCK && column > 0));
    this.#passesBlank = layout.roles.length > 1;
  }

  /** Begins the next batch: with the row behind the gap, if there is one. */
  next(): void {
    const held = this.gap > 0 ? 1 : 0;
    this.#before += this.rows - held + this.gap;
    this.rows = held;
    this.gap = 0;
  }

  /** Reads the lines of the window that end before `stop`, the position after a newline. */
  read(window: Window, stop: number): Stop {
    while (window.position < stop) {
      if (this.rows === this.#capacity || this.gap > 0) return 'batch';
      const first = window.bytes[window.position] as number;
      const isNumber = (first >= 0x30 && first <= 0x39) || first === MINUS;
      if (!isNumber && first === LETTER_I && this.#isBlock(window)) return 'block';
      if (isNumber || !this.#passes(window, first)) {
        if (this.#isMixed) this.#mixedRow(window);
        else this.#row(window);
      }
      this.line++;
    }
    return this.gap > 0 ? 'batch' : 'more';
  }

  /** Passes over a line that is no row: a comment or a blank one. @returns whether it is one */
  #passes(window: Window, first: number): boolean {
    if (first === HASH || first === PERCENT) {
      this.#countComment();
    } else if (!this.#passesBlank || !isBlank(window, this.times === null ? 0 : this.#delimiter)) return false;
    window.position = endOfLine(window.bytes, window.position) + 1;
    return true;
  }

  #countComment(): void {
    if (this.comments.count++ === 0) this.comments.line = this.line;
  }

  #isBlock({ bytes, position }: Window): boolean {
    return bytes.compare(BLOCK, 0, BLOCK.length, position, position + BLOCK.length) === 0;
  }

  /** A row of channels only, or with its time in the first column. */
  #row(window: Window): void {
    const { bytes } = window;
    const { columns, rows } = this;
    const delimiter = this.#delimiter;
    let place = window.position;
    const first = this.times === null ? 0 : 1;
    if (first === 1) {
      place = this.#timeCell(window, place, 0);
      if (bytes[place] === NEWLINE) throw this.#tooFew(window, 1);
      place++;
    }
    const last = columns.length - 1;
    for (let column = 0; column <= last; column++) {
      const target = columns[column] as Float64Array;
      while (bytes[place] === 0x20) place++;
      let end = readDecimal(bytes, place, this.#point, target, rows);
      if (end !== -1) while (bytes[end] === 0x20 || bytes[end] === 0x0d) end++;
      if (end === -1 || (bytes[end] !== delimiter && bytes[end] !== NEWLINE))
        end = this.#cell(window, place, column + first);
      if (column < last) {
        if (bytes[end] === NEWLINE) throw this.#tooFew(window, column + first + 1);
        end++;
      }
      place = end;
    }
    window.position = bytes[place] === NEWLINE ? place + 1 : this.#beyond(window, place);
    this.rows++;
  }

  /** A row whose channels, time and other columns are in any order. */
  #mixedRow(window: Window): void {
    const { bytes } = window;
    const kinds = this.#kinds;
    const last = kinds.length - 1;
    let place = window.position;
    for (let column = 0; column <= last; column++) {
      const kind = kinds[column];
      if (kind === CHANNEL) {
        while (bytes[place] === 0x20) place++;
        place = this.#cell(window, place, column);
      } else place = kind === CLOCK ? this.#timeCell(window, place, column) : this.#endOfCell(bytes, place);
      if (column < last) {
        if (bytes[place] === NEWLINE) throw this.#tooFew(window, column + 1);
        place++;
      }
    }
    window.position = bytes[place] === NEWLINE ? place + 1 : this.#beyond(window, place);
    this.rows++;
  }

  /** Reads a channel's cell that is not a plain decimal. Returns the position of the delimiter or newline after it. */
  #cell(window: Window, from: number, column: number): number {
    const { bytes } = window;
    const target = this.#targets[column] as Float64Array;
    const end = this.#endOfCell(bytes, from);
    const plain = this.#point === POINT ? decimalOf(bytes, from, lastBlank(bytes, from, end)) : NaN;
    if (plain === plain) {
      target[this.rows] = plain;
      return end;
    }
    const text = this.#text(bytes, from, end);
    if (isMissing(text)) {
      target[this.rows] = text === '' ? EMPTY_CELL : NaN;
      return end;
    }
    const value = sampleOfText(this.#withPoint(text, column, window.offset(from)));
    if (typeof value === 'string')
      throw contentError(window.offset(from), `${this.#place(column)}: ${quoted(text)} ${value}.`);
    target[this.rows] = value;
    return end;
  }

  /**
   * The text of a number, with a decimal comma replaced by a point. The first decimal sign of a file decides; the other
   * sign is refused after that.
   */
  #withPoint(text: string, column: number, offset: number): string {
    const sign = /[.,]/.exec(text)?.[0];
    if (sign === undefined || this.#delimiter === COMMA) return text;
    const point = sign.charCodeAt(0);
    if (this.#point === 0) this.#point = point;
    if (this.#point !== point)
      throw contentError(
        offset,
        `${this.#place(column)} has a different decimal separator than the cells before it: ${quoted(text)}.`,
      );
    return text.replace(',', '.');
  }

  /** Reads the time of a row. Returns the position of the delimiter or newline after it. */
  #timeCell(window: Window, from: number, column: number): number {
    const { bytes } = window;
    const times = this.times as TimeColumn;
    let place = from;
    while (bytes[place] === 0x20) place++;
    let end = readDecimal(bytes, place, this.#point || POINT, this.#time, 0);
    if (end !== -1 && bytes[end] === this.#delimiter) {
      let digit = end - 1;
      while (digit > place && bytes[digit] !== POINT && bytes[digit] !== COMMA) digit--;
      this.gap = times.add(
        this.#time[0] as number,
        digit === place ? 1 : 1 / (POWER[end - digit - 1] as number),
        this.line,
      );
      return end;
    }
    end = this.#endOfCell(bytes, place);
    const text = this.#text(bytes, place, end);
    const told = times.addText(text, this.#delimiter !== COMMA, this.line);
    if (told === null)
      throw contentError(
        window.offset(from),
        `Line ${this.line}, column ${column + 1}: ${quoted(text)} is not a time.`,
      );
    this.gap = told.missing;
    return end;
  }

  /**
   * Reads the end of a row: only empty cells and a remark or comment may follow the last column. Returns the position
   * after the newline.
   */
  #beyond(window: Window, from: number): number {
    const { bytes } = window;
    const end = endOfLine(bytes, from);
    let place = from;
    while (bytes[place] === this.#delimiter || bytes[place] === 0x20 || bytes[place] === 0x0d) place++;
    if (place < end) {
      if (bytes[place] !== HASH || place === from)
        throw contentError(window.offset(place), `Line ${this.line} has more cells than the header.`);
      if (!this.remarks.take(bytes.subarray(place, end), this.#before + this.gap + this.rows)) this.#countComment();
    }
    return end + 1;
  }

  #endOfCell(bytes: Buffer, from: number): number {
    const quote = bytes[from];
    let place = from;
    if (quote === 0x22 || quote === 0x27) {
      place++;
      while (bytes[place] !== quote && bytes[place] !== NEWLINE) place++;
    }
    while (bytes[place] !== this.#delimiter && bytes[place] !== NEWLINE) place++;
    return place;
  }

  /** Text of a cell, without blanks and quotes. */
  #text(bytes: Buffer, from: number, to: number): string {
    const text = bytes.toString('latin1', from, Math.min(to, from + 1000)).trim();
    return text.startsWith('"') || text.startsWith("'") ? (splitLine(text, '\n')?.[0] ?? text) : text;
  }

  #place(column: number): string {
    const name = quoted(this.#layout.titles[column] as string);
    return `Line ${this.line}, column ${column + 1} (${name})`;
  }

  #tooFew(window: Window, cells: number): Error {
    return contentError(
      window.offset(),
      `Line ${this.line} has ${cells} cells, but the header has ${this.#kinds.length}.`,
    );
  }
}

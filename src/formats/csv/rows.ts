/** The hot loop: parses rows of a table into a column of doubles per channel. */
import { decimalOf } from '../common/decimal.ts';
import { quoted } from '../common/messages.ts';
import { readDecimal, sampleOfText } from '../common/numbers.ts';
import type { Window } from '../common/window.ts';
import { isMissing, splitLine } from './cells.ts';
import { contentError } from './failure.ts';
import type { Header } from './header.ts';
import { momentOf, resolutionOf, TimeColumn } from './time.ts';

/** Values in one batch of all channels: 2 MiB of doubles. */
const BATCH_VALUES = 1 << 18;
const MIN_ROWS = 1024;
const MAX_ROWS = 32768;

const NEWLINE = 0x0a;
const POINT = 0x2e;
const COMMA = 0x2c;

/** Marks an empty cell until it is known whether more of its column follows; no sample is infinite. */
export const EMPTY_CELL = Infinity;

export class RowReader {
  /** A batch of each channel: NaN for missing samples, `EMPTY_CELL` for empty cells. */
  readonly columns: readonly Float64Array[];
  /** Rows in the batch. */
  rows = 0;
  readonly times: TimeColumn | null;
  /** Date of the first row, ISO 8601, if the times have one. */
  date: string | null = null;
  /** Number of the line to be read next, from 1. */
  #line: number;
  readonly #header: Header;
  readonly #delimiter: number;
  readonly #capacity: number;
  readonly #time = new Float64Array(1);
  /** The byte of the decimal sign; 0 if it is not known yet. */
  #point: number;

  constructor(header: Header, line: number) {
    const channels = header.names.length;
    this.#header = header;
    this.#line = line;
    this.#delimiter = header.delimiter.charCodeAt(0);
    this.#point = this.#delimiter === COMMA ? POINT : 0;
    this.#capacity = Math.max(MIN_ROWS, Math.min(MAX_ROWS, Math.floor(BATCH_VALUES / channels)));
    this.columns = Array.from({ length: channels }, () => new Float64Array(this.#capacity));
    this.times =
      header.first === null
        ? null
        : header.first.kind === 'time'
          ? new TimeColumn(header.first.seconds)
          : new TimeColumn(1, false);
  }

  /**
   * Reads the lines of the window that end before `stop`, the position after a newline.
   * @returns true when the batch is full: take it, set `rows` to 0 and call again
   */
  read(window: Window, stop: number): boolean {
    while (window.position < stop) {
      if (this.rows === this.#capacity) return true;
      if (isBlank(window) && (this.columns.length > 1 || this.times !== null))
        window.position = endOfLine(window.bytes, window.position) + 1;
      else this.#row(window);
      this.#line++;
    }
    return false;
  }

  #row(window: Window): void {
    const { bytes } = window;
    const { columns, rows } = this;
    const delimiter = this.#delimiter;
    let place = window.position;
    if (this.times !== null) place = this.#timeCell(window, place);
    const last = columns.length - 1;
    for (let column = 0; column <= last; column++) {
      const target = columns[column] as Float64Array;
      while (bytes[place] === 0x20) place++;
      let end = readDecimal(bytes, place, this.#point, target, rows);
      if (end !== -1) while (bytes[end] === 0x20 || bytes[end] === 0x0d) end++;
      if (end === -1 || (bytes[end] !== delimiter && bytes[end] !== NEWLINE)) end = this.#cell(window, place, column);
      if (column < last) {
        if (bytes[end] === NEWLINE) throw this.#tooFew(window, column + 1);
        end++;
      }
      place = end;
    }
    window.position = bytes[place] === NEWLINE ? place + 1 : this.#beyond(window, place);
    this.rows++;
  }

  /** Reads a channel's cell that is not a plain decimal. Returns the position of the delimiter or newline after it. */
  #cell(window: Window, from: number, column: number): number {
    const { bytes } = window;
    const target = this.columns[column] as Float64Array;
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

  /** Reads the first cell of a row whose first column is not a channel. Returns the position after its delimiter. */
  #timeCell(window: Window, from: number): number {
    const { bytes } = window;
    let place = from;
    while (bytes[place] === 0x20) place++;
    let end = readDecimal(bytes, place, this.#point || POINT, this.#time, 0);
    if (end !== -1 && bytes[end] === this.#delimiter) {
      let digit = end - 1;
      while (digit > place && bytes[digit] !== POINT && bytes[digit] !== COMMA) digit--;
      this.times?.add(this.#time[0] as number, digit === place ? 1 : 10 ** (digit + 1 - end), this.#line);
      return end + 1;
    }
    end = this.#endOfCell(bytes, place);
    const text = this.#text(bytes, place, end);
    const moment = momentOf(text);
    if (moment === null) {
      const time = sampleOfText(this.#delimiter === COMMA ? text : text.replace(',', '.'));
      if (typeof time === 'string')
        throw contentError(window.offset(from), `Line ${this.#line}, column 1: ${quoted(text)} is not a time.`);
      this.times?.add(time, /e/i.test(text) ? 0 : resolutionOf(text), this.#line);
    } else {
      if (this.rows === 0) this.date ??= moment.date;
      this.times?.addMoment(moment, this.#line);
    }
    if (bytes[end] === NEWLINE) throw this.#tooFew(window, 0);
    return end + 1;
  }

  /** Reads the end of a row: only empty cells may follow the last column. Returns the position after the newline. */
  #beyond(window: Window, from: number): number {
    const { bytes } = window;
    const end = endOfLine(bytes, from);
    for (let place = from; place < end; place++) {
      const byte = bytes[place] as number;
      if (byte !== this.#delimiter && byte !== 0x20 && byte !== 0x0d)
        throw contentError(window.offset(place), `Line ${this.#line} has more cells than the header.`);
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
    const name = quoted(this.#header.names[column] as string);
    return `Line ${this.#line}, column ${column + (this.times === null ? 1 : 2)} (${name})`;
  }

  #tooFew(window: Window, channels: number): Error {
    const first = this.times === null ? 0 : 1;
    return contentError(
      window.offset(),
      `Line ${this.#line} has ${channels + first} cells, but the header has ${this.columns.length + first}.`,
    );
  }
}

/** Whether the line at the position is blank. */
function isBlank({ bytes, position }: Window): boolean {
  let place = position;
  while (bytes[place] === 0x20 || bytes[place] === 0x0d) place++;
  return bytes[place] === NEWLINE;
}

/** The position where a cell's trailing blanks begin. */
function lastBlank(bytes: Buffer, from: number, to: number): number {
  let end = to;
  while (end > from && (bytes[end - 1] === 0x20 || bytes[end - 1] === 0x0d)) end--;
  return end;
}

const endOfLine = (bytes: Buffer, from: number): number => bytes.indexOf(NEWLINE, from);

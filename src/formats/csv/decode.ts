/** Decoder for text tables of any length, in constant memory: one row per sample, one column per lead. */
import { figure } from '../common/messages.ts';
import { Utf8Text } from '../common/utf16.ts';
import { SLICE, Window } from '../common/window.ts';
import type { Decoder, DecoderEvent, DecoderLimits } from '../types.ts';
import { lineText } from './cells.ts';
import { describe } from './describe.ts';
import { Extremes } from './doubts.ts';
import { contentError, syntaxError } from './failure.ts';
import { type Layout, layoutOf, noRow } from './layout.ts';
import type { Line } from './prelude.ts';
import { EMPTY_CELL, RowReader } from './rows.ts';

const NEWLINE = 0x0a;
/** A run of missing samples. */
const GAP = new Float64Array(8192).fill(NaN);
/** Bytes that a layout is found from, if they have a row; otherwise twice as many, up to `maxMetadataBytes`. */
const BYTES_AHEAD = SLICE;
/** Tables of one file. */
const MAX_BLOCKS = 1_000;

/**
 * Keeps the values as they are written: gain 1, zero level 0. An empty cell is a missing sample; if all cells below it
 * are empty, too, the channel has ended. Every further block of LabChart is a recording of its own.
 * @throws FormatError `syntax` for bytes that are not text, `content` for cells and times that do not form a recording,
 * with line and column
 */
export const decodeCsv: Decoder = async function* ({ main }, limits) {
  const file = new TableFile(limits);
  const text = new Utf8Text((encoding) => syntaxError(0, `The text is not valid ${encoding}.`));
  for await (const chunk of main.bytes) {
    for (let from = 0; from < chunk.length; from += SLICE)
      yield* file.read(text.add(chunk.subarray(from, from + SLICE)));
  }
  yield* file.read(text.finish());
  yield* file.finish();
};

/** The tables of a file, one after the other. */
class TableFile {
  readonly #limits: DecoderLimits;
  readonly #window = new Window();
  #line = 1;
  #block = 1;
  #bytesAhead = BYTES_AHEAD;
  #table: Table | null = null;

  constructor(limits: DecoderLimits) {
    this.#limits = limits;
  }

  /** @param bytes UTF-8, of any length */
  *read(bytes: Uint8Array): Generator<DecoderEvent, void, void> {
    for (let from = 0; from < bytes.length; from += SLICE) {
      this.#window.add(bytes.subarray(from, from + SLICE));
      yield* this.#advance(false);
      const { end, position } = this.#window;
      if (end - position > this.#limits.maxMetadataBytes && this.#table !== null)
        throw contentError(
          this.#window.offset(),
          `A line is longer than ${figure(this.#limits.maxMetadataBytes)} bytes.`,
        );
    }
  }

  *finish(): Generator<DecoderEvent, void, void> {
    this.#window.add(Uint8Array.of(NEWLINE));
    yield* this.#advance(true);
    yield* (this.#table as Table).finish(this.#block === 1 ? null : `block ${this.#block}`, this.#window.offset());
  }

  *#advance(isLast: boolean): Generator<DecoderEvent, void, void> {
    const window = this.#window;
    for (;;) {
      if (this.#table === null && !this.#begin(isLast)) return;
      const table = this.#table as unknown as Table;
      yield* table.start();
      const stop = 1 + window.bytes.lastIndexOf(NEWLINE, window.end - 1);
      if (!(yield* table.read(window, stop))) return;
      yield* table.finish(`block ${this.#block}`, window.offset());
      this.#table = null;
      this.#line = table.line;
      this.#bytesAhead = BYTES_AHEAD;
      if (++this.#block > MAX_BLOCKS)
        throw contentError(window.offset(), `The file has more than ${figure(MAX_BLOCKS)} blocks.`);
    }
  }

  /** Finds the layout as soon as enough bytes are there: always the same, however they arrive. */
  #begin(isLast: boolean): boolean {
    const window = this.#window;
    const { maxMetadataBytes, table = {} } = this.#limits;
    for (;;) {
      const held = window.end - window.position;
      if (held < this.#bytesAhead && !isLast) return false;
      const lines = this.#linesAhead(Math.min(held, this.#bytesAhead));
      const layout = layoutOf(lines, table, this.#limits);
      if (layout !== null) {
        const above = lines.slice(0, layout.linesAbove);
        window.position += above.reduce((sum, { length }) => sum + length, 0);
        this.#table = new Table(layout, new RowReader(layout, this.#line + above.length));
        return true;
      }
      if (held <= this.#bytesAhead && isLast) throw noRow(lines, window.offset(window.end), this.#limits);
      if (this.#bytesAhead >= maxMetadataBytes) throw this.#tooLong(lines);
      this.#bytesAhead = Math.min(2 * this.#bytesAhead, maxMetadataBytes);
    }
  }

  #tooLong(lines: readonly Line[]): Error {
    const most = figure(this.#limits.maxMetadataBytes);
    return lines.length === 0
      ? contentError(this.#window.offset(), `A line is longer than ${most} bytes.`)
      : contentError(this.#window.offset(), `There is no row of numbers within the first ${most} bytes.`);
  }

  /** The complete lines within the next bytes. */
  #linesAhead(bytes: number): Line[] {
    const window = this.#window;
    const end = window.position + bytes;
    const lines: Line[] = [];
    for (let from = window.position; from < end;) {
      const newline = window.bytes.indexOf(NEWLINE, from);
      if (newline === -1 || newline >= end) break;
      const text = lineText(window.bytes.subarray(from, newline));
      lines.push({
        text: window.offset(from) === 0 ? text.replace(/^\ufeff/, '') : text,
        number: this.#line + lines.length,
        offset: window.offset(from),
        length: newline + 1 - from,
      });
      from = newline + 1;
    }
    return lines;
  }
}

/** One table: its rows become samples. */
class Table {
  readonly #layout: Layout;
  readonly #rows: RowReader;
  readonly #extremes: Extremes;
  #isStarted = false;
  /** Of each channel: samples already yielded, and empty cells not followed by a value so far. */
  readonly #given: number[];
  readonly #waiting: number[];
  /** Whether the channel has had a cell that was not empty. */
  readonly #begun: boolean[];

  constructor(layout: Layout, rows: RowReader) {
    this.#layout = layout;
    this.#rows = rows;
    this.#extremes = new Extremes(layout);
    this.#given = layout.names.map(() => 0);
    this.#waiting = layout.names.map(() => 0);
    this.#begun = layout.names.map(() => false);
  }

  /** The line to be read next. */
  get line(): number {
    return this.#rows.line;
  }

  /** Tells the sampling rate, if only the lines above the table give it. */
  *start(): Generator<DecoderEvent, void, void> {
    const { facts, clock, names } = this.#layout;
    if (this.#isStarted) return;
    this.#isStarted = true;
    if (facts.rate === null || (clock !== null && !clock.isCounter)) return;
    for (const channel of names.keys()) yield { kind: 'sampling-rate', channel, samplingRate: facts.rate };
  }

  /** @returns whether another table begins at the position of the window */
  *read(window: Window, stop: number): Generator<DecoderEvent, boolean, void> {
    for (;;) {
      const stopped = this.#rows.read(window, stop);
      if (stopped !== 'batch') return stopped === 'block';
      yield* this.#batch();
    }
  }

  *finish(part: string | null, offset: number): Generator<DecoderEvent, void, void> {
    yield* this.#batch();
    for (const [channel, begun] of this.#begun.entries())
      if (!begun) yield* this.#gap(channel, this.#waiting[channel] as number);
    if (this.#given.some((given) => given === 0)) throw contentError(offset, 'There is no row below the header.');
    const recording = describe(this.#layout, this.#rows, this.#extremes, part);
    const [first] = recording.channels;
    for (const annotations of this.#rows.remarks.runs(first?.samplingRate ?? null))
      yield { kind: 'annotations', annotations };
    yield { kind: 'recording', recording };
  }

  /** Yields the collected rows; a gap is before the last of them. */
  *#batch(): Generator<DecoderEvent, void, void> {
    const rows = this.#rows;
    const held = rows.gap > 0 ? 1 : 0;
    const count = rows.rows - held;
    for (const [channel, column] of rows.columns.entries()) {
      yield* this.#samples(channel, column, count);
      this.#waiting[channel] = (this.#waiting[channel] as number) + rows.gap;
      if (held === 1) column[0] = column[count] as number;
    }
    rows.next();
  }

  /** Yields samples, except the trailing empty cells not followed by a value so far. */
  *#samples(channel: number, column: Float64Array, rows: number): Generator<DecoderEvent, void, void> {
    let length = rows;
    while (length > 0 && column[length - 1] === EMPTY_CELL) length--;
    this.#begun[channel] ||= length > 0;
    // Channels must appear in their order, so a channel that begins with empty cells yields its first cell at once.
    if (this.#given[channel] === 0) length ||= Math.min(1, rows);
    if (length > 0) {
      yield* this.#gap(channel, this.#waiting[channel] as number);
      this.#waiting[channel] = 0;
      for (let row = 0; row < length; row++) if (column[row] === EMPTY_CELL) column[row] = NaN;
      this.#given[channel] = (this.#given[channel] as number) + length;
      this.#extremes.add(column, length);
      yield { kind: 'samples', channel, samples: column.subarray(0, length) };
    }
    this.#waiting[channel] = (this.#waiting[channel] as number) + rows - length;
  }

  *#gap(channel: number, samples: number): Generator<DecoderEvent, void, void> {
    this.#given[channel] = (this.#given[channel] as number) + samples;
    for (let left = samples; left > 0; left -= GAP.length)
      yield { kind: 'samples', channel, samples: GAP.subarray(0, Math.min(left, GAP.length)) };
  }
}

/** Decoder for text tables of any length, in constant memory: one row per sample, one column per lead. */
import { isPhysical } from '../../signal/units.ts';
import { figure } from '../common/messages.ts';
import { SLICE, Window } from '../common/window.ts';
import type { DecodedRecording, Decoder, DecoderEvent, DecoderLimits } from '../types.ts';
import { declaredDelimiter, lineText } from './cells.ts';
import { contentError, syntaxError } from './failure.ts';
import { readHeader, readUnits, type Header } from './header.ts';
import { EMPTY_CELL, RowReader } from './rows.ts';

const NEWLINE = 0x0a;
/** A run of missing samples. */
const GAP = new Float64Array(8192).fill(NaN);

/**
 * Keeps the values as they are written: gain 1, zero level 0. An empty cell is a missing sample; if all cells below it
 * are empty, too, the channel has ended.
 * @throws FormatError `syntax` for bytes that are not text, `content` for cells and times that do not form a recording,
 * with line and column
 */
export const decodeCsv: Decoder = async function* ({ main }, limits) {
  const table = new Table(limits);
  for await (const chunk of main.bytes) {
    for (let from = 0; from < chunk.length; from += SLICE) yield* table.read(chunk.subarray(from, from + SLICE));
  }
  yield* table.read(Uint8Array.of(NEWLINE));
  yield* table.finish();
};

class Table {
  readonly #limits: DecoderLimits;
  readonly #window = new Window();
  #line = 1;
  #declared: string | null = null;
  #header: Header | null = null;
  #rows: RowReader | null = null;
  /** Of each channel: samples already yielded, and empty cells not followed by a value so far. */
  #given: number[] = [];
  #waiting: number[] = [];
  /** Whether the channel has had a cell that was not empty. */
  #begun: boolean[] = [];

  constructor(limits: DecoderLimits) {
    this.#limits = limits;
  }

  /** Reads at most `SLICE` bytes. */
  *read(slice: Uint8Array): Generator<DecoderEvent, void, void> {
    const window = this.#window;
    window.add(slice);
    const stop = 1 + window.bytes.lastIndexOf(NEWLINE, window.end - 1);
    while (this.#rows === null && window.position < stop)
      this.#headLine(window.bytes.indexOf(NEWLINE, window.position));
    while (this.#rows?.read(window, stop) === true) yield* this.#batch(this.#rows);
    if (window.end - window.position > this.#limits.maxMetadataBytes)
      throw contentError(window.offset(), `A line is longer than ${figure(this.#limits.maxMetadataBytes)} bytes.`);
  }

  *finish(): Generator<DecoderEvent, void, void> {
    if (this.#header === null) throw syntaxError(this.#window.offset(), 'The file contains no table.');
    const rows = this.#rows;
    if (rows === null) throw contentError(this.#window.offset(), 'There is no row below the header.');
    yield* this.#batch(rows);
    for (const [channel, begun] of this.#begun.entries())
      if (!begun) yield* this.#gap(channel, this.#waiting[channel] as number);
    if (this.#given.some((given) => given === 0))
      throw contentError(this.#window.offset(), 'There is no row below the header.');
    yield { kind: 'recording', recording: describe(this.#header, rows) };
  }

  /** Reads a line above the numbers; leaves the position at the first row. */
  #headLine(end: number): void {
    const window = this.#window;
    const line = lineText(window.bytes.subarray(window.position, end)).replace(/^\ufeff/, '');
    const offset = window.offset();
    if (offset === 0 && /^(?:\u00ff\u00fe|\u00fe\u00ff)/.test(line))
      throw syntaxError(0, 'This table is UTF-16; save it as UTF-8.');
    if (this.#header === null) {
      const declared = declaredDelimiter(line);
      if (declared !== null) this.#declared = declared;
      else if (line.trim() !== '' && !line.startsWith('#'))
        this.#header = readHeader(line, this.#declared, offset, this.#limits);
      if (this.#header?.hasNames === false) this.#begin(this.#header);
      else this.#next(end);
    } else if (line.trim() === '' && this.#header.names.length > 1) this.#next(end);
    else {
      if (readUnits(line, this.#header, offset)) this.#next(end);
      this.#begin(this.#header);
    }
  }

  #next(end: number): void {
    this.#window.position = end + 1;
    this.#line++;
  }

  #begin(header: Header): void {
    this.#rows = new RowReader(header, this.#line);
    this.#given = header.names.map(() => 0);
    this.#waiting = header.names.map(() => 0);
    this.#begun = header.names.map(() => false);
  }

  /** Yields the collected samples, except the trailing empty cells not followed by a value so far. */
  *#batch(rows: RowReader): Generator<DecoderEvent, void, void> {
    for (const [channel, column] of rows.columns.entries()) {
      let length = rows.rows;
      while (length > 0 && column[length - 1] === EMPTY_CELL) length--;
      this.#begun[channel] ||= length > 0;
      // Channels must appear in their order, so a channel that begins with empty cells yields its first cell at once.
      if (this.#given[channel] === 0) length ||= Math.min(1, rows.rows);
      if (length > 0) {
        yield* this.#gap(channel, this.#waiting[channel] as number);
        this.#waiting[channel] = 0;
        for (let row = 0; row < length; row++) if (column[row] === EMPTY_CELL) column[row] = NaN;
        this.#given[channel] = (this.#given[channel] as number) + length;
        yield { kind: 'samples', channel, samples: column.subarray(0, length) };
      }
      this.#waiting[channel] = (this.#waiting[channel] as number) + rows.rows - length;
    }
    rows.rows = 0;
  }

  *#gap(channel: number, samples: number): Generator<DecoderEvent, void, void> {
    this.#given[channel] = (this.#given[channel] as number) + samples;
    for (let left = samples; left > 0; left -= GAP.length)
      yield { kind: 'samples', channel, samples: GAP.subarray(0, Math.min(left, GAP.length)) };
  }
}

function describe(header: Header, rows: RowReader): DecodedRecording {
  const told = rows.times?.rate() ?? { rate: null, warning: null };
  if ('reason' in told) throw contentError(null, told.reason);
  const isIndex = header.first?.kind === 'index';
  const samplingRate = isIndex ? null : told.rate;
  const channels = header.names.map((name, number) => {
    const unit = header.units[number] ?? null;
    // Cells are values in the unit of their column, if it has one.
    return { name, samplingRate, unit, gain: isPhysical(unit) ? 1 : null, zeroLevel: null };
  });
  const warnings = told.warning === null || isIndex ? [] : [told.warning];
  return {
    externalId: null,
    date: rows.date,
    channels,
    patient: null,
    study: null,
    notes: null,
    subject: null,
    part: null,
    warnings,
  };
}

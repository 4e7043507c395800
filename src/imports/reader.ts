/**
 * Reads the uploaded file as batches of validated rows, from wherever an import has got to. Only one batch and one
 * piece of the file are in memory.
 */
import { isUtf8 } from 'node:buffer';
import { CellParser, type Encoding, textDecoder, UTF8_BOM } from './cells.ts';
import { ImportFailure, type Recognised, recognise, toRow, unrecognised } from './header.ts';
import type { ImportKind, ReadContext, RowError } from './kind.ts';
import { BATCH_BYTES, BATCH_ROWS, MAX_RECORD_BYTES } from './limits.ts';
import { type Delimiter, type RawRecord, RecordScanner } from './records.ts';
import { rowDigest } from './occurrences.ts';

/** Reads the file from one byte up to another; without `end`, to its end. Reading may stop early. */
export type OpenFile = (start: number, end?: number) => AsyncIterable<Buffer>;

/** A place in the file where a record starts. */
export interface Place {
  offset: number;
  line: number;
}

export interface Layout extends Recognised {
  delimiter: Delimiter;
  /** The place after the header. */
  body: Place;
}

/** One record of the file: a readable row, or its errors. */
export interface Entry {
  line: number;
  /** The place after it. */
  end: Place;
  row: { item: unknown; digest: string } | null;
  errors: readonly RowError[];
}

const DELIMITERS = [',', ';', '\t'] as const;
/** Bytes in which a byte order mark and the line that names the delimiter are looked for. */
const MAX_PREAMBLE_BYTES = 4_096;
/** `sep=;`, possibly in quotes, and with the empty cells that a spreadsheet adds. */
const SEPARATOR_LINE = /^"?sep=([^\r\n])"?[,;\t ]*(?:\r\n|\r(?!\n)|\n)/i;
const UTF16_BOMS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];
/** Records parsed between two turns of the event loop. */
const PARSED_AT_ONCE = 200;

/** Reads the header and determines delimiter, kind and dialect. Errors: `ImportFailure` with what is wrong. */
export async function readLayout(
  open: OpenFile,
  encoding: Encoding,
  kinds: readonly ImportKind[],
  wanted: string | null,
): Promise<Layout> {
  const { start, delimiters } = await beginning(open);
  let best: ImportFailure | null = null;
  let mostColumns = 0;
  for (const delimiter of delimiters) {
    const header = await firstRecord(open, delimiter, start);
    if (header.fault !== null) {
      best ??= new ImportFailure(`The first line ${header.fault}.`);
      continue;
    }
    if (isMisread(header.bytes, encoding)) throw new ImportFailure(`The first line ${NOT_UTF8}.`);
    const [names = []] = await new CellParser(delimiter).parse([textDecoder(encoding)(header.bytes)]);
    const recognised = recognise(names, kinds, wanted);
    if (recognised) return { ...recognised, delimiter, body: { offset: header.end, line: header.nextLine } };
    if (names.length > mostColumns && (names.length > 1 || !best)) {
      mostColumns = names.length;
      best = unrecognised(names, kinds, wanted);
    }
  }
  throw best ?? new ImportFailure('The file has no header.');
}

async function firstRecord(open: OpenFile, delimiter: Delimiter, start: Place): Promise<RawRecord> {
  const scanner = new RecordScanner(delimiter, start);
  for await (const piece of inSteps(open, start.offset)) {
    const [record] = scanner.push(piece);
    if (record) return record;
    if (scanner.isInTooLong)
      throw new ImportFailure(`The first line is longer than ${MAX_RECORD_BYTES} bytes, so it is not a header.`);
  }
  const [record] = scanner.end();
  if (record) return record;
  throw new ImportFailure('The file is empty.');
}

/** Reads the file in small steps, for finding its header: otherwise the database sends up to 16 MiB at once. */
async function* inSteps(open: OpenFile, start: number): AsyncGenerator<Buffer> {
  for (let at = start, next = start; ; at = next) {
    for await (const piece of open(at, at + MAX_RECORD_BYTES)) {
      next += piece.length;
      yield piece;
    }
    if (next === at) return;
  }
}

/**
 * Where the table starts, after a byte order mark and the line `sep=;` with which spreadsheets are told the delimiter,
 * and the delimiters that it may have.
 */
async function beginning(open: OpenFile): Promise<{ start: Place; delimiters: readonly Delimiter[] }> {
  const pieces: Buffer[] = [];
  for await (const piece of open(0, MAX_PREAMBLE_BYTES)) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  if (bytes.length === 0) throw new ImportFailure('The file is empty.');
  if (UTF16_BOMS.some((bom) => bytes.subarray(0, 2).equals(bom)))
    throw new ImportFailure('The file is UTF-16. Save it as UTF-8.');
  const offset = bytes.subarray(0, UTF8_BOM.length).equals(UTF8_BOM) ? UTF8_BOM.length : 0;
  const [line, named] = SEPARATOR_LINE.exec(bytes.toString('latin1', offset)) ?? [];
  if (line === undefined) return { start: { offset, line: 1 }, delimiters: DELIMITERS };
  const delimiter = DELIMITERS.find((one) => one === named);
  if (delimiter === undefined)
    throw new ImportFailure('The first line names a delimiter that is not comma, semicolon or tab.');
  return { start: { offset: offset + line.length, line: 2 }, delimiters: [delimiter] };
}

/**
 * Reads the records from a place on, in batches. Every record of the file is in exactly one batch; where batches are
 * cut does not matter.
 * @param from the place after the header, or `end` of the last committed entry
 */
export async function* readBatches(
  open: OpenFile,
  layout: Layout,
  encoding: Encoding,
  from: Place,
  context: ReadContext,
): AsyncGenerator<Entry[]> {
  const read = entryReader(layout, encoding, context);
  let batch: Entry[] = [];
  let batchStart = from.offset;
  for await (const records of readRecords(open, layout.delimiter, from)) {
    for (const entry of await read(records)) {
      batch.push(entry);
      if (batch.length < BATCH_ROWS && entry.end.offset - batchStart < BATCH_BYTES) continue;
      yield batch;
      batch = [];
      batchStart = entry.end.offset;
    }
  }
  if (batch.length > 0) yield batch;
}

async function* readRecords(open: OpenFile, delimiter: Delimiter, from: Place): AsyncGenerator<RawRecord[]> {
  const scanner = new RecordScanner(delimiter, from);
  for await (const piece of open(from.offset)) yield* together(scanner.push(piece));
  yield* together(scanner.end());
}

/** Groups as many records as are parsed together. */
function* together(records: Iterable<RawRecord>): Generator<RawRecord[]> {
  let some: RawRecord[] = [];
  for (const record of records) {
    some.push(record);
    if (some.length < PARSED_AT_ONCE) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}

/** In a file that says that it is UTF-8. */
const NOT_UTF8 = 'is not valid UTF-8, although the file begins with the byte order mark of UTF-8';
const isMisread = (bytes: Buffer, encoding: Encoding): boolean => encoding === 'utf-8' && !isUtf8(bytes);

const wholeRow = (reason: string): RowError[] => [{ column: null, value: null, reason }];

/** Reads records: splits them into cells, and has the kind validate them. */
function entryReader(
  layout: Layout,
  encoding: Encoding,
  context: ReadContext,
): (records: RawRecord[]) => Promise<Entry[]> {
  const { kind, columns } = layout;
  const parser = new CellParser(layout.delimiter);
  const text = textDecoder(encoding);

  const readRow = (cells: readonly string[]): Pick<Entry, 'row' | 'errors'> => {
    if (cells.length !== columns.length)
      return { row: null, errors: wholeRow(`has ${cells.length} columns, but the header has ${columns.length}`) };
    const row = toRow(columns, cells);
    const answer = kind.read(row, context);
    if ('errors' in answer) return { row: null, errors: answer.errors };
    return { row: { item: answer.item, digest: kind.countsOccurrences ? rowDigest(row) : '' }, errors: [] };
  };
  return async (scanned) => {
    const records = scanned.map((record) =>
      isMisread(record.bytes, encoding) ? { ...record, fault: NOT_UTF8 } : record,
    );
    const sound = records.filter(({ fault }) => fault === null);
    const parsed = await parser.parse(sound.map(({ bytes }) => text(bytes)));
    let next = 0;
    return records.map(({ line, end, nextLine, fault }) => {
      const read = fault === null ? readRow(parsed[next++] ?? []) : { row: null, errors: wholeRow(fault) };
      return { line, end: { offset: end, line: nextLine }, ...read };
    });
  };
}

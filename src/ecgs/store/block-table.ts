/**
 * The summaries of a channel's blocks, or of its minutes, as one binary: 72 bytes each, little-endian doubles in the
 * order of `packTable`.
 */
import { mongo } from 'mongoose';
import type { Sign, SignalSummary } from '../../signal/summary.ts';

const FIELDS = 9;
/** Bytes of one summary. */
export const ROW_BYTES = FIELDS * Float64Array.BYTES_PER_ELEMENT;

export function packTable(summaries: readonly SignalSummary[]): mongo.Binary {
  const table = new Float64Array(summaries.length * FIELDS);
  summaries.forEach((b, i) =>
    table.set(
      [b.samples, b.missing, b.zeroCrossings, b.firstSign, b.lastSign, b.minimum, b.maximum, b.mean, b.m2],
      i * FIELDS,
    ),
  );
  return new mongo.Binary(Buffer.from(table.buffer));
}

/** The number of summaries in a packed table. */
export const rowsInTable = (table: mongo.Binary): number => table.length() / ROW_BYTES;

/** Summary `index` of a packed table. */
export function tableRow(table: mongo.Binary, index: number): SignalSummary {
  const row = new DataView(table.buffer.buffer, table.buffer.byteOffset + index * ROW_BYTES, ROW_BYTES);
  const field = (i: number): number => row.getFloat64(i * 8, true);
  return {
    samples: field(0),
    missing: field(1),
    zeroCrossings: field(2),
    firstSign: field(3) as Sign,
    lastSign: field(4) as Sign,
    minimum: field(5),
    maximum: field(6),
    mean: field(7),
    m2: field(8),
  };
}

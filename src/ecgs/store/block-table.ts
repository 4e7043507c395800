/**
 * The summaries of a channel's blocks as one binary: 72 bytes a block, little-endian doubles in the order of
 * `packTable`.
 */
import { mongo } from 'mongoose';
import type { Sign, SignalSummary } from '../../signal/summary.ts';

const FIELDS = 9;
const BYTES = FIELDS * Float64Array.BYTES_PER_ELEMENT;

export function packTable(blocks: readonly SignalSummary[]): mongo.Binary {
  const table = new Float64Array(blocks.length * FIELDS);
  blocks.forEach((b, i) =>
    table.set(
      [b.samples, b.missing, b.zeroCrossings, b.firstSign, b.lastSign, b.minimum, b.maximum, b.mean, b.m2],
      i * FIELDS,
    ),
  );
  return new mongo.Binary(Buffer.from(table.buffer));
}

/** The number of blocks in a packed table. */
export const blocksInTable = (table: mongo.Binary): number => table.length() / BYTES;

/** The summary of block `index` of a packed table. */
export function tableRow(table: mongo.Binary, index: number): SignalSummary {
  const row = new DataView(table.buffer.buffer, table.buffer.byteOffset + index * BYTES, BYTES);
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

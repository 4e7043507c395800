/** How the samples of a block are stored: packed where that is smaller, otherwise plain. docs/storage.md shows both. */
import { crc32 } from 'node:zlib';
import { mongo } from 'mongoose';
import type { BlockMemory } from '../../signal/block-memory.ts';
import { stageOf } from '../../signal/kernel.ts';
import { DamagedPacking, packed, unpacked } from '../../signal/packing.ts';
import { BLOCK_SAMPLES, SAMPLE_ARRAYS, type Samples, type SampleType, sampleType } from '../../signal/samples.ts';

export const BLOCK_ENCODINGS = ['packed', 'plain'] as const;
export type BlockEncoding = (typeof BLOCK_ENCODINGS)[number];

/** Samples as they are stored. */
export interface EncodedSamples {
  type: SampleType;
  /** Absent in blocks of earlier versions, which are plain. */
  encoding?: BlockEncoding;
  /** CRC-32 of `data` as in zlib; absent in blocks of earlier versions. */
  crc32?: number;
  data: mongo.Binary;
}

/** The stored bytes of a block are not those that were written. */
export class DamagedData extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'DamagedData';
  }
}

/** @param samples at most a block; @param encoding `packed` where that is smaller */
export function encoded(samples: Samples, encoding: BlockEncoding): Required<EncodedSamples> {
  const bytes = encoding === 'packed' ? packed(samples) : null;
  const data = bytes ?? new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength).slice();
  return {
    type: sampleType(samples),
    encoding: bytes ? 'packed' : 'plain',
    crc32: crc32(data),
    data: new mongo.Binary(Buffer.from(data.buffer)),
  };
}

/**
 * The samples of a block.
 * @param memory where they are written; without it they are valid only until the next use of the signal folder
 * @throws DamagedData
 */
export function decoded(
  { type, encoding = 'plain', crc32: expected, data }: EncodedSamples,
  memory?: BlockMemory,
): Samples {
  const bytes = data.buffer.subarray(0, data.position);
  if (expected !== undefined && crc32(bytes) !== expected) throw new DamagedData('its checksum is another one');
  if (encoding === 'packed') return unpackedBlock(type, bytes, memory);
  const length = bytes.length / SAMPLE_ARRAYS[type].BYTES_PER_ELEMENT;
  if (!Number.isInteger(length) || length > BLOCK_SAMPLES) throw new DamagedData(`it has ${bytes.length} bytes`);
  // A typed array needs aligned bytes, and the driver's lie anywhere.
  const samples = (memory?.full(type) ?? stageOf(type)).subarray(0, length);
  new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength).set(bytes);
  return samples;
}

function unpackedBlock(type: SampleType, bytes: Uint8Array, memory?: BlockMemory): Samples {
  if (type !== 'int16' && type !== 'int32') throw new DamagedData(`${type} cannot be packed`);
  try {
    return unpacked(type, bytes, memory);
  } catch (error) {
    if (error instanceof DamagedPacking) throw new DamagedData(error.message, { cause: error });
    throw error;
  }
}

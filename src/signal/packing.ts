/** Lossless packing of blocks of integers. docs/storage.md describes the bytes. */
import type { BlockMemory } from './block-memory.ts';
import { addressOf, isInKernel, PACKED, PACKERS, stageOf } from './kernel.ts';
import { BLOCK_SAMPLES, type Samples, sampleType } from './samples.ts';

/** The types that can be packed. Most values of floats have no small differences. */
export type PackedType = keyof typeof PACKERS;

/** Bytes that are not a packed block of the type that they should be. */
export class DamagedPacking extends Error {
  constructor(type: PackedType, bytes: number) {
    super(`${bytes} bytes are not a packed block of ${type}`);
    this.name = 'DamagedPacking';
  }
}

/**
 * A block in fewer bytes than it has; null if packing does not make it smaller, or its type cannot be packed.
 * @param samples at most `BLOCK_SAMPLES`
 */
export function packed(samples: Samples): Uint8Array<ArrayBuffer> | null {
  const type = sampleType(samples);
  if (type !== 'int16' && type !== 'int32') return null;
  const most = Math.min(PACKED.length, samples.byteLength - 1);
  const bytes = PACKERS[type].pack(addressOf(samples), samples.length, most);
  return bytes === 0 ? null : PACKED.slice(0, bytes);
}

/**
 * The samples of a packed block.
 * @param memory where they are written; without it they are valid only until the next use of the signal folder
 * @throws DamagedPacking
 */
export function unpacked(type: PackedType, bytes: Uint8Array, memory?: BlockMemory): Samples {
  if (bytes.length > PACKED.length) throw new DamagedPacking(type, bytes.length);
  PACKED.set(bytes);
  const { isPacked, unpack } = PACKERS[type];
  if (isPacked(bytes.length, BLOCK_SAMPLES) === 0) throw new DamagedPacking(type, bytes.length);
  const target = memory?.full(type) ?? stageOf(type);
  if (isInKernel(target)) return target.subarray(0, unpack(target.byteOffset));
  const stage = stageOf(type);
  const samples = stage.subarray(0, unpack(stage.byteOffset));
  target.set(samples);
  return target.subarray(0, samples.length);
}

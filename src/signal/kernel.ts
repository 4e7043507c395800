/**
 * The compiled kernel as used by the signal and format folders. It has one memory, in which blocks are also built, so
 * that they are summarised and packed where they are. All calls share its records: they are valid until the next call.
 */
import { WASM_BASE64 } from './kernel/wasm.generated.ts';
import { BLOCK_SAMPLES, SAMPLE_ARRAYS, type Samples, type SampleType, sampleType } from './samples.ts';
import type { Sign } from './summary.ts';
import { instantiate } from './wasm.ts';

type Count = (at: number, length: number, high: number, low: number, state: number, bridge: boolean) => void;
type Summarize = (at: number, length: number, high: number, low: number) => void;
type Envelope = (at: number, length: number, size: number) => number;
type Pack = (at: number, length: number, most: number) => number;
type Check = (bytes: number, mostSamples: number) => number;
type Unpack = (to: number) => number;

interface Address {
  value: number;
}

interface Exports {
  memory: { buffer: ArrayBuffer };
  COUNTS: Address;
  ENVELOPE: Address;
  NUMBERS16: Address;
  NUMBERS32: Address;
  PACKED: Address;
  PACKED_BYTES: Address;
  PRESENT: Address;
  SCANNED: Address;
  STAGE: Address;
  STATISTICS: Address;
  TEXT: Address;
  TEXT_BYTES: Address;
  acquire(units: number): number;
  release(slot: number, units: number): void;
  freeUnits(): number;
  readIntegers(length: number): number;
  gather16(from: number, stride: number, length: number, to: number): number;
  countInt16: Count;
  countInt32: Count;
  countFloat32: Count;
  countFloat64: Count;
  summarizeInt16: Summarize;
  summarizeInt32: Summarize;
  summarizeFloat32: Summarize;
  summarizeFloat64: Summarize;
  envelopeInt16: Envelope;
  envelopeInt32: Envelope;
  envelopeFloat32: Envelope;
  envelopeFloat64: Envelope;
  packInt16: Pack;
  packInt32: Pack;
  isPackedInt16: Check;
  isPackedInt32: Check;
  unpackInt16: Unpack;
  unpackInt32: Unpack;
}

const wasm = instantiate(WASM_BASE64) as Exports;
const { buffer } = wasm.memory;

/**
 * By type. `high` is the greatest value of the type that is not above the zero level, `low` the greatest value below
 * it, `state` the sign before the first sample. `envelope` takes the number of samples of a
 * bin, at least 4, and returns the number of bins.
 */
export const KERNELS = {
  int16: { count: wasm.countInt16, summarize: wasm.summarizeInt16, envelope: wasm.envelopeInt16 },
  int32: { count: wasm.countInt32, summarize: wasm.summarizeInt32, envelope: wasm.envelopeInt32 },
  float32: { count: wasm.countFloat32, summarize: wasm.summarizeFloat32, envelope: wasm.envelopeFloat32 },
  float64: { count: wasm.countFloat64, summarize: wasm.summarizeFloat64, envelope: wasm.envelopeFloat64 },
} as const;

/** For the types that can be packed; `PACKED` holds the bytes. */
export const PACKERS = {
  int16: { pack: wasm.packInt16, isPacked: wasm.isPackedInt16, unpack: wasm.unpackInt16 },
  int32: { pack: wasm.packInt32, isPacked: wasm.isPackedInt32, unpack: wasm.unpackInt32 },
} as const;

/** The bytes that `pack` writes, and `isPacked` and `unpack` read. */
export const PACKED = new Uint8Array(buffer, wasm.PACKED.value, wasm.PACKED_BYTES.value);

/** Written by `count` and `summarize`: crossings, missing samples, first sign, last sign. */
export const COUNTS = new Int32Array(buffer, wasm.COUNTS.value, 4) as unknown as readonly [number, number, Sign, Sign];

/**
 * Written by `summarize`: minimum, maximum, mean, sum of squared deviations; meaningless if every sample is missing.
 */
export const STATISTICS = new Float64Array(buffer, wasm.STATISTICS.value, 4) as unknown as readonly [
  number,
  number,
  number,
  number,
];

/** The scanner of numbers in JSON: reads `TEXT`, writes the samples in both widths. */
export const SCANNER = {
  read: (length: number): number => wasm.readIntegers(length),
  text: new Uint8Array(buffer, wasm.TEXT.value, wasm.TEXT_BYTES.value),
  numbers16: new Int16Array(buffer, wasm.NUMBERS16.value, wasm.TEXT_BYTES.value / 2),
  numbers32: new Int32Array(buffer, wasm.NUMBERS32.value, wasm.TEXT_BYTES.value / 2),
  /** Written by `read`: where it stopped, and whether every number fits in 16 bits. */
  scanned: new Int32Array(buffer, wasm.SCANNED.value, 2) as unknown as readonly [number, number],
} as const;

/** Copies samples that are a stride apart to `at`, where there is room for a block of doubles; returns their sum. */
export const GATHER = {
  at: wasm.PRESENT.value,
  int16: (from: number, stride: number, length: number, to: number): number => wasm.gather16(from, stride, length, to),
} as const;

/** `length` samples of a type at an address of the kernel's memory. */
export const viewAt = (type: SampleType, at: number, length: number): Samples =>
  new SAMPLE_ARRAYS[type](buffer, at, length);

/** The stage: at most `BLOCK_SAMPLES` samples of a type, for those that come from outside the kernel's memory. */
export const stageOf = (type: SampleType, length = BLOCK_SAMPLES): Samples => viewAt(type, wasm.STAGE.value, length);

/** The lowest values of the bins that `envelope` has written, then the highest. */
export const envelopeOf = (type: SampleType, bins: number): Samples => viewAt(type, wasm.ENVELOPE.value, 2 * bins);

/** Whether samples are in the kernel's memory. */
export const isInKernel = (samples: Samples): boolean => samples.buffer === buffer;

/**
 * The address of at most `BLOCK_SAMPLES` samples: where they are if that is in the kernel's memory, otherwise the
 * stage, to which they are copied.
 */
export function addressOf(samples: Samples): number {
  if (isInKernel(samples)) return samples.byteOffset;
  stageOf(sampleType(samples), samples.length).set(samples);
  return wasm.STAGE.value;
}

/** Memory for blocks that are being built, in units of 128 KiB. */
export const SLOTS = {
  unitBytes: 131_072,
  /** The address of adjacent units, or 0 if there are none. */
  acquire: (units: number): number => wasm.acquire(units),
  release: (at: number, units: number): void => wasm.release(at, units),
  /** The number of units not in use. */
  free: (): number => wasm.freeUnits(),
} as const;

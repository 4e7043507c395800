/**
 * The compiled kernel as used by the signal folder: one entry for each sample type, and the records that it writes. All
 * calls share its memory: the records of a call are valid until the next one.
 */
import { WASM_BASE64 } from './kernel/wasm.generated.ts';
import type { Sign } from './summary.ts';
import { instantiate } from './wasm.ts';

type Count = (length: number, high: number, low: number, state: number, bridge: boolean) => void;
type Summarize = (length: number, high: number, low: number) => void;

interface Exports {
  memory: { buffer: ArrayBuffer };
  STAGE: { value: number };
  STAGE_BYTES: { value: number };
  COUNTS: { value: number };
  STATISTICS: { value: number };
  countInt16: Count;
  countInt32: Count;
  countFloat32: Count;
  countFloat64: Count;
  summarizeInt16: Summarize;
  summarizeInt32: Summarize;
  summarizeFloat32: Summarize;
  summarizeFloat64: Summarize;
}

const wasm = instantiate(WASM_BASE64) as Exports;
const { buffer } = wasm.memory;
const at = wasm.STAGE.value;
const bytes = wasm.STAGE_BYTES.value;

/**
 * By type: `stage` is the memory for samples; `count` and `summarize` read `length` of them. `high` is the greatest
 * value of the type that is not above the zero level, `low` the greatest value below it, `state` the sign before the
 * first sample.
 */
export const KERNELS = {
  int16: { stage: new Int16Array(buffer, at, bytes / 2), count: wasm.countInt16, summarize: wasm.summarizeInt16 },
  int32: { stage: new Int32Array(buffer, at, bytes / 4), count: wasm.countInt32, summarize: wasm.summarizeInt32 },
  float32: {
    stage: new Float32Array(buffer, at, bytes / 4),
    count: wasm.countFloat32,
    summarize: wasm.summarizeFloat32,
  },
  float64: {
    stage: new Float64Array(buffer, at, bytes / 8),
    count: wasm.countFloat64,
    summarize: wasm.summarizeFloat64,
  },
} as const;

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

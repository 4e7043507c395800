/** The quick way through a signal: runs of short integers and null, read by the compiled scanner. */
import { instantiate } from '../../signal/wasm.ts';
import type { Window } from '../common/window.ts';
import { WASM_BASE64 } from './kernel/wasm.generated.ts';

interface Exports {
  memory: { buffer: ArrayBuffer };
  TEXT: { value: number };
  TEXT_BYTES: { value: number };
  OUT16: { value: number };
  OUT32: { value: number };
  RESULT: { value: number };
  readIntegers(length: number): number;
}

const wasm = instantiate(WASM_BASE64) as Exports;
const { buffer } = wasm.memory;
const text = new Uint8Array(buffer, wasm.TEXT.value, wasm.TEXT_BYTES.value);
const result = new Int32Array(buffer, wasm.RESULT.value, 2);

/**
 * Reads on at the window's position while there are integers of up to 8 digits or null, each with a comma behind; the rest is for others.
 * @returns the samples, missing ones with the marker of the type: 16 bits wide where that is enough; they share memory with the next call, of
 * whatever decoder. Empty where something else stands there
 */
export function readIntegers(window: Window): Int16Array | Int32Array {
  const length = Math.min(window.end - window.position, text.length);
  text.set(window.bytes.subarray(window.position, window.position + length));
  const samples = wasm.readIntegers(length);
  window.position += result[0] as number;
  return result[1] === 1
    ? new Int16Array(buffer, wasm.OUT16.value, samples)
    : new Int32Array(buffer, wasm.OUT32.value, samples);
}

/** The fast path of a signal: runs of short integers and null, read by the compiled scanner. */
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
 * Reads from the window's position as long as there are integers of up to 8 digits or null, each followed by a comma;
 * other readers handle the rest.
 * @returns the samples, with the type's marker for missing ones, in 16 bits if possible. Valid until the next call by
 * any decoder, since all share the memory. Empty if something else comes first
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

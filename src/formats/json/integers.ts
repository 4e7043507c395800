/** The fast path of a signal: runs of short integers and null, read by the compiled scanner. */
import { SCANNER } from '../../signal/kernel.ts';
import type { Window } from '../common/window.ts';

/**
 * Reads from the window's position as long as there are integers of up to 8 digits or null, each followed by a comma;
 * other readers handle the rest.
 * @returns the samples, with the type's marker for missing ones, in 16 bits if possible. Valid until the next call by
 * any decoder, since all share the memory. Empty if something else comes first
 */
export function readIntegers(window: Window): Int16Array | Int32Array {
  const { text, numbers16, numbers32, scanned } = SCANNER;
  const length = Math.min(window.end - window.position, text.length);
  text.set(window.bytes.subarray(window.position, window.position + length));
  const count = SCANNER.read(length);
  window.position += scanned[0];
  return scanned[1] === 1 ? numbers16.subarray(0, count) : numbers32.subarray(0, count);
}

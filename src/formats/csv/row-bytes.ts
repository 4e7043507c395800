/** Places in the bytes of a row. */
import type { Window } from '../common/window.ts';

const NEWLINE = 0x0a;

/**
 * Whether the line at the position is blank, or has only delimiters, where those may be passed over.
 * @param delimiter 0 where they may not
 */
export function isBlank({ bytes, position }: Window, delimiter: number): boolean {
  let place = position;
  let byte = bytes[place];
  while (byte === 0x20 || byte === 0x0d || (byte === delimiter && byte !== 0)) byte = bytes[++place];
  return byte === NEWLINE;
}

/** The position where a cell's trailing blanks begin. */
export function lastBlank(bytes: Buffer, from: number, to: number): number {
  let end = to;
  while (end > from && (bytes[end - 1] === 0x20 || bytes[end - 1] === 0x0d)) end--;
  return end;
}

export const endOfLine = (bytes: Buffer, from: number): number => bytes.indexOf(NEWLINE, from);

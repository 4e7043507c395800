/** The two ways in which a CSV file is refused. */
import { FormatError } from '../types.ts';

/** The bytes are no table in text. */
export const syntaxError = (offset: number, reason: string): FormatError =>
  new FormatError('csv', 'syntax', offset, reason);

/** It is a table, and what stands in it is not a recording. */
export const contentError = (offset: number | null, reason: string): FormatError =>
  new FormatError('csv', 'content', offset, reason);

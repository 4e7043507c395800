/** The two kinds of error for a refused CSV file. */
import { FormatError } from '../types.ts';

/** The bytes are not a text table. */
export const syntaxError = (offset: number, reason: string): FormatError =>
  new FormatError('csv', 'syntax', offset, reason);

/** It is a table, but does not contain a recording. */
export const contentError = (offset: number | null, reason: string): FormatError =>
  new FormatError('csv', 'content', offset, reason);

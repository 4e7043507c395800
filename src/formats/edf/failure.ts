/** The two kinds of error for a refused EDF or BDF file, or for a recording that cannot be written as one. */
import { FormatError } from '../types.ts';

/** The bytes are not of this format. */
export const syntaxError = (offset: number, reason: string): FormatError =>
  new FormatError('edf', 'syntax', offset, reason);

/** The bytes are of this format, but inconsistent; or (without an offset) a recording does not fit the format. */
export const contentError = (offset: number | null, reason: string): FormatError =>
  new FormatError('edf', 'content', offset, reason);

/** The two ways in which an EDF or BDF file, or a recording that should become one, is refused. */
import { FormatError } from '../types.ts';

/** The bytes are not of this format. */
export const syntaxError = (offset: number, reason: string): FormatError =>
  new FormatError('edf', 'syntax', offset, reason);

/** They are, and what they say does not hold together; or (without an offset) a recording does not fit the format. */
export const contentError = (offset: number | null, reason: string): FormatError =>
  new FormatError('edf', 'content', offset, reason);

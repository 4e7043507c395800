/** The two kinds of error for a refused SCP-ECG file. */
import { FormatError } from '../types.ts';

/** The bytes are not an SCP-ECG file, or are damaged. */
export const syntaxError = (offset: number | null, reason: string): FormatError =>
  new FormatError('scp', 'syntax', offset, reason);

/** The sections are intact, but do not describe a recording that can be stored. */
export const contentError = (offset: number | null, reason: string): FormatError =>
  new FormatError('scp', 'content', offset, reason);

/** The two kinds of error for a refused ISHNE file. */
import { FormatError } from '../types.ts';

/** The bytes are not a whole ISHNE file. */
export const syntaxError = (offset: number | null, reason: string): FormatError =>
  new FormatError('ishne', 'syntax', offset, reason);

/** The bytes are an ISHNE file, but not a recording that can be stored. */
export const contentError = (offset: number | null, reason: string): FormatError =>
  new FormatError('ishne', 'content', offset, reason);

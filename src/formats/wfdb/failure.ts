/** The two ways in which a WFDB record is refused. */
import { FormatError } from '../types.ts';

/** The bytes are not a WFDB header or annotation file. */
export const syntaxError = (offset: number | null, reason: string): FormatError =>
  new FormatError('wfdb', 'syntax', offset, reason);

/** They are, and what they say does not hold together. */
export const contentError = (offset: number | null, reason: string): FormatError =>
  new FormatError('wfdb', 'content', offset, reason);

/** The two kinds of error for a refused WFDB record. */
import { FormatError } from '../types.ts';

/** The bytes are not a WFDB header or annotation file. */
export const syntaxError = (offset: number | null, reason: string): FormatError =>
  new FormatError('wfdb', 'syntax', offset, reason);

/** The bytes are a WFDB file, but inconsistent. */
export const contentError = (offset: number | null, reason: string): FormatError =>
  new FormatError('wfdb', 'content', offset, reason);

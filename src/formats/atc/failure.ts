/** The two kinds of error for a refused ATC file. */
import { FormatError } from '../types.ts';

/** The bytes are not a whole ATC file. */
export const syntaxError = (offset: number | null, reason: string): FormatError =>
  new FormatError('atc', 'syntax', offset, reason);

/** The bytes are an ATC file, but not a recording that can be stored. */
export const contentError = (offset: number | null, reason: string): FormatError =>
  new FormatError('atc', 'content', offset, reason);

/** The two kinds of error for a refused file of a format, or for a recording that cannot be written as one. */
import { FormatError, type FormatId } from '../types.ts';

/** @returns `syntaxError`: the bytes are not of this format; `contentError`: they are, but cannot be stored */
export const failuresOf = (format: FormatId) => ({
  syntaxError: (offset: number | null, reason: string) => new FormatError(format, 'syntax', offset, reason),
  contentError: (offset: number | null, reason: string) => new FormatError(format, 'content', offset, reason),
});

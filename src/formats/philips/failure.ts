/** The two kinds of error for a refused Philips file. */
import { FormatError } from '../types.ts';

/** The bytes are not well-formed XML, or use XML features that are not supported. */
export const syntaxError = (offset: number | null, reason: string): FormatError =>
  new FormatError('philips', 'syntax', offset, reason);

/** The XML is well-formed, but does not describe a recording that can be stored. */
export const contentError = (offset: number | null, reason: string): FormatError =>
  new FormatError('philips', 'content', offset, reason);

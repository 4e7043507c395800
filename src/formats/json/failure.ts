/** The two kinds of error for a refused JSON upload. */
import { FormatError } from '../types.ts';

/** The bytes are not one JSON document (RFC 8259). */
export const syntaxError = (offset: number, reason: string): FormatError =>
  new FormatError('json', 'syntax', offset, reason);

/** The JSON is valid, but does not describe a recording that can be stored. */
export const contentError = (offset: number, reason: string): FormatError =>
  new FormatError('json', 'content', offset, reason);

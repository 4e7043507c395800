/** The two ways in which a JSON upload is refused. */
import { FormatError } from '../types.ts';

/** The bytes are not one JSON document (RFC 8259). */
export const syntaxError = (offset: number, reason: string): FormatError =>
  new FormatError('json', 'syntax', offset, reason);

/** It is JSON, and what it says is not a recording that can be kept. */
export const contentError = (offset: number, reason: string): FormatError =>
  new FormatError('json', 'content', offset, reason);

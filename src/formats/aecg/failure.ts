/** The two ways in which an HL7 aECG file is refused. */
import { FormatError } from '../types.ts';

/** The bytes are not well-formed XML, or XML of a kind that is not read. */
export const syntaxError = (offset: number | null, reason: string): FormatError =>
  new FormatError('aecg', 'syntax', offset, reason);

/** It is XML, and what it says is not a recording that can be kept. */
export const contentError = (offset: number | null, reason: string): FormatError =>
  new FormatError('aecg', 'content', offset, reason);

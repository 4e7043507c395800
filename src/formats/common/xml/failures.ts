/** The errors of the format whose XML is being read. */
import type { FormatError } from '../../types.ts';

export interface Failures {
  /** The bytes are not well-formed XML, or use XML features that are not supported. */
  syntaxError(offset: number | null, reason: string): FormatError;
  /** The XML is well-formed, but does not describe a recording that can be stored. */
  contentError(offset: number | null, reason: string): FormatError;
}

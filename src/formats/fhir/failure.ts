/** The error for a FHIR resource that is well-formed JSON, but cannot be stored. */
import { FormatError } from '../types.ts';

export const contentError = (offset: number | null, reason: string): FormatError =>
  new FormatError('fhir', 'content', offset, reason);

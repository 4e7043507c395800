/** How a FHIR resource is refused whose JSON is well formed. */
import { FormatError } from '../types.ts';

export const contentError = (offset: number | null, reason: string): FormatError =>
  new FormatError('fhir', 'content', offset, reason);

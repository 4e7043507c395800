/** The error for a FHIR resource that is well-formed JSON, but cannot be stored. */
import { failuresOf } from '../common/failures.ts';

export const { contentError } = failuresOf('fhir');

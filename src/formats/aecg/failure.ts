/** The two kinds of error for a refused HL7 aECG file. */
import { failuresOf } from '../common/failures.ts';

export const { syntaxError, contentError } = failuresOf('aecg');

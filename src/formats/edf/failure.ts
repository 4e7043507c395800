/** The two kinds of error for a refused EDF or BDF file, or for a recording that cannot be written as one. */
import { failuresOf } from '../common/failures.ts';

export const { syntaxError, contentError } = failuresOf('edf');

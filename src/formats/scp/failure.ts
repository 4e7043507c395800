/** The two kinds of error for a refused SCP-ECG file. */
import { failuresOf } from '../common/failures.ts';

export const { syntaxError, contentError } = failuresOf('scp');

/** The two kinds of error for a refused WFDB record. */
import { failuresOf } from '../common/failures.ts';

export const { syntaxError, contentError } = failuresOf('wfdb');

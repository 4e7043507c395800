/** The two kinds of error for a refused Philips file. */
import { failuresOf } from '../common/failures.ts';

export const { syntaxError, contentError } = failuresOf('philips');

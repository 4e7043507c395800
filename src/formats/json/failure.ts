/** The two kinds of error for a refused JSON upload. */
import { failuresOf } from '../common/failures.ts';

export const { syntaxError, contentError } = failuresOf('json');

/** The two kinds of error for a refused ATC file. */
import { failuresOf } from '../common/failures.ts';

export const { syntaxError, contentError } = failuresOf('atc');

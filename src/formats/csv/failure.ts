/** The two kinds of error for a refused CSV file. */
import { failuresOf } from '../common/failures.ts';

export const { syntaxError, contentError } = failuresOf('csv');

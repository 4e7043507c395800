/** The two kinds of error for a refused GE MUSE file. */
import { failuresOf } from '../common/failures.ts';

export const { syntaxError, contentError } = failuresOf('muse');

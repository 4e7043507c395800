/** The two kinds of error for a refused ISHNE file. */
import { failuresOf } from '../common/failures.ts';

export const { syntaxError, contentError } = failuresOf('ishne');

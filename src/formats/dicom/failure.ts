/** The two kinds of error for a refused DICOM file. */
import { failuresOf } from '../common/failures.ts';

export const { syntaxError, contentError } = failuresOf('dicom');

/** The two kinds of error for a refused DICOM file. */
import { FormatError } from '../types.ts';

/** The bytes are not a DICOM data set. */
export const syntaxError = (offset: number | null, reason: string): FormatError =>
  new FormatError('dicom', 'syntax', offset, reason);

/** The bytes are a DICOM data set, but not a recording that can be stored. */
export const contentError = (offset: number | null, reason: string): FormatError =>
  new FormatError('dicom', 'content', offset, reason);

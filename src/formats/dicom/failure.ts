/** The two ways in which a DICOM file is refused. */
import { FormatError } from '../types.ts';

/** The bytes are not a DICOM data set. */
export const syntaxError = (offset: number | null, reason: string): FormatError =>
  new FormatError('dicom', 'syntax', offset, reason);

/** They are, and what they say is not a recording that can be kept. */
export const contentError = (offset: number | null, reason: string): FormatError =>
  new FormatError('dicom', 'content', offset, reason);

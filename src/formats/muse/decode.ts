/** Decoder for GE MUSE XML of any size, in constant memory: one recording per waveform. */
import type { Decoder } from '../types.ts';
import { MuseDocument } from './document.ts';

/**
 * Keeps the digits unchanged, with gain 1 / LeadAmplitudeUnitsPerBit. The marks of QRS complexes become annotations of
 * the rhythm, the diagnosis becomes notes.
 * @throws FormatError `syntax` if the bytes are not well-formed XML, `content` if they are not such a document, or if
 * the samples of a lead are not those that its fields describe
 */
export const decodeMuse: Decoder = ({ main }, limits) => new MuseDocument(limits).decode(main.bytes);

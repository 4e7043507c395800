/** Decoder for Philips Sierra XML, in memory for one lead: the rhythm, its calibration pulse, representative beats. */
import type { Decoder } from '../types.ts';
import { PhilipsDocument } from './document.ts';

/**
 * Keeps the digits, with those of compressed limb leads restored, and gain 1 / resolution. A last second that ends with
 * the same rectangular pulse in all leads is a recording of its own. The interpretation becomes notes.
 * @throws FormatError `syntax` if the bytes are not well-formed XML, `content` if they are not such a document, or if
 * the samples are damaged or stored in another way
 */
export const decodePhilips: Decoder = ({ main }, limits) => new PhilipsDocument(limits).decode(main.bytes);

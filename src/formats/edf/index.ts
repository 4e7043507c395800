/**
 * The format definition of EDF (European Data Format, 16 bits) and BDF (24 bits): read in all variants, written as
 * EDF+C.
 */
import type { Format } from '../types.ts';
import { decodeEdf } from './decode.ts';
import { encodeEdf } from './encode.ts';
import { HEADER_BLOCK, variantOf } from './header.ts';

/** Fields of the fixed part with the header's length and the number of signals; both are numbers in every such file. */
const HEADER_BYTES = [184, 192] as const;
const SIGNALS = [252, 256] as const;

export const edf: Format = {
  id: 'edf',
  title: 'EDF, EDF+ and BDF',
  extensions: ['.edf', '.bdf', '.rec'],
  mediaType: 'application/edf',
  notes: [
    'Read: EDF, EDF+C, EDF+D, BDF and BDF+, channels of different rates, annotations, a number of records that was not known (-1).',
    'Gaps of EDF+D become missing samples: in all at most 67,108,864 of them, or 16 for each sample that is there. Records that overlap are refused.',
    'There is no mark for a missing sample in this format: the lowest value is a value.',
    'A file with fewer records than it declares was cut off and is refused; where the number was not known, a last incomplete record is left out with a warning.',
    'A record duration that fills its field was rounded: the whole sampling rate that gives the same text is taken.',
    'Written: EDF+C, for channels of 16-bit whole numbers that begin and end together and have no missing sample. Digits stay as they are; gain and zero level too, as far as limits of eight characters can say them.',
    'Notes are not written. Times are written in the zone in which the date is given.',
  ],
  experimental: false,
  recognises: (head) =>
    head.length >= HEADER_BLOCK &&
    variantOf(head) !== null &&
    isNumber(head.subarray(...HEADER_BYTES)) &&
    isNumber(head.subarray(...SIGNALS)),
  decode: decodeEdf,
  encode: encodeEdf,
};

const isNumber = (bytes: Uint8Array): boolean => /^ *\d+[ \0]*$/.test(String.fromCharCode(...bytes));

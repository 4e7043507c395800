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
    'Read: EDF, EDF+C, EDF+D, BDF and BDF+, channels of different rates, annotations, an unknown number of ' +
      'records (-1).',
    'Gaps of EDF+D become missing samples: at most 67,108,864 in total, or 16 for each sample that is present. ' +
      'Records that overlap are refused.',
    'The format cannot mark missing samples: the lowest value is an ordinary value.',
    'A file with fewer records than it declares is truncated and is refused. If the number is unknown, an ' +
      'incomplete last record is left out with a warning.',
    'A record duration that fills its field is rounded: the integer sampling rate that gives the same text is used.',
    'Written: EDF+C, for channels of 16-bit integers that begin and end together and have no missing sample. ' +
      'Digits are unchanged; gain and zero level too, as far as limits of eight characters can express them.',
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

/**
 * The format definition of EDF (European Data Format, 16 bits) and BDF (24 bits): read in all variants, written as
 * EDF+C or EDF+D.
 */
import type { Format } from '../types.ts';
import { decodeEdf } from './decode.ts';
import { encodeEdf, scaleLimits } from './encode.ts';
import { looksLikeEdf } from './header.ts';
import { edfLosses } from './losses.ts';

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
    'Written: EDF+C, for channels that begin and end together, or EDF+D if they have gaps, which all channels must ' +
      'share. Integers of 16 bits are unchanged; gain and zero level too, as far as limits of eight characters can ' +
      'express them.',
    'Decimals and longer integers are written as integers of 16 bits with another gain and zero level: with the same ' +
      'physical values if that is possible, or else rounded. Export-Warnings tells by how much.',
    'A start outside 1985 to 2084 is refused. Labels have 16 ASCII characters: the lead where a longer name has one.',
    'A signal with equal digital limits is left out with a warning if there are others.',
    'Annotations are texts: a code stands before the text. Notes, and units that are not a physical quantity, are ' +
      'not written. Times are written in the zone in which the date is given.',
  ],
  experimental: false,
  recognises: looksLikeEdf,
  decode: decodeEdf,
  encode: encodeEdf,
  integers: { bits: 16, canScale: (channel) => scaleLimits(channel) !== null },
  needsGaps: true,
  losses: edfLosses,
};

/** The format definition of GE MUSE XML. */
import { rootName } from '../common/xml/root.ts';
import type { Format } from '../types.ts';
import { decodeMuse } from './decode.ts';
import { ROOT } from './document.ts';

export const muse: Format = {
  id: 'muse',
  title: 'GE MUSE XML',
  extensions: ['.xml'],
  mediaType: 'application/xml',
  notes: [
    'Each waveform becomes a recording: the rhythm and the median beat. Leads are kept as recorded, usually eight; ' +
      'the gain is 1 / LeadAmplitudeUnitsPerBit.',
    'A lead must have as many bytes and samples as the file says, and its CRC-32 where one is filled in.',
    'QRS times are milliseconds and become annotations of the rhythm; the diagnosis becomes notes. Measurements are ' +
      'not kept.',
    'Dates are read with the month first, without a zone; dates that do not exist are not kept.',
    'UTF-8, UTF-16 and ISO-8859-1 are read. A reference to an external document type is passed over, and never ' +
      'fetched; entities and other definitions in the file are refused.',
    'Read only.',
  ],
  experimental: false,
  recognises: (head) => rootName(head) === ROOT,
  decode: decodeMuse,
  encode: null,
};

/** The format definition of SCP-ECG. */
import type { Format } from '../types.ts';
import { isScp } from './container.ts';
import { decodeScp } from './decode.ts';

export const scp: Format = {
  id: 'scp',
  title: 'SCP-ECG',
  extensions: ['.scp'],
  mediaType: 'application/x-scp-ecg',
  notes: [
    'EN 1064 and ISO 11073-91064, versions 1 to 3: plain samples, first and second differences, with the default ' +
      'Huffman table, with tables of the file, or without. All checksums are verified.',
    'Not read: rhythm data from which a reference beat was subtracted, bimodal compression, and long-term ' +
      'rhythm data (section 12).',
    'The reference beat becomes a recording of its own, with its waves as annotations. QRS complexes and pacemaker ' +
      'spikes become annotations; measurements, statements and remarks become notes.',
    'Digits are kept; the unit is uV. A sample time in whole microseconds stands for the whole rate next to it: ' +
      '2,778 µs is 360 Hz.',
    'Leads that begin later than the recording have missing samples before them. Lead measurements (section 10) ' +
      'and private sections are not kept. Files of at most 33,554,432 bytes.',
    'Read only.',
  ],
  experimental: false,
  recognises: isScp,
  decode: decodeScp,
  encode: null,
};

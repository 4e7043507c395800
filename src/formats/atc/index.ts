/** The format definition of ATC, the files of AliveCor's Kardia recorders. */
import type { Format } from '../types.ts';
import { isAtc } from './blocks.ts';
import { decodeAtc } from './decode.ts';

export const atc: Format = {
  id: 'atc',
  title: 'AliveCor Kardia ATC',
  extensions: ['.atc'],
  mediaType: 'application/x-atc',
  notes: [
    'Versions 2 to 5 are read, with 1 to 12 leads; the blocks may come in any order. Files have at most ' +
      '33,554,432 bytes.',
    'Average beats and median beats become recordings of their own, whose ids end with #2 and #3.',
    'The checksum of each block is verified: the sum of its bytes, as in the files of the maker, or the CRC-32 of ' +
      "the maker's description.",
    'Marks of beats become annotations. Devices, mains frequency and filters become notes.',
    "The phone's id, the device's data (such as its serial number) and the acceleration are not kept.",
    'Read only. Experimental: tested with files written according to the description, not with files of a recorder.',
  ],
  experimental: true,
  recognises: isAtc,
  decode: decodeAtc,
  encode: null,
};

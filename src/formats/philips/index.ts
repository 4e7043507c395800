/** The format definition of Philips Sierra XML. */
import { rootName } from '../common/xml/root.ts';
import type { Format } from '../types.ts';
import { decodePhilips } from './decode.ts';
import { ROOT } from './document.ts';

export const philips: Format = {
  id: 'philips',
  title: 'Philips Sierra XML',
  extensions: ['.xml'],
  mediaType: 'application/xml',
  notes: [
    'The versions 1.03, 1.04, 1.04.01 and 1.04.02 are read, with samples as 16-bit integers or compressed with XLI; ' +
      'compressed limb leads are restored.',
    'A last second that ends with the same rectangular pulse in all leads becomes a recording of its own, the ' +
      'calibration pulse. Representative beats become a recording, too, without the value 32,767 that fills them ' +
      'up at their end.',
    'The interpretation becomes notes. Measurements are not kept.',
    'A lead may have at most 1,048,576 samples. Samples as plain or hexadecimal text, or in other files, are not read.',
    'UTF-8, UTF-16 and ISO-8859-1 are read. A reference to an external document type is passed over, and never ' +
      'fetched; entities and other definitions in the file are refused.',
    'Read only.',
  ],
  experimental: false,
  recognises: (head) => rootName(head) === ROOT,
  decode: decodePhilips,
  encode: null,
};

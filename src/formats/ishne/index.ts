/** The format definition of ISHNE 1.0, the exchange format of Holter recorders. */
import type { Format } from '../types.ts';
import { decodeIshne } from './decode.ts';
import { ANNOTATION_SIGN, RECORDING_SIGN, signOf } from './header.ts';

export const ishne: Format = {
  id: 'ishne',
  title: 'ISHNE Holter',
  extensions: ['.ecg', '.hol', '.ann'],
  mediaType: 'application/x-ishne',
  notes: [
    'ISHNE 1.0 is read: up to 12 leads of 16-bit integers, with the resolution of each lead; -32768 is a lead fault, ' +
      'a missing sample.',
    'The beats of the annotation file are read if it is sent in the same multipart upload, with the same name and ' +
      'the extension .ann; calibration pulses become remarks.',
    'All samples of the file are kept, whatever number the header declares, for one lead or for all; a number that ' +
      'fits neither is reported.',
    'The checksum of the header is verified in both byte orders; a wrong one is reported.',
    'Lead qualities, pacemaker, recorder, owner, copyright and comments become notes; the race and the date of the ' +
      'file are not kept.',
    'Read only.',
  ],
  experimental: false,
  recognises: (head) => signOf(head) === RECORDING_SIGN || signOf(head) === ANNOTATION_SIGN,
  isMain: (head) => signOf(head) === RECORDING_SIGN,
  decode: decodeIshne,
  encode: null,
};

/** The format definition of DICOM ECG waveforms. */
import type { Format } from '../types.ts';
import { decodeDicom } from './decode.ts';
import { encodeDicom } from './encode.ts';
import { isDicom } from './file.ts';

export const dicom: Format = {
  id: 'dicom',
  title: 'DICOM ECG waveform',
  extensions: ['.dcm', '.dicom'],
  mediaType: 'application/dicom',
  notes: [
    '12-lead, General, Ambulatory and General 32-bit ECG waveforms are read: explicit and implicit VR little ' +
      'endian, deflated, explicit VR big endian, with or without preamble and file meta information.',
    'Every multiplex group is a separate recording, in the order of the file; from the second on, its id is ' +
      'the SOP Instance UID with #2, #3 and so on.',
    'Samples of 8, 16 and 32 bits are read; companded audio samples (MB, AB) are not. The padding value means ' +
      'a missing sample; without a padding value no sample is missing. A padding value that the signal itself takes, ' +
      'such as 0, means it only in runs of a second or longer; a warning tells.',
    'Time skew and channel offsets are reported as warnings and not applied. Annotations without a time become ' +
      'notes if they concern the whole recording.',
    'Written as 12-lead ECG if it fits (12 standard leads, 200 to 1,000 Hz, 16,384 samples), otherwise as ' +
      'General, Ambulatory (from 50 Hz) or General 32-bit ECG.',
    'Decimals are written as integers with a smaller sensitivity, with the same physical values, or else rounded to ' +
      '32 bits, as Export-Warnings tells.',
    'Channels of different rates or lengths are written as separate multiplex groups, at most 4 (12-lead: 5).',
    'Scales and rates are written as decimals of 16 characters, within 1e-9. A scale that is not a calibration ' +
      'is written without its unit.',
    'Channels are written in the order I, II, III, aVR, aVL, aVF, V1 to V6, then the others, with the codes of their ' +
      'leads and UCUM units.',
    'A date is needed: the export of a recording without one asks for it. Exports without identifiers have the date ' +
      '1 January 1900 and say that dates were removed; their patient fields are empty. UIDs are generated.',
  ],
  needsDate: true,
  experimental: false,
  recognises: isDicom,
  decode: decodeDicom,
  encode: encodeDicom,
  integers: { bits: 32 },
};

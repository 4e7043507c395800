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
    '12-lead, General, Ambulatory and General 32-bit ECG waveforms are read: explicit and implicit VR little endian, deflated, explicit VR big endian, with or without preamble and file meta information.',
    'Every multiplex group is a recording of its own, in the order of the file; from the second on, its id is the SOP Instance UID with #2, #3 and so on.',
    'Samples of 8, 16 and 32 bits are read; sounds in companded samples (MB, AB) are not. The padding value means a missing sample; without one there is none.',
    'Time skew and channel offsets are told as warnings and not applied. Annotations without a place in time become notes where they concern the whole recording.',
    'Written as 12-lead ECG where it fits (12 standard leads, 200 to 1,000 Hz, 16,384 samples), else as General, Ambulatory (from 50 Hz) or General 32-bit ECG; whole numbers of 32 bits only.',
    'Channels of different rates or lengths are written as multiplex groups of their own, at most 4 (12-lead: 5).',
    'Scales and rates are written as decimals of 16 characters, within 1e-9. A scale that is no calibration is written without its unit.',
    'Without a date the fields for it are empty, as are those for the patient in exports without identifiers; UIDs are new ones.',
  ],
  experimental: false,
  recognises: isDicom,
  decode: decodeDicom,
  encode: encodeDicom,
};

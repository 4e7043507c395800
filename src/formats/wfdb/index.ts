/** The format definition of WFDB, PhysioNet's format: a text header with separate signal files and annotation files. */
import type { Format } from '../types.ts';
import { decodeWfdb } from './decode.ts';
import { encodeWfdb } from './encode.ts';
import { recordLine } from './header.ts';
import { wfdbLosses } from './losses.ts';
import { SAMPLE_FORMATS } from './sample-formats.ts';

export const wfdb: Format = {
  id: 'wfdb',
  title: 'WFDB (PhysioNet)',
  extensions: ['.hea', '.dat', '.mat', '.atr'],
  mediaType: 'application/x-wfdb',
  notes: [
    `Read: signal files in the formats ${Object.keys(SAMPLE_FORMATS).join(', ')}, with byte offsets, several ` +
      'samples per frame and skew; several segments of fixed or variable layout, with any names; the annotations ' +
      'of one annotator: those in the .atr file, or else those of another (.qrs, .ecg).',
    'Not read: FLAC (formats 508, 516, 524).',
    'Send the header with all files that it names in one multipart upload, in any order; checksums are verified.',
    'Parts that are not recorded according to the headers become missing samples: at most 67,108,864, or 16 ' +
      'for each sample that is present.',
    'A date without a time is read as midnight, with a warning.',
    'A signal without a gain is read with 200 units per mV and marked as not calibrated.',
    'Written: format 16, or 32 if a sample needs it; decimals as integers with a larger gain, with the same ' +
      'physical values, or else rounded as Export-Warnings tells; channels of different rates as several samples per ' +
      'frame; annotations as .atr, in a finer time resolution if rates differ; names and units ' +
      'in ASCII, with the exact names in comments.',
    'A fractional zero level is rounded, except for this service, annotations are moved to the nearest sample, and ' +
      'their durations are left out: Export-Warnings tells by how much. An annotation without a code, or with one of ' +
      'another format, is a remark, with the code ".',
    'Of the patient, only the sex is written.',
  ],
  experimental: false,
  recognises: (head) => recordLine(head) !== null,
  isMain: (head) => {
    const line = recordLine(head);
    // Segments are named after their record: 100s_1, 3269321_0001, v102s_layout.
    return line !== null && (line.isMultiSegment || !/_(\d+|layout)$/.test(line.record));
  },
  mayBePart: (head) => recordLine(head)?.isMultiSegment === false,
  losses: wfdbLosses,
  decode: decodeWfdb,
  encode: encodeWfdb,
  integers: { bits: 32 },
};

/**
 * Small DICOM files for the fuzzer: every transfer syntax, lengths defined or not, with and without preamble and meta
 * group; and one of our own.
 */
import { dicom } from '../../../../src/formats/dicom/index.ts';
import { dicomFile, ecgElements, type TestElement, type Writing } from '../../../support/dicom.ts';
import { encodeFiles, writable } from '../../../support/formats.ts';
import type { FuzzSeed } from '../../../support/fuzz.ts';

const code = (tag: number, value: string): TestElement => [
  tag,
  'SQ',
  [
    [
      [0x00080100, 'SH', value],
      [0x00080102, 'SH', 'MDC'],
      [0x00080104, 'LO', 'meaning'],
    ],
  ],
];
const ANNOTATED: TestElement[] = [
  [0x00080005, 'CS', 'ISO_IR 192'],
  [0x00091001, 'SQ', [[[0x00091002, 'LO', 'private']]]],
  [0x00100010, 'PN', 'Doe^Jane'],
  [
    0x0040b020,
    'SQ',
    [[code(0x0040a043, '2:1'), [0x0040a0b0, 'US', [1, 0]], [0x0040a130, 'CS', 'POINT'], [0x0040a132, 'UL', [2]]]],
  ],
];
const elements = ecgElements(
  [
    {
      kind: 'SS',
      padding: -32768,
      label: 'RHYTHM',
      values: [
        [1, -2, 3],
        [4, 5, -32768],
      ],
      channels: [
        { code: ['2:1', 'MDC', 'Lead I'], sensitivity: '1.25', unit: 'uV', correction: '1', baseline: '0' },
        { label: 'II' },
      ],
    },
    { kind: 'UB', values: [[1, 2]], channels: [{}] },
  ],
  ANNOTATED,
);

/** All positions of data set tags in the bytes, in any byte order. */
function boundariesOf(file: Buffer): number[] {
  const places: number[] = [128, 132];
  for (const mark of [
    '08001600',
    '08001800',
    '10001000',
    '400020b0',
    '3a000500',
    '3a001000',
    '3a001a00',
    '3a000002',
    '3a000802',
    '3a001002',
    '00540001',
    '00540410',
    '00540610',
    '00541010',
    'feff00e0',
    'feff0de0',
    'feffdde0',
  ]) {
    for (const bytes of [Buffer.from(mark, 'hex'), Buffer.from(mark, 'hex').swap16()]) {
      for (let at = file.indexOf(bytes); at !== -1; at = file.indexOf(bytes, at + 1))
        places.push(at, at + 4, at + 8, at + 12);
    }
  }
  return places;
}

const seedOf = (file: Buffer): FuzzSeed => ({
  files: { 'a.dcm': file },
  main: 'a.dcm',
  boundaries: { 'a.dcm': boundariesOf(file) },
  dictionary: [
    Buffer.from('feff00e0ffffffff', 'hex'),
    Buffer.from('feffdde000000000', 'hex'),
    Buffer.from('0054000153510000ffffffff', 'hex'),
    'SQ',
    'UN',
    'OB',
    'UL',
    '\\',
    '1e400',
    '-1',
    'MB',
    Buffer.from('ffffffff', 'hex'),
    Buffer.from('00000080', 'hex'),
  ],
});

const WRITINGS: Writing[] = [
  { syntax: 'explicit' },
  { syntax: 'explicit', undefinedLengths: true, preamble: false, meta: false },
  { syntax: 'implicit', undefinedLengths: true },
  { syntax: 'implicit', preamble: false, meta: false },
  { syntax: 'big-endian' },
  { syntax: 'deflated' },
];

export async function dicomSeeds(): Promise<FuzzSeed[]> {
  const exported = Object.values(
    await encodeFiles(
      dicom.encode!,
      writable([{ name: 'I', values: [1, null, 3] }], { date: '2026-01-15T09:30:00Z', notes: 'a note' }),
    ),
  )[0] as Buffer;
  return [...WRITINGS.map((writing) => seedOf(dicomFile(elements, writing))), seedOf(exported)];
}

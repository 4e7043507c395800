/** The data elements that are read or written (PS3.6), and the layout of value representations (PS3.5). */

/** Name → tag (group in the upper, element in the lower 16 bits) and value representation, which implicit VR omits. */
export const ELEMENTS = {
  fileMetaInformationGroupLength: [0x00020000, 'UL'],
  fileMetaInformationVersion: [0x00020001, 'OB'],
  mediaStorageSopClassUid: [0x00020002, 'UI'],
  mediaStorageSopInstanceUid: [0x00020003, 'UI'],
  transferSyntaxUid: [0x00020010, 'UI'],
  implementationClassUid: [0x00020012, 'UI'],
  implementationVersionName: [0x00020013, 'SH'],
  specificCharacterSet: [0x00080005, 'CS'],
  sopClassUid: [0x00080016, 'UI'],
  sopInstanceUid: [0x00080018, 'UI'],
  studyDate: [0x00080020, 'DA'],
  seriesDate: [0x00080021, 'DA'],
  acquisitionDate: [0x00080022, 'DA'],
  contentDate: [0x00080023, 'DA'],
  acquisitionDateTime: [0x0008002a, 'DT'],
  studyTime: [0x00080030, 'TM'],
  seriesTime: [0x00080031, 'TM'],
  acquisitionTime: [0x00080032, 'TM'],
  contentTime: [0x00080033, 'TM'],
  accessionNumber: [0x00080050, 'SH'],
  modality: [0x00080060, 'CS'],
  manufacturer: [0x00080070, 'LO'],
  referringPhysicianName: [0x00080090, 'PN'],
  codeValue: [0x00080100, 'SH'],
  codingSchemeDesignator: [0x00080102, 'SH'],
  codingSchemeVersion: [0x00080103, 'SH'],
  codeMeaning: [0x00080104, 'LO'],
  longCodeValue: [0x00080119, 'UC'],
  timezoneOffsetFromUtc: [0x00080201, 'SH'],
  patientName: [0x00100010, 'PN'],
  patientId: [0x00100020, 'LO'],
  patientBirthDate: [0x00100030, 'DA'],
  patientSex: [0x00100040, 'CS'],
  patientIdentityRemoved: [0x00120062, 'CS'],
  deidentificationMethod: [0x00120063, 'LO'],
  multiplexGroupTimeOffset: [0x00181068, 'DS'],
  studyInstanceUid: [0x0020000d, 'UI'],
  seriesInstanceUid: [0x0020000e, 'UI'],
  studyId: [0x00200010, 'SH'],
  seriesNumber: [0x00200011, 'IS'],
  instanceNumber: [0x00200013, 'IS'],
  longitudinalTemporalInformationModified: [0x00280303, 'CS'],
  waveformOriginality: [0x003a0004, 'CS'],
  numberOfWaveformChannels: [0x003a0005, 'US'],
  numberOfWaveformSamples: [0x003a0010, 'UL'],
  samplingFrequency: [0x003a001a, 'DS'],
  multiplexGroupLabel: [0x003a0020, 'SH'],
  channelDefinitionSequence: [0x003a0200, 'SQ'],
  channelLabel: [0x003a0203, 'SH'],
  channelSourceSequence: [0x003a0208, 'SQ'],
  channelSensitivity: [0x003a0210, 'DS'],
  channelSensitivityUnitsSequence: [0x003a0211, 'SQ'],
  channelSensitivityCorrectionFactor: [0x003a0212, 'DS'],
  channelBaseline: [0x003a0213, 'DS'],
  channelTimeSkew: [0x003a0214, 'DS'],
  channelSampleSkew: [0x003a0215, 'DS'],
  channelOffset: [0x003a0218, 'DS'],
  waveformBitsStored: [0x003a021a, 'US'],
  acquisitionContextSequence: [0x00400555, 'SQ'],
  measurementUnitsCodeSequence: [0x004008ea, 'SQ'],
  conceptNameCodeSequence: [0x0040a043, 'SQ'],
  referencedWaveformChannels: [0x0040a0b0, 'US'],
  temporalRangeType: [0x0040a130, 'CS'],
  referencedSamplePositions: [0x0040a132, 'UL'],
  referencedTimeOffsets: [0x0040a138, 'DS'],
  referencedDateTime: [0x0040a13a, 'DT'],
  conceptCodeSequence: [0x0040a168, 'SQ'],
  annotationGroupNumber: [0x0040a180, 'US'],
  numericValue: [0x0040a30a, 'DS'],
  waveformAnnotationSequence: [0x0040b020, 'SQ'],
  unformattedTextValue: [0x00700006, 'ST'],
  waveformSequence: [0x54000100, 'SQ'],
  waveformBitsAllocated: [0x54001004, 'US'],
  waveformSampleInterpretation: [0x54001006, 'CS'],
  waveformPaddingValue: [0x5400100a, 'OW'],
  waveformData: [0x54001010, 'OW'],
} as const satisfies Record<string, readonly [tag: number, vr: string]>;

export type ElementName = keyof typeof ELEMENTS;

/** Names of the known tags. */
export const NAMES: ReadonlyMap<number, ElementName> = new Map(
  (Object.keys(ELEMENTS) as ElementName[]).map((name) => [ELEMENTS[name][0], name]),
);

/** Structure of sequences (PS3.5, 7.5). */
export const ITEM = 0xfffee000;
export const ITEM_END = 0xfffee00d;
export const SEQUENCE_END = 0xfffee0dd;
export const UNDEFINED_LENGTH = 0xffffffff;

/**
 * Value representations whose explicit length has four bytes, after two reserved bytes; all others have a two-byte
 * length (PS3.5, 7.1.2).
 */
export const LONG_VRS: ReadonlySet<string> = new Set([
  'OB',
  'OD',
  'OF',
  'OL',
  'OV',
  'OW',
  'SQ',
  'SV',
  'UC',
  'UN',
  'UR',
  'UT',
  'UV',
]);
export const SHORT_VRS: ReadonlySet<string> = new Set([
  'AE',
  'AS',
  'AT',
  'CS',
  'DA',
  'DS',
  'DT',
  'FD',
  'FL',
  'IS',
  'LO',
  'LT',
  'PN',
  'SH',
  'SL',
  'SS',
  'ST',
  'TM',
  'UI',
  'UL',
  'US',
]);

/** A tag as the standard prints it: (003A,0210). */
export function printed(tag: number): string {
  const digits = tag.toString(16).toUpperCase().padStart(8, '0');
  return `(${digits.slice(0, 4)},${digits.slice(4)})`;
}

/**
 * Writes the header of a DICOM ECG (PS3.3, A.34): the patient, the time and the channels. Unknown values are left
 * empty.
 */
import { leadOf } from '../../signal/leads.ts';
import { codeOfLead, UNSPECIFIED_LEAD } from '../common/lead-codes.ts';
import { ucumOf } from '../common/ucum.ts';
import type { Subject, WritableChannel, WritableRecording } from '../types.ts';
import { dicomDate } from './dates.ts';
import { contentError } from './failure.ts';
import { NO_UNIT } from './group.ts';
import type { Plan, PlannedGroup } from './plan.ts';
import { EXPLICIT_LITTLE_ENDIAN, isUid, SOP_CLASSES, uidOf } from './uids.ts';
import { element, sequence } from './writer.ts';

/** Coding scheme for codes that no standard has. */
export const OWN_SCHEME = '99LEADWIRE';
/** Coding schemes of leads and of units. */
export const LEAD_SCHEME = 'MDC';
const UNIT_SCHEME = 'UCUM';
/**
 * Defined terms for schemes whose codes need a version (PS3.3, 8.2): the edition of SCP-ECG that the codes are from.
 */
const SCHEME_VERSIONS: Readonly<Record<string, string>> = { SCPECG: '1.3' };

/** Stands for the unknown start of a recording, where dates are required: nobody takes it for a real one. */
export const NO_DATE = '1900-01-01T00:00:00';

/** Greatest lengths of the shorter value representations, in characters (PS3.5, 6.2). */
const SH = 16;
export const LO = 64;

/** Removes backslashes, which separate values, and control characters, which end them. */
export const clean = (text: string): string =>
  text
    .replaceAll('\\', '/')
    // oxlint-disable-next-line no-control-regex
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .trim();
/** The same, of a certain length in characters. */
export const cut = (text: string, longest: number): string => Array.from(clean(text)).slice(0, longest).join('');

/**
 * The decimal string (at most 16 characters) nearest to a number: exact for few digits, otherwise within 1e-9 of it.
 * PS3.5, 6.2: DS.
 */
export function decimalString(value: number): string {
  for (let digits = 17; digits > 1; digits--) {
    const rounded = Number(value.toPrecision(digits));
    const shortest = [String(rounded), rounded.toExponential().replace('e+', 'e')].find((text) => text.length <= SH);
    if (shortest !== undefined) return shortest;
  }
  return String(Math.round(value));
}

/** The elements of an item of a code sequence. */
export function code(value: string, scheme: string, meaning: string): Buffer[] {
  const version = SCHEME_VERSIONS[scheme];
  return [
    ...(value.length <= SH ? [element('codeValue', value)] : []),
    element('codingSchemeDesignator', scheme),
    ...(version === undefined ? [] : [element('codingSchemeVersion', version)]),
    element('codeMeaning', cut(meaning, LO) || value.slice(0, LO)),
    ...(value.length <= SH ? [] : [element('longCodeValue', value)]),
  ];
}

/** Preamble and file meta information. */
export function metaOf(plan: Plan, instanceUid: string, implementationUid: string): Buffer {
  const group = Buffer.concat([
    element('fileMetaInformationVersion', new Uint8Array([0, 1])),
    element('mediaStorageSopClassUid', SOP_CLASSES[plan.kind]),
    element('mediaStorageSopInstanceUid', instanceUid),
    element('transferSyntaxUid', EXPLICIT_LITTLE_ENDIAN),
    element('implementationClassUid', implementationUid),
    element('implementationVersionName', 'LEADWIRE'),
  ]);
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    element('fileMetaInformationGroupLength', group.length),
    group,
  ]);
}

/**
 * All elements before the annotations, in ascending order: the modules patient, study, series, equipment, waveform
 * identification and acquisition context. Without a date, those that may not be empty are
 * `NO_DATE`, and the object says that dates were removed.
 */
export async function headerOf(recording: WritableRecording, plan: Plan, instanceUid: string): Promise<Buffer> {
  const { subject, id } = recording;
  const date = dicomDate(recording.date ?? NO_DATE);
  const studyUid =
    subject?.studyId != null && isUid(subject.studyId)
      ? subject.studyId
      : await uidOf('study', id, subject === null ? 'without identifiers' : '');
  return Buffer.concat([
    element('specificCharacterSet', 'ISO_IR 192'),
    element('sopClassUid', SOP_CLASSES[plan.kind]),
    element('sopInstanceUid', instanceUid),
    element('studyDate', date.day),
    element('contentDate', date.day),
    element('acquisitionDateTime', date.dateTime),
    element('studyTime', date.time),
    element('contentTime', date.time),
    element('accessionNumber', ''),
    element('modality', 'ECG'),
    element('manufacturer', 'Leadwire'),
    element('referringPhysicianName', ''),
    ...(date.offset === '' ? [] : [element('timezoneOffsetFromUtc', date.offset)]),
    ...patient(subject),
    element('studyInstanceUid', studyUid),
    element('seriesInstanceUid', await uidOf('series', instanceUid)),
    element('studyId', subject?.studyId != null && !isUid(subject.studyId) ? cut(subject.studyId, SH) : ''),
    element('seriesNumber', '1'),
    element('instanceNumber', '1'),
    ...(recording.date === null ? [element('longitudinalTemporalInformationModified', 'REMOVED')] : []),
    sequence('acquisitionContextSequence', []),
  ]);
}

function patient(subject: Subject | null): Buffer[] {
  const removed =
    subject === null
      ? [element('patientIdentityRemoved', 'YES'), element('deidentificationMethod', 'Identifiers left out on export')]
      : [];
  return [
    element('patientName', cut(subject?.patientName ?? '', LO).replaceAll('=', ' ')),
    element('patientId', subject?.patientId ?? ''),
    element('patientBirthDate', subject?.birthDate?.replaceAll('-', '') ?? ''),
    element('patientSex', subject?.sex === 'male' ? 'M' : subject?.sex === 'female' ? 'F' : ''),
    ...removed,
  ];
}

/** @throws FormatError if a value that must be exact does not fit */
export function checkSubject(subject: Subject | null): void {
  const id = subject?.patientId ?? '';
  if (cut(id, LO) !== id)
    throw contentError(
      null,
      `The patient's identifier does not fit into DICOM, which allows ${LO} characters without a backslash. ` +
        'Export without identifiers.',
    );
}

/** All of a group's item except its samples. */
export function groupDescription(group: PlannedGroup, channels: readonly WritableChannel[]): Buffer {
  const bits = 8 * group.bytesPerSample;
  const padding = Buffer.alloc(group.bytesPerSample);
  padding.writeIntLE(group.padding ?? 0, 0, group.bytesPerSample);
  return Buffer.concat([
    element('waveformOriginality', 'ORIGINAL'),
    element('numberOfWaveformChannels', group.channels.length),
    element('numberOfWaveformSamples', group.samples),
    element('samplingFrequency', decimalString(group.samplingRate)),
    sequence(
      'channelDefinitionSequence',
      group.channels.map((number) => channelDefinition(channels[number] as WritableChannel, number, bits)),
    ),
    element('waveformBitsAllocated', bits),
    element('waveformSampleInterpretation', bits === 16 ? 'SS' : 'SL'),
    ...(group.padding === null ? [] : [element('waveformPaddingValue', padding)]),
  ]);
}

/** The name is written as the label, if it fits, or as the meaning of the lead's code or of our own code. */
function channelDefinition(channel: WritableChannel, number: number, bits: number): Buffer[] {
  const name = clean(channel.name);
  const fits = Array.from(name).length <= SH;
  const lead = channel.lead ?? leadOf(channel.name);
  const leadCode = lead === null ? null : codeOfLead(lead);
  const source =
    leadCode !== null
      ? code(leadCode, LEAD_SCHEME, fits ? `Lead ${lead}` : name)
      : fits
        ? code(UNSPECIFIED_LEAD, LEAD_SCHEME, 'Unspecified lead')
        : code(`CH${number + 1}`, OWN_SCHEME, name);
  return [
    ...(fits ? [element('channelLabel', name)] : []),
    sequence('channelSourceSequence', [source]),
    ...sensitivity(channel),
    element('channelSampleSkew', '0'),
    element('waveformBitsStored', bits),
  ];
}

/**
 * Omitted if the samples have no unit and no scale. A scale without calibration has no unit either, since DICOM has no
 * other way to express it.
 */
function sensitivity(channel: WritableChannel): Buffer[] {
  const unit = channel.calibrated ? channel.unit : null;
  if (unit === null && channel.gain === 1 && channel.zeroLevel === 0) return [];
  return [
    element('channelSensitivity', decimalString(1 / channel.gain)),
    sequence('channelSensitivityUnitsSequence', [unitCode(unit)]),
    element('channelSensitivityCorrectionFactor', '1'),
    element('channelBaseline', decimalString(0 - channel.zeroLevel / channel.gain)),
  ];
}

function unitCode(unit: string | null): Buffer[] {
  if (unit === null) return code(NO_UNIT, UNIT_SCHEME, 'no units');
  const known = ucumOf(unit);
  return known === null ? code(clean(unit) || '-', OWN_SCHEME, unit) : code(known.code, UNIT_SCHEME, known.meaning);
}

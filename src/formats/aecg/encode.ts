/** Streams a recording as an HL7 annotated ECG (R1, PORT_MT020001): one series with one sequence set. */
import type { Samples } from '../../signal/samples.ts';
import { claimableUnit, isPhysical } from '../../signal/units.ts';
import { baseName } from '../common/file-names.ts';
import { type ReadFrames, runsOf } from '../common/frames.ts';
import { figure } from '../common/messages.ts';
import { decimalText } from '../common/numbers.ts';
import { listText, textBytes } from '../common/text-bytes.ts';
import { ucumOf } from '../common/ucum.ts';
import { uuidOf } from '../common/uuid.ts';
import { xmlText } from '../common/xml/escape.ts';
import type { Encoder, Subject, WritableChannel, WritableRecording } from '../types.ts';
import { contentError } from './failure.ts';
import { EXCERPT, partsOfId } from './ids.ts';
import { type Start, startOf, timestamp } from './time.ts';
import { ACT_CODES, AnnotationWriter, leadCode } from './write-annotations.ts';

/** HL7's codes of administrative gender. */
const GENDERS = '2.16.840.1.113883.5.1';
const SEXES: Readonly<Record<string, string>> = { male: 'M', female: 'F' };
/** Decimal places of the times of a document: readers expect three, or none. */
const MILLISECONDS = 3;
/** Decimal places of the time of the first sample. */
const NANOSECONDS = 9;

/**
 * Follows value = origin + scale · digit: the digits are the stored ones, the scale is 1 / gain, the origin -zero level
 * / gain. The times of the document and of the series have no zone, since some readers refuse one; that of the first
 * sample and those of annotations have it.
 * @throws FormatError `content` for missing samples and fractions, which a list of digits cannot contain, for channels
 * without a sampling rate or with different ones, and for an empty channel
 */
export const encodeAecg: Encoder = (recording, read) => {
  const { channels } = recording;
  if (channels.length === 0) throw contentError(null, 'There is no channel to write.');
  for (const channel of channels) assertFit(channel, channels[0] as WritableChannel);
  return [{ name: `${baseName(recording)}.xml`, bytes: textBytes(pieces(recording, read)) }];
};

function assertFit(channel: WritableChannel, { samplingRate }: WritableChannel): void {
  const name = JSON.stringify(channel.name);
  if (channel.samplingRate === null)
    throw contentError(null, `aECG needs a sampling rate, but that of ${name} is unknown. Set it first.`);
  if (channel.samplingRate !== samplingRate)
    throw contentError(
      null,
      `aECG has one sampling rate for all leads, but that of ${name} is ${channel.samplingRate} Hz and not ` +
        `${samplingRate} Hz. Export the channels of each rate by themselves.`,
    );
  if (channel.samples === 0)
    throw contentError(null, `${name} has no sample to write: choose another window or other channels.`);
  if (channel.missing > 0)
    throw contentError(
      null,
      `aECG cannot mark missing samples, but ${name} has ${figure(channel.missing)}. Export a window without ` +
        'gaps, or as WFDB, CSV, JSON or FHIR.',
    );
  if (channel.sampleType === 'float32' || channel.sampleType === 'float64')
    throw contentError(
      null,
      `aECG stores whole numbers only, but ${name} has fractions. Export it as CSV, JSON or FHIR.`,
    );
  unitOf(channel);
}

/** The unit of origin and scale: `1` without a physical unit, since some readers demand one. */
function unitOf(channel: WritableChannel): string {
  const unit = claimableUnit(channel);
  if (!isPhysical(unit)) return '1';
  const written = ucumOf(unit)?.code ?? unit.trim();
  if (/\s/.test(written))
    throw contentError(
      null,
      `The unit ${JSON.stringify(unit)} of ${JSON.stringify(channel.name)} contains a blank, which aECG cannot ` +
        'write. Export it as WFDB, CSV or JSON.',
    );
  return written;
}

async function* pieces(recording: WritableRecording, read: ReadFrames): AsyncGenerator<string, void, void> {
  const { channels, annotations } = recording;
  const start = startOf(recording.date);
  const seconds = Math.max(...channels.map(({ samples, samplingRate }) => samples / (samplingRate as number)));
  const time = effectiveTime(start, seconds);
  const axis = timeAxis(start, channels[0]?.samplingRate as number);
  const document = await uuidOf('aecg', recording.id, JSON.stringify({ ...recording, name: undefined }));
  const series = await uuidOf('series', document);
  yield headOf(recording, document, time);
  yield `<component><series><id root="${series}"/><code code="RHYTHM" codeSystem="${ACT_CODES}"/>${time}\n`;
  yield `<component><sequenceSet>\n${axis}`;
  const firsts: string[] = [];
  for (const [number, channel] of channels.entries()) {
    const runs = watched(runsOf(read, number), (first) => firsts.push(decimalText(first)));
    yield beforeDigits(channel);
    yield* listText(runs, ' ', '', decimalText);
    yield AFTER_DIGITS;
  }
  yield '</sequenceSet></component>\n';
  if (annotations.length > 0) {
    const writer = new AnnotationWriter(start, channels);
    yield '<subjectOf><annotationSet>\n';
    for (const annotation of annotations) yield writer.component(annotation);
    yield '</annotationSet></subjectOf>\n';
  }
  yield `<derivation><derivedSeries><id root="${series}" extension="${EXCERPT}"/>`;
  yield `<code code="RHYTHM" codeSystem="${ACT_CODES}"/>${time}\n<component><sequenceSet>\n${axis}`;
  for (const [number, channel] of channels.entries()) yield `${beforeDigits(channel)}${firsts[number]}${AFTER_DIGITS}`;
  yield '</sequenceSet></component></derivedSeries></derivation>\n</series></component>\n</AnnotatedECG>\n';
}

/** Passes runs on. @param told called with the first sample */
async function* watched(
  runs: AsyncIterable<Samples>,
  told: (first: number) => void,
): AsyncGenerator<Samples, void, void> {
  let isFirst = true;
  for await (const samples of runs) {
    if (isFirst && samples.length > 0) {
      told(samples[0] as number);
      isFirst = false;
    }
    yield samples;
  }
}

const effectiveTime = (start: Start | null, seconds: number): string =>
  start === null
    ? '<effectiveTime nullFlavor="UNK"/>'
    : `<effectiveTime><low value="${timestamp(start, 0, MILLISECONDS)}"/>` +
      `<high value="${timestamp(start, seconds, MILLISECONDS)}"/></effectiveTime>`;

function timeAxis(start: Start | null, samplingRate: number): string {
  const [code, type, head] =
    start === null
      ? ['TIME_RELATIVE', 'GLIST_PQ', 'value="0" unit="s"']
      : ['TIME_ABSOLUTE', 'GLIST_TS', `value="${timestamp(start, 0, NANOSECONDS)}${start.zone}"`];
  return (
    `<component><sequence><code code="${code}" codeSystem="${ACT_CODES}"/><value xsi:type="${type}">` +
    `<head ${head}/><increment value="${decimalText(1 / samplingRate)}" unit="s"/></value></sequence></component>\n`
  );
}

function beforeDigits(channel: WritableChannel): string {
  const { gain, zeroLevel } = channel;
  const unit = xmlText(unitOf(channel));
  return (
    `<component><sequence>${leadCode(channel)}<value xsi:type="SLIST_PQ">` +
    `<origin value="${decimalText(0 - zeroLevel / gain)}" unit="${unit}"/>` +
    `<scale value="${decimalText(1 / gain)}" unit="${unit}"/><digits>`
  );
}

const AFTER_DIGITS = '</digits></value></sequence></component>\n';

/** The document down to its first series: identity, notes, time and subject. */
function headOf({ externalId, notes, subject }: WritableRecording, uuid: string, time: string): string {
  const given = externalId === null ? null : (partsOfId(externalId) ?? { root: uuid, extension: externalId });
  const { root, extension } = given ?? { root: uuid, extension: null };
  const text = notes === null || notes.trim() === '' ? '' : `<text>${xmlText(notes)}</text>`;
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n<AnnotatedECG xmlns="urn:hl7-org:v3" xmlns:voc="urn:hl7-org:v3/voc" ' +
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" type="Observation">\n' +
    `<id root="${root}"${extension === null ? '' : ` extension="${xmlText(extension)}"`}/>` +
    '<code code="93000" codeSystem="2.16.840.1.113883.6.12" codeSystemName="CPT-4"/>' +
    `${text}${time}\n<componentOf><timepointEvent><componentOf><subjectAssignment><subject><trialSubject>` +
    `${idOf(subject?.patientId)}${personOf(subject)}</trialSubject></subject><componentOf><clinicalTrial>` +
    `${idOf(subject?.studyId)}</clinicalTrial></componentOf></subjectAssignment></componentOf></timepointEvent>` +
    '</componentOf>\n'
  );
}

/** An id is required, and some readers demand its extension. */
const idOf = (id: string | null | undefined): string =>
  id === null || id === undefined ? '<id nullFlavor="UNK" extension=""/>' : `<id extension="${xmlText(id)}"/>`;

function personOf(subject: Subject | null): string {
  const { patientName, sex, birthDate } = subject ?? { patientName: null, sex: null, birthDate: null };
  const members = [
    patientName === null ? '' : `<name>${xmlText(patientName)}</name>`,
    sex === null ? '' : `<administrativeGenderCode code="${SEXES[sex]}" codeSystem="${GENDERS}"/>`,
    birthDate === null ? '' : `<birthTime value="${birthDate.replaceAll('-', '')}"/>`,
  ].join('');
  return members === '' ? '' : `<subjectDemographicPerson>${members}</subjectDemographicPerson>`;
}

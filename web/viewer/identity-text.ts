/** The texts of the header: who a recording is of, and what it is. */
import type { Schemas } from '../api/client.ts';
import { day, duration, number, texts } from '../text/index.ts';

type Patient = Schemas['Patient'];
type Ecg = Schemas['Ecg'];

/** Seconds of the longest channel of those whose sampling rate is known; 0 if there is none. */
export const durationOf = (channels: readonly { samples: number; samplingRate: number | null }[]): number =>
  Math.max(0, ...channels.map(({ samples, samplingRate }) => (samplingRate === null ? 0 : samples / samplingRate)));

/** File, duration, sampling rates and format. */
export function factsOf({ fileName, part, channels, format }: Ecg): string {
  const rates = [...new Set(channels.map(({ samplingRate }) => samplingRate))];
  const seconds = durationOf(channels);
  return [
    fileName,
    part,
    seconds > 0 ? duration(seconds) : null,
    rates.map((rate) => (rate === null ? '? Hz' : `${number(rate, 2)} Hz`)).join(', '),
    format.toUpperCase(),
  ]
    .filter((one) => one !== null)
    .join(' · ');
}

/** @param patient to whom the recording is attached */
export function nameOf({ subject }: Pick<Ecg, 'subject'>, patient: Patient | null): string {
  const t = texts.value.viewer;
  if (patient) return [patient.firstName, patient.lastName].filter(Boolean).join(' ') || t.patientId(patient.id);
  return subject?.patientName ?? (subject?.patientId ? t.patientId(subject.patientId) : t.noPatient);
}

/** What else is known of the patient, and whether only the file says so. */
export function aboutPatient({ subject }: Pick<Ecg, 'subject'>, patient: Patient | null): string {
  const t = texts.value.viewer;
  const source = patient
    ? { birthDate: patient.birthDate, sex: patient.sex, id: patient.identifiers[0]?.value ?? patient.id }
    : subject && { birthDate: subject.birthDate, sex: subject.sex, id: subject.patientName && subject.patientId };
  if (!source) return '';
  const isNamed = !patient && Boolean(subject?.patientName ?? subject?.patientId);
  const known = [
    source.birthDate && t.born(day(source.birthDate.slice(0, 10))),
    source.sex && t.sexes[source.sex],
    source.id && t.patientId(source.id),
  ].filter(Boolean);
  if (!patient && (isNamed || known.length > 0)) known.push(t.accordingToFile);
  return known.join(' · ');
}

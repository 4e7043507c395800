/**
 * Suggests patients of the directory to whom a recording may belong, by the content of its file. Suggestions are never
 * applied automatically.
 */
import { DateTime } from 'luxon';
import type { Connection } from 'mongoose';
import type { ClinicZone } from '../../calendar/clinic-zone.ts';
import { exactTerm, nameWords, patientModel, type StoredPatient } from '../../directory/patients/model.ts';
import { studyModel } from '../../directory/studies/model.ts';
import type { StoredEcg } from '../store/model.ts';

export const REASONS = ['identifier', 'name-and-birth-date'] as const;

export interface Suggestion {
  patient: StoredPatient;
  reasons: (typeof REASONS)[number][];
  /** Studies of this patient on the day of the recording. */
  studies: string[];
}

/** More than a few suggestions help nobody. */
const MAX_SUGGESTIONS = 10;
const MAX_STUDIES = 20;

/** @param clinicTimezone the time zone that defines days */
export async function suggestions(
  { subject, date }: Pick<StoredEcg, 'subject' | 'date'>,
  zone: ClinicZone,
  database: Connection,
): Promise<Suggestion[]> {
  const identifier = subject?.patientId ? exactTerm(subject.patientId) : null;
  const words = subject?.patientName && subject.birthDate ? nameWords(subject.patientName) : [];
  const ways = [
    ...(identifier === null || identifier === '=' ? [] : [{ nameTerms: identifier }]),
    ...(words.length === 0 ? [] : [{ nameTerms: { $all: words }, birthDate: subject?.birthDate ?? null }]),
  ];
  if (ways.length === 0) return [];
  const patients = await patientModel(database).find({ $or: ways }).limit(MAX_SUGGESTIONS).lean<StoredPatient[]>();
  return Promise.all(
    patients.map(async (patient) => ({
      patient,
      reasons: REASONS.filter((reason) =>
        reason === 'identifier'
          ? identifier !== null && patient.nameTerms.includes(identifier)
          : words.length > 0 &&
            patient.birthDate === subject?.birthDate &&
            words.every((word) => patient.nameTerms.includes(word)),
      ),
      studies: date === null ? [] : await studiesOfDay(patient, date, zone, database),
    })),
  );
}

async function studiesOfDay(
  { _id }: StoredPatient,
  date: Date,
  zone: ClinicZone,
  database: Connection,
): Promise<string[]> {
  const day = DateTime.fromJSDate(date, { zone: zone.name }).startOf('day');
  const studies = await studyModel(database)
    .find({ patient: _id, performedAt: { $gte: day.toJSDate(), $lt: day.plus({ days: 1 }).toJSDate() } }, '_id')
    .limit(MAX_STUDIES)
    .lean();
  return studies.map((study) => study._id.toHexString());
}

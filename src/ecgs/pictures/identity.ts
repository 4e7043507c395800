/** Whom a recording is of, for the lines above its picture: only written on request. */
import { DateTime } from 'luxon';
import type { Connection } from 'mongoose';
import type { ClinicZone } from '../../calendar/clinic-zone.ts';
import { isId } from '../../database/ids.ts';
import { patientModel } from '../../directory/patients/model.ts';
import type { StoredEcg } from '../store/model.ts';

export interface Person {
  name: string | null;
  id: string | null;
  sex: string | null;
  /** A day. */
  birthDate: string | null;
}

/** The patient in the directory, otherwise the person named in the file. */
export async function personOf({ patient, subject }: StoredEcg, database: Connection): Promise<Person> {
  const known =
    patient !== null && isId(patient)
      ? await patientModel(database).findById(patient, 'firstName lastName identifiers sex birthDate').lean()
      : null;
  if (!known) {
    return {
      name: subject?.patientName ?? null,
      id: subject?.patientId ?? null,
      sex: subject?.sex ?? null,
      birthDate: subject?.birthDate ?? null,
    };
  }
  return {
    name: [known.firstName, known.lastName].filter((part) => part !== null).join(' ') || (subject?.patientName ?? null),
    id: known.identifiers[0]?.value ?? null,
    sex: known.sex,
    birthDate: known.birthDate,
  };
}

/** Name, or that it is unknown. */
export const nameOf = ({ name }: Person): string => name ?? 'name unknown';

/** Id, sex, birth date and the age at the time of the recording. */
export function detailsOf({ id, sex, birthDate }: Person, date: Date | null, zone: ClinicZone): string {
  const born = birthDate === null ? null : DateTime.fromISO(birthDate, { zone: zone.name });
  const years =
    born === null || date === null || !born.isValid
      ? null
      : Math.floor(DateTime.fromJSDate(date, { zone: zone.name }).diff(born, 'years').years);
  return [
    id === null ? 'id unknown' : `id ${id}`,
    sex === null || sex === 'unknown' ? 'sex unknown' : sex,
    birthDate === null ? 'birth date unknown' : `born ${birthDate}`,
    ...(years === null || years < 0 ? [] : [`${years} years at the recording`]),
  ].join(' · ');
}

/** When it was recorded, in the time zone of the clinic. */
export const dateOf = ({ date }: Pick<StoredEcg, 'date'>, { name }: ClinicZone): string =>
  date === null ? 'date unknown' : DateTime.fromJSDate(date, { zone: name }).toFormat('yyyy-MM-dd HH:mm:ss ZZZZ');

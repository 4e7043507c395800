/** Stored patients → API documents. */
import { yearsBetween } from '../dates.ts';
import { attributionView } from '../documents.ts';
import type { StoredPatient } from './model.ts';
import type { Patient, PatientBasic } from './schema.ts';

/** Completed years, or the age at death. @param today the day in the clinic */
export const ageOf = (
  { birthDate, deathDate }: Pick<StoredPatient, 'birthDate' | 'deathDate'>,
  today: string,
): number | null => (birthDate === null ? null : yearsBetween(birthDate, deathDate ?? today));

export const patientView = (patient: StoredPatient, today: string): Patient => ({
  id: patient._id.toHexString(),
  identifiers: patient.identifiers.map(({ system, value }) => ({ system, value })),
  prefix: patient.prefix,
  firstName: patient.firstName,
  middleName: patient.middleName,
  lastName: patient.lastName,
  suffix: patient.suffix,
  maidenName: patient.maidenName,
  birthDate: patient.birthDate,
  deathDate: patient.deathDate,
  age: ageOf(patient, today),
  sex: patient.sex,
  email: patient.email,
  phone: patient.phone,
  ssn: patient.ssn,
  driversLicense: patient.driversLicense,
  passport: patient.passport,
  birthPlace: patient.birthPlace,
  address: patient.address && addressView(patient.address),
  maritalStatus: patient.maritalStatus,
  race: patient.race,
  ethnicity: patient.ethnicity,
  language: patient.language,
  healthcareExpenses: patient.healthcareExpenses,
  healthcareCoverage: patient.healthcareCoverage,
  income: patient.income,
  isActive: patient.isActive,
  ...attributionView(patient),
});

const addressView = ({
  line,
  city,
  state,
  county,
  fips,
  zip,
  country,
  lat,
  lon,
}: NonNullable<StoredPatient['address']>): Patient['address'] => ({
  line,
  city,
  state,
  county,
  fips,
  zip,
  country,
  lat,
  lon,
});

/** The minimum that identifies a person. */
type Name = Pick<StoredPatient, 'prefix' | 'firstName' | 'middleName' | 'lastName' | 'suffix'>;

export const fullName = ({ prefix, firstName, middleName, lastName, suffix }: Name): string =>
  [prefix, firstName, middleName, lastName, suffix].filter((part) => part !== null).join(' ');

export const basicView = (patient: StoredPatient, today: string): PatientBasic => ({
  id: patient._id.toHexString(),
  name: fullName(patient),
  firstName: patient.firstName,
  lastName: patient.lastName,
  birthDate: patient.birthDate,
  deathDate: patient.deathDate,
  age: ageOf(patient, today),
  sex: patient.sex,
  isActive: patient.isActive,
});

/** Converts the fields that users send to the fields that are stored. */
import type { FieldError } from '../../errors.ts';
import { assertNone, lifeFaults } from '../dates.ts';
import { day } from '../fields.ts';
import type { PatientFields, StoredAddress } from './model.ts';
import type { NewPatient, PatientPatch } from './schema.ts';

/** A patient without any data. */
export const NOTHING_KNOWN: PatientFields = {
  identifiers: [],
  prefix: null,
  firstName: null,
  middleName: null,
  lastName: null,
  suffix: null,
  maidenName: null,
  birthDate: null,
  deathDate: null,
  sex: 'unknown',
  email: null,
  phone: null,
  ssn: null,
  driversLicense: null,
  passport: null,
  birthPlace: null,
  address: null,
  maritalStatus: null,
  race: null,
  ethnicity: null,
  language: null,
  healthcareExpenses: null,
  healthcareCoverage: null,
  income: null,
  isActive: true,
};

const NO_ADDRESS: StoredAddress = {
  line: null,
  city: null,
  state: null,
  county: null,
  fips: null,
  zip: null,
  country: null,
  lat: null,
  lon: null,
};

/** The fields of a body as they are stored. */
export function storedFields(said: NewPatient | PatientPatch): Partial<PatientFields> {
  const { address, ...others } = said;
  const named = Object.fromEntries(
    Object.entries(others).filter(([, value]) => value !== undefined),
  ) as Partial<PatientFields>;
  return address === undefined ? named : { ...named, address: address && storedAddress(address) };
}

const storedAddress = (address: {
  [Field in keyof StoredAddress]?: StoredAddress[Field] | undefined;
}): StoredAddress => ({
  ...NO_ADDRESS,
  ...Object.fromEntries(Object.entries(address).filter(([, value]) => value !== undefined)),
});

const isDay = day();

/** Contradictions between the days of birth and death in unvalidated fields. */
export function lifeFaultsOf(sent: unknown, today: string): FieldError[] {
  const { birthDate, deathDate } = Object(sent) as { birthDate?: unknown; deathDate?: unknown };
  return lifeFaults(
    { birthDate: isDay.safeParse(birthDate).data ?? null, deathDate: isDay.safeParse(deathDate).data ?? null },
    today,
  );
}

/** Errors: `validation-failed` if the days of birth and death contradict each other. */
export const assertLife = (fields: PatientFields, today: string): void => assertNone(lifeFaults(fields, today));

/**
 * How patients are stored, and the derived fields that let lists be read from indexes. The migrations create the
 * indexes.
 */
import { type Connection, type Model, Schema } from 'mongoose';
import { SCHEMA_OPTIONS } from '../../database/models.ts';
import { folded, searchWords } from '../../text/search-words.ts';
import { ATTRIBUTION_FIELDS, type Attributed } from '../documents.ts';
import { ALL, facet, orderText } from '../order.ts';
import type { Includable, MARITAL_STATUSES, PatientOrder, SEXES } from './schema.ts';

export interface StoredAddress {
  line: string | null;
  city: string | null;
  state: string | null;
  county: string | null;
  fips: string | null;
  zip: string | null;
  country: string | null;
  lat: number | null;
  lon: number | null;
}

/** The fields that users set. Names and birth date are null only if an import created the patient from a reference. */
export interface PatientFields {
  identifiers: { system: string; value: string }[];
  prefix: string | null;
  firstName: string | null;
  middleName: string | null;
  lastName: string | null;
  suffix: string | null;
  maidenName: string | null;
  /** A day, `1944-04-23`. */
  birthDate: string | null;
  deathDate: string | null;
  sex: (typeof SEXES)[number];
  email: string | null;
  phone: string | null;
  ssn: string | null;
  driversLicense: string | null;
  passport: string | null;
  birthPlace: string | null;
  address: StoredAddress | null;
  maritalStatus: (typeof MARITAL_STATUSES)[number] | null;
  race: string | null;
  ethnicity: string | null;
  language: string | null;
  healthcareExpenses: number | null;
  healthcareCoverage: number | null;
  income: number | null;
  isActive: boolean;
}

export interface Derived {
  /** The values that lists are filtered by, see `order.ts`. */
  facets: string[];
  orders: Record<PatientOrder, string>;
  /**
   * Every prefix of every word of the names; and the SSN and the values of the identifiers, each with a leading `=`.
   */
  nameTerms: string[];
}

export interface StoredPatient extends PatientFields, Attributed, Derived {
  /** For each different condition: the words of its description, and its code with a leading `=`. */
  conditionTerms: { code: string; description: string; terms: string[] }[];
  /** The number of documents of each kind. */
  counts: Record<Includable, number>;
  /** Incremented by every new reference to the patient, so that it conflicts with a concurrent deletion. */
  references: number;
}

/** The collection. */
export const PATIENTS = 'patients';

const text = { type: String, default: null };
const number = { type: Number, default: null };

const schema = new Schema<StoredPatient>(
  {
    identifiers: [{ _id: false, system: { type: String, required: true }, value: { type: String, required: true } }],
    prefix: text,
    firstName: text,
    middleName: text,
    lastName: text,
    suffix: text,
    maidenName: text,
    birthDate: text,
    deathDate: text,
    sex: { type: String, required: true },
    email: text,
    phone: text,
    ssn: text,
    driversLicense: text,
    passport: text,
    birthPlace: text,
    address: {
      type: new Schema<StoredAddress>(
        {
          line: text,
          city: text,
          state: text,
          county: text,
          fips: text,
          zip: text,
          country: text,
          lat: number,
          lon: number,
        },
        { _id: false, strict: 'throw' },
      ),
      default: null,
    },
    maritalStatus: text,
    race: text,
    ethnicity: text,
    language: text,
    healthcareExpenses: number,
    healthcareCoverage: number,
    income: number,
    isActive: { type: Boolean, required: true },
    facets: [{ type: String }],
    orders: {
      _id: false,
      name: String,
      firstName: String,
      birthDate: String,
      city: String,
      createdAt: String,
      updatedAt: String,
    },
    nameTerms: [{ type: String }],
    conditionTerms: [{ _id: false, code: String, description: String, terms: [{ type: String }] }],
    counts: { _id: false, studies: Number, encounters: Number, conditions: Number },
    references: { type: Number, required: true },
    ...ATTRIBUTION_FIELDS,
  },
  { collection: PATIENTS, ...SCHEMA_OPTIONS },
);

/** The model of patients on this connection, created once. */
export const patientModel = (connection: Connection): Model<StoredPatient> =>
  (connection.models['Patient'] as Model<StoredPatient> | undefined) ??
  connection.model<StoredPatient>('Patient', schema);

/** Letters of a word that are compared in a search by name. */
const MAX_WORD = 20;

/** The search term of a whole value; all but letters and digits is ignored: `999-32-8568` → `=999328568`. */
export const exactTerm = (value: string): string => `=${folded(value).replaceAll(' ', '')}`;

/** The words of a query in the form of the name terms. */
export const nameWords = (name: string): string[] =>
  searchWords(name).map((word) => Array.from(word).slice(0, MAX_WORD).join(''));

/** The fields that are derived from a patient's other fields. */
export function derive(patient: PatientFields & Pick<Attributed, '_id' | 'createdAt' | 'updatedAt'>): Derived {
  const { _id, firstName, middleName, lastName, maidenName, birthDate, address, ssn, identifiers } = patient;
  const [first, last, city] = [firstName, lastName, address?.city].map((part) => folded(part ?? ''));
  const words = nameWords([firstName, middleName, lastName, maidenName].filter((name) => name !== null).join(' '));
  const beginnings = words.flatMap((word) => Array.from(word).map((_, i, letters) => letters.slice(0, i + 1).join('')));
  const whole = [...(ssn === null ? [] : [ssn]), ...identifiers.map(({ value }) => value)].map(exactTerm);
  return {
    facets: [
      ALL,
      facet('sex', patient.sex),
      facet('active', String(patient.isActive)),
      ...(city ? [facet('city', city)] : []),
      ...(address?.state ? [facet('state', address.state)] : []),
    ],
    orders: {
      name: orderText([last ?? '', first ?? ''], _id),
      firstName: orderText([first ?? '', last ?? ''], _id),
      birthDate: orderText([birthDate ?? ''], _id),
      city: orderText([city ?? '', last ?? '', first ?? ''], _id),
      createdAt: orderText([patient.createdAt.toISOString()], _id),
      updatedAt: orderText([patient.updatedAt.toISOString()], _id),
    },
    nameTerms: [...new Set([...beginnings, ...whole])],
  };
}

/** The search terms of a condition: its code, and the words of its description. */
export const conditionTerms = (code: string, description: string): StoredPatient['conditionTerms'][number] => ({
  code,
  description,
  terms: [exactTerm(code), ...searchWords(description)],
});

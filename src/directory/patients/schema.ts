/** Input and output of `/patients`. These schemas validate requests and are components of the API document. */
import { z } from 'zod';
import type { Limits } from '../../startup/config.ts';
import { eitherFlag, someOf } from '../../http/query-values.ts';
import { listOf, pageQuery } from '../../http/paging.ts';
import { searchText } from '../../http/search-text.ts';
import { text } from '../../text/plain-text.ts';
import { Condition } from '../conditions/schema.ts';
import { Encounter } from '../encounters/schema.ts';
import { EARLIEST_BIRTH } from '../dates.ts';
import { amount, attribution, day, email, maybe, phone, plainNumber } from '../fields.ts';
import { Study } from '../studies/schema.ts';

/** Per patient. */
export const MAX_IDENTIFIERS = 50;

/**
 * Areas 000 and 666, group 00 and serial 0000 are never issued. Areas from 900 are accepted, since test data and
 * taxpayer numbers use them.
 */
const SSN = /^(?!000|666)\d{3}(-?)(?!00)\d{2}\1(?!0000)\d{4}$/;
const ssn = z
  .string()
  .trim()
  .refine((digits) => SSN.test(digits), 'is not a social security number; write it as 219-09-9999')
  .overwrite((digits) => digits.replace(/^(\d{3})-?(\d{2})-?(\d{4})$/, '$1-$2-$3'))
  .meta({
    description: 'Nine digits; the area is not 000 or 666, the group not 00, the serial not 0000',
    example: '219-09-9999',
  });

export const SEXES = ['female', 'male', 'other', 'unknown'] as const;
export const MARITAL_STATUSES = ['single', 'married', 'divorced', 'separated', 'widowed', 'partnered'] as const;

const Identifier = z
  .strictObject({
    system: text().meta({ description: 'Who assigned it', example: 'hospital-number' }),
    value: text().meta({ example: '4711' }),
  })
  .meta({ id: 'Identifier' });

const Address = z
  .strictObject({
    line: maybe(text()),
    city: maybe(text()),
    state: maybe(text()),
    county: maybe(text()),
    fips: maybe(text(10)).meta({ description: 'FIPS code of the county' }),
    zip: maybe(text(20)),
    country: maybe(text()),
    lat: maybe(plainNumber().min(-90).max(90)),
    lon: maybe(plainNumber().min(-180).max(180)),
  })
  .meta({ id: 'Address' });

const identifiers = z
  .array(Identifier)
  .max(MAX_IDENTIFIERS)
  .refine(
    (list) => new Set(list.map(({ system, value }) => `${system}\t${value}`)).size === list.length,
    'must not name an identifier twice',
  )
  .meta({ description: 'A pair of system and value belongs to one patient, and is named once' });
const sex = z.enum(SEXES);
const birthDate = day().meta({ description: `Not before ${EARLIEST_BIRTH}, and not in the future` });
const names = { firstName: text().meta({ example: 'Terrilyn' }), lastName: text().meta({ example: 'Ratke' }) };

/** Optional fields of a patient. */
const optionalFields = {
  prefix: maybe(text()),
  middleName: maybe(text()),
  suffix: maybe(text()),
  maidenName: maybe(text()),
  deathDate: maybe(day()).meta({ description: 'Not before `birthDate`, and not in the future' }),
  email: maybe(email()),
  phone: maybe(phone()),
  ssn: maybe(ssn),
  driversLicense: maybe(text()),
  passport: maybe(text()),
  birthPlace: maybe(text()),
  address: maybe(Address).meta({ description: 'A change replaces it as a whole' }),
  maritalStatus: maybe(z.enum(MARITAL_STATUSES)),
  race: maybe(text()),
  ethnicity: maybe(text()),
  language: maybe(text()),
  healthcareExpenses: maybe(amount()),
  healthcareCoverage: maybe(amount()),
  income: maybe(amount()),
};

export const NewPatient = z
  .strictObject({
    ...names,
    birthDate,
    sex: sex.default('unknown'),
    ...optionalFields,
    identifiers: identifiers.default([]),
    isActive: z.boolean().default(true),
  })
  .meta({ id: 'NewPatient' });
export type NewPatient = z.infer<typeof NewPatient>;

export const PatientPatch = z
  .strictObject({ ...names, birthDate, sex, ...optionalFields, identifiers, isActive: z.boolean() })
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, 'must have at least one field to change')
  .meta({
    id: 'PatientPatch',
    minProperties: 1,
    description: 'null removes an optional field; isActive: false retires the patient',
  });
export type PatientPatch = z.infer<typeof PatientPatch>;

const output = <Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
): { [Key in keyof Shape]: z.ZodNullable<z.ZodString> } =>
  Object.fromEntries(Object.keys(shape).map((key) => [key, z.string().nullable()])) as {
    [Key in keyof Shape]: z.ZodNullable<z.ZodString>;
  };
const number = z.number().nullable();
const dayOrNull = z.string().nullable().meta({ format: 'date' });

/** The number of a patient's items of a kind, and the newest of them. */
const Included = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({
    count: z.int(),
    items: z.array(item).meta({ description: 'The latest, at most 20; the others are in the list of the patient' }),
  });

export const Patient = z
  .strictObject({
    id: z.string(),
    identifiers: z.array(Identifier),
    ...output({
      prefix: 0,
      firstName: 0,
      middleName: 0,
      lastName: 0,
      suffix: 0,
      maidenName: 0,
    }),
    birthDate: dayOrNull,
    deathDate: dayOrNull,
    age: z
      .int()
      .nullable()
      .meta({ description: "Age in completed years, today in the clinic's time zone or at death" }),
    sex,
    ...output({ email: 0, phone: 0, ssn: 0, driversLicense: 0, passport: 0, birthPlace: 0 }),
    address: Address.nullable(),
    maritalStatus: z.enum(MARITAL_STATUSES).nullable(),
    ...output({ race: 0, ethnicity: 0, language: 0 }),
    healthcareExpenses: number,
    healthcareCoverage: number,
    income: number,
    isActive: z.boolean(),
    ...attribution,
  })
  .meta({ id: 'Patient' });
export type Patient = z.infer<typeof Patient>;

export const PatientBasic = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    ...output({ firstName: 0, lastName: 0 }),
    birthDate: dayOrNull,
    deathDate: dayOrNull,
    age: z.int().nullable(),
    sex,
    isActive: z.boolean(),
  })
  .meta({ id: 'PatientBasic' });
export type PatientBasic = z.infer<typeof PatientBasic>;

export const ListedPatient = Patient.extend({
  studies: Included(Study).optional(),
  encounters: Included(Encounter).optional(),
  conditions: Included(Condition).optional(),
}).meta({ id: 'ListedPatient' });
export type ListedPatient = z.infer<typeof ListedPatient>;

export const PatientList = listOf(ListedPatient).meta({ id: 'PatientList' });
export type PatientList = z.infer<typeof PatientList>;

/** The orders of patient lists; each has an index. */
export const PATIENT_ORDERS = ['name', 'firstName', 'birthDate', 'city', 'createdAt', 'updatedAt'] as const;
export type PatientOrder = (typeof PATIENT_ORDERS)[number];
const SORTS = PATIENT_ORDERS.flatMap((order) => [order, `-${order}`] as const);

/** What a list of patients can include. */
export const INCLUDABLE = ['studies', 'encounters', 'conditions'] as const;
export type Includable = (typeof INCLUDABLE)[number];

/** The query of `GET /patients`. */
export const patientListQuery = (limits: Pick<Limits, 'maxPageSize'>) =>
  z
    .strictObject({
      ...pageQuery(limits),
      sort: z
        .enum(SORTS)
        .optional()
        .meta({
          description:
            'A minus sign (`-`) means descending. Default: by name, or by date of birth if birthDateFrom or ' +
            'birthDateTo is given without q and condition',
        }),
      q: searchText()
        .optional()
        .meta({
          description:
            'Beginnings of words of the name, ignoring case and accents; all must match. Or the whole SSN, or ' +
            'the whole value of an identifier',
        }),
      condition: searchText().optional().meta({
        description: 'The code of a condition, or words that must all be in one description',
      }),
      city: searchText().optional().meta({ description: 'Ignores case and accents' }),
      state: searchText().optional().meta({ description: 'Ignores case and accents' }),
      sex: sex.optional(),
      isActive: eitherFlag(),
      birthDateFrom: day().optional().meta({ description: 'Born on that day or later' }),
      birthDateTo: day().optional().meta({ description: 'Born on that day or earlier' }),
      include: someOf(INCLUDABLE).optional().meta({
        description:
          'Adds these to each patient, separated by commas: of each kind, the latest 20 and the total number',
      }),
    })
    .refine(({ birthDateFrom: from, birthDateTo: to }) => from === undefined || to === undefined || from <= to, {
      path: ['birthDateTo'],
      message: 'must not be before birthDateFrom',
    });

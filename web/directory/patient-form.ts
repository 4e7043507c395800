/** The forms and requests of patients. */
import { api, type Schemas } from '../api/client.ts';
import { answered } from '../api/failure.ts';
import { ifUnchanged, once } from '../api/sending.ts';
import { pageTexts } from '../text/pages.ts';
import type { FormSection } from '../ui/editor-state.ts';
import type { Page } from '../ui/listing.tsx';
import type { Query } from '../ui/address.ts';
import type { Resource } from '../ui/resource.tsx';

export type Patient = Schemas['Patient'];

export const listPatients = (query: Query, signal: AbortSignal): Promise<Page<Patient>> =>
  answered(api.GET('/patients', { params: { query: { ...query, total: true } as never }, signal }));

export const readPatient = (id: string, signal?: AbortSignal): Promise<Patient> =>
  answered(api.GET('/patients/{id}', { params: { path: { id } }, ...(signal ? { signal } : {}) }));

/** The name as a person writes it. */
export const nameOf = ({ prefix, firstName, middleName, lastName, suffix }: Patient): string =>
  [prefix, firstName, middleName, lastName, suffix].filter(Boolean).join(' ');

/** As the list is sorted: the last name first. */
export const sortedNameOf = ({ firstName, middleName, lastName }: Patient): string =>
  [lastName, [firstName, middleName].filter(Boolean).join(' ')].filter(Boolean).join(', ');

export const sexes = (): [Patient['sex'], string][] => Object.entries(pageTexts.value.patients.sexes) as never;

/** The fields by group. The first group has what must be filled in. */
export function patientSections(): FormSection[] {
  const { fields: f, groups, maritalStatuses } = pageTexts.value.patients;
  return [
    {
      fields: [
        { name: 'firstName', label: f.firstName, required: true },
        { name: 'lastName', label: f.lastName, required: true },
        { name: 'birthDate', label: f.birthDate, kind: 'day', required: true },
        { name: 'sex', label: f.sex, kind: 'choice', required: true, options: sexes() },
        { name: 'identifiers', label: f.identifiers, kind: 'pairs', hint: f.identifiersHint },
      ],
    },
    {
      title: groups.contact,
      fields: [
        { name: 'phone', label: f.phone, kind: 'tel' },
        { name: 'email', label: f.email, kind: 'email' },
        { name: 'address.line', label: f.line },
        { name: 'address.zip', label: f.zip },
        { name: 'address.city', label: f.city },
        { name: 'address.county', label: f.county },
        { name: 'address.state', label: f.state },
        { name: 'address.country', label: f.country },
        { name: 'address.fips', label: f.fips },
        { name: 'address.lat', label: f.lat, kind: 'number' },
        { name: 'address.lon', label: f.lon, kind: 'number' },
      ],
    },
    {
      title: groups.more,
      fields: [
        { name: 'prefix', label: f.prefix },
        { name: 'middleName', label: f.middleName },
        { name: 'suffix', label: f.suffix },
        { name: 'maidenName', label: f.maidenName },
        { name: 'deathDate', label: f.deathDate, kind: 'day' },
        { name: 'birthPlace', label: f.birthPlace },
        { name: 'ssn', label: f.ssn, hint: f.ssnHint },
        { name: 'driversLicense', label: f.driversLicense },
        { name: 'passport', label: f.passport },
        {
          name: 'maritalStatus',
          label: f.maritalStatus,
          kind: 'choice',
          options: Object.entries(maritalStatuses),
        },
        { name: 'language', label: f.language },
        { name: 'race', label: f.race },
        { name: 'ethnicity', label: f.ethnicity },
        { name: 'healthcareExpenses', label: f.healthcareExpenses, kind: 'number' },
        { name: 'healthcareCoverage', label: f.healthcareCoverage, kind: 'number' },
        { name: 'income', label: f.income, kind: 'number' },
        { name: 'isActive', label: f.isActive, kind: 'flag' },
      ],
    },
  ];
}

export function patientResource(): Resource<Patient> {
  const t = pageTexts.value.patients;
  return {
    kind: 'patient',
    one: t.one,
    add: t.add,
    nameOf,
    sectionsOf: patientSections,
    initial: { sex: 'unknown', isActive: 'true' },
    create: (body, sending) => answered(api.POST('/patients', { body: body as never, ...once(sending) })),
    change: (id, body, { version }) =>
      answered(api.PATCH('/patients/{id}', { params: { path: { id } }, body: body as never, ...ifUnchanged(version) })),
    read: (id) => readPatient(id),
    remove: (id, version) =>
      answered(api.DELETE('/patients/{id}', { params: { path: { id } }, ...ifUnchanged(version) })),
    removeWarning: t.removeWarning,
  };
}

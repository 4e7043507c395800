/** The forms and requests of what belongs to a patient: studies, encounters and conditions. */
import { api, type Schemas } from '../api/client.ts';
import { answered } from '../api/failure.ts';
import { ifUnchanged, once } from '../api/sending.ts';
import { dateTime, day } from '../text/index.ts';
import { pageTexts } from '../text/pages.ts';
import type { FormField } from '../ui/form-fields.tsx';
import type { Page } from '../ui/listing.tsx';
import type { Resource } from '../ui/resource.tsx';

export type Study = Schemas['StudyWithRecordings'];
export type Encounter = Schemas['Encounter'];
export type Condition = Schemas['Condition'];

/** Entries that are shown at first, and added on demand. */
const PAGE = 20;

const page = (cursor: string | undefined) => ({
  limit: PAGE,
  total: true,
  ...(cursor === undefined ? {} : { cursor }),
});
const stopped = (signal: AbortSignal | undefined) => (signal ? { signal } : {});

export const listStudies =
  (id: string) =>
  (cursor: string | undefined, signal?: AbortSignal): Promise<Page<Study>> =>
    answered(api.GET('/patients/{id}/studies', { params: { path: { id }, query: page(cursor) }, ...stopped(signal) }));

export const listEncounters =
  (id: string) =>
  (cursor: string | undefined, signal?: AbortSignal): Promise<Page<Encounter>> =>
    answered(
      api.GET('/patients/{id}/encounters', { params: { path: { id }, query: page(cursor) }, ...stopped(signal) }),
    );

export const listConditions =
  (id: string) =>
  (cursor: string | undefined, signal?: AbortSignal): Promise<Page<Condition>> =>
    answered(
      api.GET('/patients/{id}/conditions', { params: { path: { id }, query: page(cursor) }, ...stopped(signal) }),
    );

export function studyResource(id: string): Resource<Study> {
  const t = pageTexts.value.studies;
  const fields: FormField[] = [
    { name: 'type', label: t.type, required: true, hint: t.typeHint },
    { name: 'urgencyLevel', label: t.urgency, kind: 'choice', required: true, options: Object.entries(t.urgencies) },
    { name: 'performedAt', label: t.performedAt, kind: 'moment', hint: t.performedHint },
    { name: 'bodyPart', label: t.bodyPart },
    { name: 'description', label: t.description, kind: 'long' },
  ];
  const at = (studyId: string) => ({ path: { id, studyId } });
  return {
    kind: `study-of-${id}`,
    one: t.one,
    add: t.add,
    nameOf: (study) =>
      [study.type, study.bodyPart, study.performedAt && dateTime(study.performedAt)].filter(Boolean).join(', '),
    sectionsOf: () => [{ fields }],
    initial: { type: 'ECG', urgencyLevel: 'LOW' },
    create: (body, sending) =>
      answered(api.POST('/patients/{id}/studies', { params: { path: { id } }, body: body as never, ...once(sending) })),
    change: (studyId, body, { version }) =>
      answered(
        api.PATCH('/patients/{id}/studies/{studyId}', {
          params: at(studyId),
          body: body as never,
          ...ifUnchanged(version),
        }),
      ),
    read: (studyId) => answered(api.GET('/patients/{id}/studies/{studyId}', { params: at(studyId) })),
    remove: (studyId, version) =>
      answered(api.DELETE('/patients/{id}/studies/{studyId}', { params: at(studyId), ...ifUnchanged(version) })),
    removeWarning: t.removeWarning,
  };
}

export function encounterResource(id: string): Resource<Encounter> {
  const t = pageTexts.value.encounters;
  const fields: FormField[] = [
    { name: 'start', label: t.start, kind: 'moment', required: true },
    { name: 'stop', label: t.stop, kind: 'moment' },
    { name: 'class', label: t.class, hint: t.classHint },
    { name: 'code', label: t.code },
    { name: 'description', label: t.description, kind: 'long' },
    { name: 'reasonDescription', label: t.reasonDescription, kind: 'long' },
    { name: 'reasonCode', label: t.reasonCode },
    { name: 'organization', label: t.organization },
    { name: 'provider', label: t.provider },
    { name: 'payer', label: t.payer },
    { name: 'baseCost', label: t.baseCost, kind: 'number' },
    { name: 'totalClaimCost', label: t.totalClaimCost, kind: 'number' },
    { name: 'payerCoverage', label: t.payerCoverage, kind: 'number' },
    { name: 'externalId', label: t.externalId },
  ];
  const at = (encounterId: string) => ({ path: { id, encounterId } });
  return {
    kind: `encounter-of-${id}`,
    one: t.one,
    add: t.add,
    nameOf: encounterName,
    sectionsOf: () => [{ fields }],
    create: (body, sending) =>
      answered(
        api.POST('/patients/{id}/encounters', { params: { path: { id } }, body: body as never, ...once(sending) }),
      ),
    change: (encounterId, body, { version }) =>
      answered(
        api.PATCH('/patients/{id}/encounters/{encounterId}', {
          params: at(encounterId),
          body: body as never,
          ...ifUnchanged(version),
        }),
      ),
    read: (encounterId) => answered(api.GET('/patients/{id}/encounters/{encounterId}', { params: at(encounterId) })),
    remove: (encounterId, version) =>
      answered(
        api.DELETE('/patients/{id}/encounters/{encounterId}', { params: at(encounterId), ...ifUnchanged(version) }),
      ),
    removeWarning: t.removeWarning,
  };
}

const encounterName = ({ start, description, class: kind }: Encounter): string =>
  [start && dateTime(start), description ?? kind].filter(Boolean).join(', ');

/** @param encounters of the patient, to choose from */
export function conditionResource(id: string, encounters: readonly Encounter[]): Resource<Condition> {
  const t = pageTexts.value.conditions;
  const fields: FormField[] = [
    { name: 'code', label: t.code, required: true },
    { name: 'description', label: t.description, required: true },
    { name: 'start', label: t.start, kind: 'day', required: true },
    { name: 'stop', label: t.stop, kind: 'day' },
  ];
  const options = (known: string | null): [string, string][] => [
    // One that is not among the latest stays possible.
    ...(known === null || encounters.some((one) => one.id === known) ? [] : [[known, known] as [string, string]]),
    ...encounters.map((encounter): [string, string] => [encounter.id, encounterName(encounter)]),
  ];
  const at = (conditionId: string) => ({ path: { id, conditionId } });
  return {
    kind: `condition-of-${id}`,
    one: t.one,
    add: t.add,
    nameOf: ({ description, start }) => `${description}, ${day(start)}`,
    sectionsOf: (condition) => [
      {
        fields: [
          ...fields,
          {
            name: 'encounter',
            label: t.encounter,
            kind: 'choice',
            none: t.noEncounter,
            options: options(condition?.encounter ?? null),
          },
        ],
      },
    ],
    create: (body, sending) =>
      answered(
        api.POST('/patients/{id}/conditions', { params: { path: { id } }, body: body as never, ...once(sending) }),
      ),
    change: (conditionId, body, { version }) =>
      answered(
        api.PATCH('/patients/{id}/conditions/{conditionId}', {
          params: at(conditionId),
          body: body as never,
          ...ifUnchanged(version),
        }),
      ),
    read: (conditionId) => answered(api.GET('/patients/{id}/conditions/{conditionId}', { params: at(conditionId) })),
    remove: (conditionId, version) =>
      answered(
        api.DELETE('/patients/{id}/conditions/{conditionId}', { params: at(conditionId), ...ifUnchanged(version) }),
      ),
  };
}

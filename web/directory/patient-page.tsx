/** One patient: details, own recordings, studies, encounters and conditions. */
import { useLocation, useRoute } from 'preact-iso';
import { useState } from 'preact/hooks';
import { session } from '../session/session.ts';
import { dateTime, day, number, texts } from '../text/index.ts';
import { pageTexts } from '../text/pages.ts';
import { FailureNotice } from '../ui/failure-notice.tsx';
import { type Opened, ResourceDialogs } from '../ui/resource.tsx';
import { Section } from '../ui/section.tsx';
import type { Column } from '../ui/table.tsx';
import { useLoaded } from '../ui/use-loaded.ts';
import {
  type Condition,
  conditionResource,
  type Encounter,
  encounterResource,
  listConditions,
  listEncounters,
  listStudies,
  type Study,
  studyResource,
} from './children.ts';
import { OwnRecordings } from './own-recordings.tsx';
import { nameOf, type Patient, patientResource, patientSections, readPatient } from './patient-form.ts';
import { Badges } from './patients-page.tsx';

export function PatientPage() {
  const { params } = useRoute();
  const id = params['id'] ?? '';
  // Nothing of another patient stays on the page when the address changes.
  return <OnePatient key={id} id={id} />;
}

function OnePatient({ id }: { id: string }) {
  const t = pageTexts.value.patients;
  const { route } = useLocation();
  const { data: patient, failure, reload, set } = useLoaded(id, (signal) => readPatient(id, signal));
  const [opened, setOpened] = useState<Opened<Patient>>(null);
  return (
    <div class="page">
      <p>
        <a href="/patients">← {t.back}</a>
      </p>
      {failure && <FailureNotice failure={failure} onRetry={reload} />}
      {patient === null && !failure && <p class="quiet">{texts.value.loading}</p>}
      {patient && (
        <>
          <div class="heading">
            <h1>
              {nameOf(patient)} <Badges patient={patient} />
            </h1>
            <span class="row">
              <button type="button" onClick={() => setOpened({ kind: 'edit', item: patient })}>
                {texts.value.edit}
              </button>
              <button type="button" class="danger" onClick={() => setOpened({ kind: 'remove', item: patient })}>
                {texts.value.delete}
              </button>
            </span>
          </div>
          <Details patient={patient} />
          {session.value?.user.role === 'clinician' && <OwnRecordings patient={id} />}
          <Children id={id} />
          <ResourceDialogs
            resource={patientResource()}
            opened={opened}
            onClose={() => setOpened(null)}
            onSaved={set}
            onRemoved={() => route('/patients', true)}
          />
        </>
      )}
    </div>
  );
}

function Details({ patient }: { patient: Patient }) {
  const t = pageTexts.value.patients;
  const rows = patientSections()
    .flatMap(({ fields }) => fields)
    .map(({ name, label }) => [label, detail(patient, name)] as const)
    .filter(([, text]) => text !== null && text !== '');
  return (
    <section class="card" aria-label={t.details}>
      <dl class="details">
        {rows.map(([label, text]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** What is shown of a field; names are in the heading. */
function detail(patient: Patient, name: string): string | null {
  const t = pageTexts.value.patients;
  if (name.startsWith('address.')) return plain(patient.address?.[name.slice(8) as keyof Address]);
  const value = patient[name as keyof Patient];
  switch (name) {
    case 'firstName':
    case 'lastName':
    case 'prefix':
    case 'middleName':
    case 'suffix':
    case 'isActive':
      return null;
    case 'sex':
      return t.sexes[patient.sex];
    case 'maritalStatus':
      return patient.maritalStatus && t.maritalStatuses[patient.maritalStatus];
    case 'birthDate':
      return (
        patient.birthDate &&
        [day(patient.birthDate), patient.age !== null && t.years(patient.age)].filter(Boolean).join(' · ')
      );
    case 'deathDate':
      return patient.deathDate && day(patient.deathDate);
    case 'identifiers':
      return patient.identifiers.map((pair) => `${pair.system} ${pair.value}`).join('; ');
    default:
      return plain(value);
  }
}

type Address = NonNullable<Patient['address']>;

/** A text, or a number as people write it. */
const plain = (value: unknown): string =>
  typeof value === 'number' ? number(value, 4) : typeof value === 'string' ? value : '';

function Children({ id }: { id: string }) {
  const { studies, encounters, conditions } = pageTexts.value;
  const recent = useLoaded(`encounters of ${id}`, (signal) => listEncounters(id)(undefined, signal));
  return (
    <>
      <Section
        title={studies.title}
        empty={studies.empty}
        columns={studyColumns()}
        of={id}
        load={listStudies(id)}
        resource={studyResource(id)}
      />
      <Section
        title={encounters.title}
        empty={encounters.empty}
        columns={encounterColumns()}
        of={id}
        load={listEncounters(id)}
        resource={encounterResource(id)}
        onChanged={recent.reload}
      />
      <Section
        title={conditions.title}
        empty={conditions.empty}
        columns={conditionColumns()}
        of={id}
        load={listConditions(id)}
        resource={conditionResource(id, recent.data?.items ?? [])}
      />
    </>
  );
}

function studyColumns(): Column<Study>[] {
  const t = pageTexts.value.studies;
  const columns: Column<Study>[] = [
    { key: 'type', label: t.type, isRowHeader: true, render: ({ type }) => type },
    {
      key: 'urgency',
      label: t.urgency,
      render: ({ urgencyLevel }) => (
        <span class={`badge ${{ HIGH: 'error', MID: 'warning', LOW: '' }[urgencyLevel]}`}>
          {t.urgencies[urgencyLevel]}
        </span>
      ),
    },
    {
      key: 'performedAt',
      label: t.performedAt,
      isTime: true,
      render: ({ performedAt }) => performedAt && dateTime(performedAt),
    },
    { key: 'bodyPart', label: t.bodyPart, render: ({ bodyPart }) => bodyPart },
    { key: 'description', label: t.description, render: ({ description }) => description },
  ];
  if (session.value?.user.role === 'clinician')
    columns.push({
      key: 'recordings',
      label: t.recordings,
      isNumber: true,
      render: ({ id, recordings }) =>
        recordings && recordings.count > 0 ? <a href={`/recordings?study=${id}`}>{recordings.count}</a> : 0,
    });
  return columns;
}

function encounterColumns(): Column<Encounter>[] {
  const t = pageTexts.value.encounters;
  return [
    { key: 'start', label: t.start, isRowHeader: true, isTime: true, render: ({ start }) => start && dateTime(start) },
    { key: 'stop', label: t.stop, isTime: true, render: ({ stop }) => stop && dateTime(stop) },
    { key: 'class', label: t.class, render: (encounter) => encounter.class },
    { key: 'description', label: t.description, render: ({ description }) => description },
    { key: 'reason', label: t.reasonDescription, render: ({ reasonDescription }) => reasonDescription },
  ];
}

function conditionColumns(): Column<Condition>[] {
  const t = pageTexts.value.conditions;
  return [
    { key: 'description', label: t.description, isRowHeader: true, render: ({ description }) => description },
    { key: 'code', label: t.code, render: ({ code }) => code },
    { key: 'start', label: t.start, render: ({ start }) => day(start) },
    { key: 'stop', label: t.stop, render: ({ stop }) => (stop === null ? t.ongoing : day(stop)) },
  ];
}

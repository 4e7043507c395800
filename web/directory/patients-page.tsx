/** The list of patients. */
import { useLocation } from 'preact-iso';
import { useState } from 'preact/hooks';
import { dateTime, day, texts } from '../text/index.ts';
import { pageTexts } from '../text/pages.ts';
import type { Filter } from '../ui/filters.tsx';
import { ListHeading, Listing, useListing } from '../ui/listing.tsx';
import { type Opened, ResourceDialogs } from '../ui/resource.tsx';
import type { Column } from '../ui/table.tsx';
import { listPatients, type Patient, patientResource, sexes, sortedNameOf } from './patient-form.ts';

export function PatientsPage() {
  const t = pageTexts.value.patients;
  const { route } = useLocation();
  const list = useListing('/patients', listPatients);
  const [opened, setOpened] = useState<Opened<Patient>>(null);
  return (
    <div class="page">
      <ListHeading title={t.title} path="patients" add={t.add} onAdd={() => setOpened({ kind: 'create' })} />
      <Listing
        caption={t.title}
        columns={columns()}
        filters={filters()}
        keyOf={({ id }) => id}
        list={list}
        sort="name"
        empty={
          <>
            <p>{t.empty}</p>
            <a class="button" href="/imports">
              {t.toImports}
            </a>
          </>
        }
      />
      <ResourceDialogs
        resource={patientResource()}
        opened={opened}
        onClose={() => setOpened(null)}
        onSaved={({ id }) => route(`/patients/${id}`)}
        onRemoved={list.reload}
      />
    </div>
  );
}

function columns(): Column<Patient>[] {
  const t = pageTexts.value.patients;
  return [
    {
      key: 'name',
      label: t.name,
      sort: 'name',
      isRowHeader: true,
      render: (patient) => (
        <>
          <a href={`/patients/${patient.id}`}>{sortedNameOf(patient)}</a> <Badges patient={patient} />
        </>
      ),
    },
    { key: 'born', label: t.born, sort: 'birthDate', render: ({ birthDate }) => birthDate && day(birthDate) },
    { key: 'age', label: t.age, isNumber: true, render: ({ age }) => age },
    { key: 'sex', label: t.sex, render: ({ sex }) => t.sexes[sex] },
    { key: 'city', label: t.city, sort: 'city', render: ({ address }) => address?.city },
    {
      key: 'identifiers',
      label: t.identifiers,
      render: ({ identifiers }) => <Identifiers of={identifiers} />,
    },
    {
      key: 'changed',
      label: t.changed,
      sort: 'updatedAt',
      isTime: true,
      render: ({ updatedAt }) => dateTime(updatedAt),
    },
  ];
}

/** How many identifiers a row shows. */
const SHOWN = 2;

const Identifiers = ({ of }: { of: Patient['identifiers'] }) => (
  <span class="small">
    {of.slice(0, SHOWN).map(({ system, value }) => (
      <span class="line" key={`${system} ${value}`}>
        <span class="quiet">{system}</span> {value.length > 16 ? `${value.slice(0, 15)}…` : value}
      </span>
    ))}
    {of.length > SHOWN && <span class="quiet">+{of.length - SHOWN}</span>}
  </span>
);

/** What is unusual about a patient. */
export function Badges({ patient }: { patient: Patient }) {
  const t = pageTexts.value.patients;
  return (
    <>
      {patient.deathDate !== null && <span class="badge">{t.deceased}</span>}
      {!patient.isActive && <span class="badge warning">{t.retired}</span>}
    </>
  );
}

function filters(): Filter[] {
  const t = pageTexts.value.patients;
  return [
    { kind: 'search', name: 'q', label: t.search, hint: t.searchHint },
    { kind: 'choice', name: 'sex', label: t.sex, options: sexes() },
    { kind: 'day', name: 'birthDateFrom', label: t.bornFrom },
    { kind: 'day', name: 'birthDateTo', label: t.bornTo },
    { kind: 'text', name: 'city', label: t.city },
    { kind: 'text', name: 'state', label: t.state },
    { kind: 'text', name: 'condition', label: t.condition },
    {
      kind: 'choice',
      name: 'isActive',
      label: t.active,
      options: [
        ['true', texts.value.yes],
        ['false', texts.value.no],
      ],
    },
  ];
}

/** The list of attendances. */
import { useState } from 'preact/hooks';
import { dateTime, day } from '../text/index.ts';
import { pageTexts } from '../text/pages.ts';
import type { Filter } from '../ui/filters.tsx';
import { ListHeading, Listing, useListing } from '../ui/listing.tsx';
import { actionsColumn, type Opened, ResourceDialogs } from '../ui/resource.tsx';
import type { Column } from '../ui/table.tsx';
import { type Attendance, attendanceResource, listAttendances, suggest } from './attendance-form.ts';

export function AttendancesPage() {
  const t = pageTexts.value.attendances;
  const list = useListing('/attendances', listAttendances);
  const [opened, setOpened] = useState<Opened<Attendance>>(null);
  const resource = attendanceResource();
  return (
    <div class="page">
      <ListHeading title={t.title} path="attendances" add={t.add} onAdd={() => setOpened({ kind: 'create' })} />
      <Listing
        caption={t.title}
        columns={[...columns(), actionsColumn<Attendance>(resource.nameOf, setOpened)]}
        filters={filters()}
        keyOf={({ id }) => id}
        list={list}
        sort="-deadline"
        empty={
          <>
            <p>{t.empty}</p>
            <a class="button" href="/imports">
              {pageTexts.value.patients.toImports}
            </a>
          </>
        }
      />
      <ResourceDialogs
        resource={resource}
        opened={opened}
        onClose={() => setOpened(null)}
        onSaved={list.reload}
        onRemoved={list.reload}
      />
    </div>
  );
}

/** A day, or a day and a time. */
const moment = (text: string): string => (text.length === 10 ? day(text) : dateTime(text));

function columns(): Column<Attendance>[] {
  const t = pageTexts.value.attendances;
  return [
    {
      key: 'externalId',
      label: t.externalId,
      sort: 'externalId',
      isRowHeader: true,
      render: ({ externalId }) => externalId,
    },
    { key: 'client', label: t.client, render: ({ client }) => client.name },
    { key: 'technician', label: t.technician, render: ({ technician }) => technician.name },
    { key: 'base', label: t.base, render: ({ base }) => base.name },
    { key: 'deadline', label: t.deadline, sort: 'deadline', render: ({ deadline }) => moment(deadline) },
    {
      key: 'attendedAt',
      label: t.attendedAt,
      sort: 'attendedAt',
      render: ({ attendedAt }) => attendedAt && moment(attendedAt),
    },
    { key: 'state', label: t.state, render: ({ onTime }) => <State onTime={onTime} /> },
  ];
}

function State({ onTime }: { onTime: boolean | null }) {
  const { states } = pageTexts.value.attendances;
  if (onTime === null) return <span class="badge">{states.open}</span>;
  return <span class={`badge ${onTime ? 'good' : 'error'}`}>{onTime ? states.onTime : states.late}</span>;
}

function filters(): Filter[] {
  const t = pageTexts.value.attendances;
  return [
    { kind: 'suggested', name: 'client', label: t.client, suggest: suggest('clients') },
    { kind: 'suggested', name: 'technician', label: t.technician, suggest: suggest('technicians') },
    { kind: 'suggested', name: 'base', label: t.base, suggest: suggest('bases') },
    { kind: 'choice', name: 'state', label: t.state, options: Object.entries(t.states) },
    { kind: 'day', name: 'deadlineFrom', label: t.deadlineFrom },
    { kind: 'day', name: 'deadlineTo', label: t.deadlineTo },
  ];
}

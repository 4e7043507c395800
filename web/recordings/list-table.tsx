/** The table of recordings. Arrow keys, j and k move between its rows, Enter opens one, x selects it. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { dateTime, duration, leadName, number, texts } from '../text/index.ts';
import { CrossingBars } from './crossing-bars.tsx';
import { nameOf, type Row, type ShortLead } from './list-rows.ts';
import type { Sort } from './list-state.ts';
import { select, selection } from './selection.ts';

interface Props {
  rows: readonly Row[];
  sort: Sort;
  onSort: (sort: Sort) => void;
  isLoading: boolean;
}

/** The recording that was opened last: whoever comes back from it goes on there. */
let opened: string | null = null;

const TWELVE = 'I II III aVR aVL aVF V1 V2 V3 V4 V5 V6';

export function ListTable({ rows, sort, onSort, isLoading }: Props) {
  const t = texts.value.list;
  const body = useRef<HTMLTableSectionElement>(null);
  const hasRows = rows.length > 0;
  // Before the first paint: what is seen can be used at once.
  useLayoutEffect(() => {
    if (!hasRows || document.activeElement !== document.body) return;
    body.current?.querySelector<HTMLElement>(`a[data-id='${opened}']`)?.focus();
  }, [hasRows]);
  const isAll = rows.length > 0 && rows.every(({ id }) => selection.value.has(id));
  const isSome = rows.some(({ id }) => selection.value.has(id));
  return (
    <div class="table-frame recordings" aria-busy={isLoading}>
      <table>
        <thead>
          <tr>
            <th class="pick">
              <input
                type="checkbox"
                aria-label={t.selectAll}
                checked={isAll}
                ref={(box) => {
                  if (box) box.indeterminate = isSome && !isAll;
                }}
                onChange={(event) => select(rows, event.currentTarget.checked)}
              />
            </th>
            <SortHeader order="date" text={t.columns.date} class="date" sort={sort} onSort={onSort} />
            <th class="patient">{t.columns.patient}</th>
            <th class="leads">{t.columns.leads}</th>
            <SortHeader order="samplingRate" text={t.columns.rate} class="number rate" sort={sort} onSort={onSort} />
            <SortHeader order="duration" text={t.columns.duration} class="number length" sort={sort} onSort={onSort} />
            <th class="bars">{t.columns.crossings}</th>
            <th class="checks">{t.columns.checks}</th>
            <th class="format">{t.columns.format}</th>
            <th class="file">{t.columns.file}</th>
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={(event) => onKey(event, body.current, rows)}>
          {rows.map((row) => (
            <RecordingRow key={row.id} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface SortHeaderProps {
  order: 'date' | 'duration' | 'samplingRate';
  text: string;
  class: string;
  sort: Sort;
  onSort: (sort: Sort) => void;
}

/** Sorts by its column, the greatest first; again: the other way round. */
function SortHeader({ order, text, class: name, sort, onSort }: SortHeaderProps) {
  const direction = sort === order ? 'ascending' : sort === `-${order}` ? 'descending' : undefined;
  return (
    <th class={name} aria-sort={direction}>
      <button type="button" onClick={() => onSort(direction === 'descending' ? order : `-${order}`)}>
        {text}
        <span aria-hidden="true">{direction === 'ascending' ? '↑' : direction === 'descending' ? '↓' : ''}</span>
      </button>
    </th>
  );
}

function RecordingRow({ row }: { row: Row }) {
  const t = texts.value.list;
  const isSelected = selection.value.has(row.id);
  const date = row.date === null ? t.undated : dateTime(row.date);
  const isAttached = row.patient !== null;
  const named = row.subject?.patientName ?? row.subject?.patientId ?? null;
  const patient = isAttached ? (row.patientName ?? row.patient) : named;
  const length = row.duration === null ? '–' : duration(row.duration);
  const rate = row.samplingRate === null ? '–' : `${number(row.samplingRate, 2)} Hz`;
  const leads = leadText(row.leads);
  const file = row.fileName ?? row.recordName ?? row.externalId ?? '–';
  return (
    <tr class={isSelected ? 'selected' : undefined}>
      <td class="pick">
        <input
          type="checkbox"
          aria-label={t.selectOne(nameOf(row))}
          checked={isSelected}
          onChange={(event) => select([row], event.currentTarget.checked)}
        />
      </td>
      <td class="date">
        <a href={`/recordings/${row.id}`} data-id={row.id} onClick={() => (opened = row.id)}>
          {date}
        </a>
        <span class="on-phone small quiet">
          {[patient, leads, length, file].filter((part) => part !== null && part !== '–').join(' · ')}
        </span>
      </td>
      <td class="patient">
        {isAttached ? (
          <span title={patient ?? undefined}>{patient}</span>
        ) : (
          <span class="quiet" title={named === null ? t.noPatient : `${named}: ${t.onlyInFile}`}>
            {named === null ? '–' : <em>{named}</em>}
            {named !== null && <span class="visually-hidden"> {t.onlyInFile}</span>}
          </span>
        )}
      </td>
      <td class="leads" title={row.leads.map(({ name }) => name).join(', ')}>
        {leads}
      </td>
      <td class="number rate">{rate}</td>
      <td class="number length">{length}</td>
      <td class="bars">
        <CrossingBars leads={row.leads} />
      </td>
      <td class="checks">
        <Findings codes={row.checks} />
      </td>
      <td class="format">{row.format}</td>
      <td class="file" title={file}>
        {file}
      </td>
    </tr>
  );
}

function leadText(leads: readonly ShortLead[]): string {
  const t = texts.value.list;
  const standard = new Set(leads.map(({ lead }) => lead));
  if (leads.length === 12 && TWELVE.split(' ').every((lead) => standard.has(lead as never))) return t.allTwelve;
  return leads.length > 4 ? t.channels(leads.length) : leads.map(leadName).join(', ');
}

function Findings({ codes }: { codes: Row['checks'] }) {
  const t = texts.value.list;
  if (codes.length === 0) return <span class="quiet">–</span>;
  return (
    <span class="badge warning" title={codes.map((code) => t.checks[code]).join('\n')}>
      {t.findings(codes.length)}
      <span class="visually-hidden">: {codes.map((code) => t.checks[code]).join(', ')}</span>
    </span>
  );
}

/** Rows to move by, for each key. */
const MOVES: Readonly<Record<string, number>> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

function onKey(event: KeyboardEvent, body: HTMLElement | null, rows: readonly Row[]): void {
  if (event.ctrlKey || event.metaKey || event.altKey || !body) return;
  const links = [...body.querySelectorAll<HTMLElement>('a[data-id]')];
  const at = links.findIndex((link) => link.closest('tr')?.contains(event.target as Node));
  const move = MOVES[event.key];
  let to = -1;
  if (move !== undefined) to = Math.min(links.length - 1, Math.max(0, at + move));
  else if (event.key === 'Home') to = 0;
  else if (event.key === 'End') to = links.length - 1;
  else if (event.key === 'x') {
    const row = rows.find(({ id }) => id === links[at]?.dataset['id']);
    if (row) select([row], !selection.value.has(row.id));
  } else return;
  event.preventDefault();
  links[to]?.focus();
}

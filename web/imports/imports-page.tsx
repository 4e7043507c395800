/** Imports of CSV files: a place to drop one, and the list. */
import { useLocation } from 'preact-iso';
import { useEffect } from 'preact/hooks';
import { api } from '../api/client.ts';
import { answered } from '../api/failure.ts';
import { dateTime, number } from '../text/index.ts';
import { pageTexts } from '../text/pages.ts';
import { Listing, useListing } from '../ui/listing.tsx';
import type { Column } from '../ui/table.tsx';
import { DropZone, ImportProgress, ImportState, kindName } from './drop-zone.tsx';
import type { Import } from './sending.ts';

/** How often the list is read while something in it is running, in milliseconds. */
const AGAIN_MS = 3_000;

export function ImportsPage() {
  const t = pageTexts.value.imports;
  const { route } = useLocation();
  const list = useListing('/imports', (query, signal) =>
    answered(api.GET('/imports', { params: { query: { ...query, total: true } as never }, signal })),
  );
  const isMoving = list.data?.items.some(({ state }) => state === 'queued' || state === 'running') ?? false;
  useEffect(() => {
    if (!isMoving) return undefined;
    const timer = setInterval(list.reload, AGAIN_MS);
    return () => clearInterval(timer);
  }, [isMoving, list.reload]);

  return (
    <div class="page">
      <div class="heading">
        <h1>{t.title}</h1>
      </div>
      <DropZone onSent={({ id }) => route(`/imports/${id}`)} />
      <Listing
        caption={t.title}
        columns={columns()}
        filters={[]}
        keyOf={({ id }) => id}
        list={list}
        empty={<p>{t.empty}</p>}
      />
    </div>
  );
}

function columns(): Column<Import>[] {
  const t = pageTexts.value.imports;
  return [
    {
      key: 'file',
      label: t.file,
      isRowHeader: true,
      render: ({ id, fileName }) => <a href={`/imports/${id}`}>{fileName ?? id}</a>,
    },
    { key: 'kind', label: t.kind, render: ({ kind }) => kindName(kind) },
    {
      key: 'state',
      label: t.state,
      render: (job) => (
        <span class="row">
          <ImportState job={job} />
          <ImportProgress job={job} />
        </span>
      ),
    },
    { key: 'rows', label: t.rows, isNumber: true, render: ({ rows }) => number(rows.total) },
    {
      key: 'failed',
      label: t.failedRows,
      isNumber: true,
      render: ({ rows }) => (rows.failed === 0 ? number(0) : <span class="badge error">{number(rows.failed)}</span>),
    },
    { key: 'begun', label: t.begun, isTime: true, render: ({ createdAt }) => dateTime(createdAt) },
  ];
}

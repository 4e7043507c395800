/** One import: its progress live, its counts, and the rows that failed. */
import { useRoute } from 'preact-iso';
import { useEffect, useState } from 'preact/hooks';
import { api, type Schemas } from '../api/client.ts';
import { answered, asFailure } from '../api/failure.ts';
import { API } from '../api/paths.ts';
import { session } from '../session/session.ts';
import { dateTime, duration, faultText, number, size, texts } from '../text/index.ts';
import { pageTexts } from '../text/pages.ts';
import { announce } from '../ui/announce.tsx';
import { CsvButton } from '../ui/download.tsx';
import { FailureNotice } from '../ui/failure-notice.tsx';
import { Listing, useListing } from '../ui/listing.tsx';
import { Notice } from '../ui/notice.tsx';
import { Removing } from '../ui/removing.tsx';
import type { Column } from '../ui/table.tsx';
import { useLoaded } from '../ui/use-loaded.ts';
import { ImportProgress, ImportState, kindName } from './drop-zone.tsx';
import { isOver, useProgress } from './follow.ts';
import type { Import } from './sending.ts';

type RowError = Schemas['ImportError'];

export function ImportPage() {
  const { params } = useRoute();
  const id = params['id'] ?? '';
  return <OneImport key={id} id={id} />;
}

const readImport = (id: string, signal?: AbortSignal): Promise<Import> =>
  answered(api.GET('/imports/{id}', { params: { path: { id } }, ...(signal ? { signal } : {}) }));

function OneImport({ id }: { id: string }) {
  const t = pageTexts.value.imports;
  const { data: job, failure, reload, set } = useLoaded(id, (signal) => readImport(id, signal));
  const [isCancelling, setCancelling] = useState(false);
  useProgress(job, set);
  const ended = job !== null && isOver(job) ? job.state : null;
  useEffect(() => {
    if (ended !== null) announce(t.ended(t.states[ended]));
  }, [ended]);

  return (
    <div class="page">
      <p>
        <a href="/imports">← {t.back}</a>
      </p>
      {failure && <FailureNotice failure={failure} onRetry={reload} />}
      {job === null && !failure && <p class="quiet">{texts.value.loading}</p>}
      {job && (
        <>
          <div class="heading">
            <h1>
              {job.fileName ?? t.title} <ImportState job={job} />
            </h1>
            {!isOver(job) && (
              <button type="button" class="danger" onClick={() => setCancelling(true)}>
                {t.cancel}
              </button>
            )}
          </div>
          {job.failure !== null && <Notice kind="error">{job.failure}</Notice>}
          {job.warnings.map((warning) => (
            <Notice kind="warning" key={warning}>
              {faultText(warning)}
            </Notice>
          ))}
          {job.dryRun && isOver(job) && <Notice kind="info">{t.dryRunDone}</Notice>}
          <Counts job={job} />
          <Errors job={job} />
        </>
      )}
      {isCancelling && (
        <Removing
          title={t.cancel}
          submit={t.cancel}
          remove={async () => {
            try {
              set(await answered(api.POST('/imports/{id}/cancel', { params: { path: { id } } })));
            } catch (error) {
              // It ended first: the page shows how.
              if (asFailure(error).code !== 'import-ended') throw error;
              set(await readImport(id));
            }
          }}
          onRemoved={() => setCancelling(false)}
          onClose={() => setCancelling(false)}
        >
          <p>{t.cancelWarning}</p>
        </Removing>
      )}
    </div>
  );
}

function Counts({ job }: { job: Import }) {
  const t = pageTexts.value.imports;
  const { rows, alsoCreated } = job;
  const figures: [string, number][] = [
    [t.total, rows.total],
    [t.created, rows.created],
    [t.updated, rows.updated],
    [t.unchanged, rows.unchanged],
    [t.failedRows, rows.failed],
  ];
  const also = Object.entries(alsoCreated).filter(([, count]) => count > 0);
  const facts = [
    kindName(job.kind),
    size(job.bytes.total),
    job.encoding,
    `${t.source}: ${job.source}`,
    dateTime(job.createdAt),
    ...(also.length > 0
      ? [`${t.alsoCreated}: ${also.map(([kind, count]) => `${kindName(kind)} ${number(count)}`).join(', ')}`]
      : []),
  ];
  return (
    <>
      {!isOver(job) && (
        <p class="row">
          <ImportProgress job={job} />
          <span class="quiet">{paceOf(job)}</span>
        </p>
      )}
      <dl class="figures">
        {figures.map(([label, count]) => (
          <div class="card" key={label}>
            <dt>{label}</dt>
            <dd>{number(count)}</dd>
          </div>
        ))}
      </dl>
      <p class="quiet">{facts.join(' · ')}</p>
    </>
  );
}

function paceOf({ rate, estimatedEnd }: Import): string {
  const t = pageTexts.value.imports;
  const left = estimatedEnd === null ? null : (Date.parse(estimatedEnd) - Date.now()) / 1_000;
  return [
    rate !== null && rate > 0 && t.rate(number(rate)),
    left !== null && left > 0 && t.left(duration(Math.ceil(left))),
  ]
    .filter(Boolean)
    .join(' · ');
}

function Errors({ job }: { job: Import }) {
  const t = pageTexts.value.imports;
  const { id } = job;
  // Read again when the import has ended: until then, the first page is enough.
  const list = useListing(`/imports/${id}/errors ${job.errors > 0} ${isOver(job)}`, (query, signal) =>
    answered(
      api.GET('/imports/{id}/errors', {
        params: { path: { id }, query: { ...query, total: true } as never },
        signal,
      }),
    ),
  );
  if (job.errors === 0 && job.rows.failed === 0)
    return isOver(job) && job.failure === null ? <p>{t.noErrors}</p> : null;
  return (
    <section class="section" aria-label={t.errors}>
      <div class="heading">
        <h2>{t.errors}</h2>
        <CsvButton label={t.errorsCsv} url={`${API}/imports/${id}/errors`} name={`import-${id}-errors.csv`} />
      </div>
      {job.userId !== session.value?.user.id && <p class="quiet">{t.errorsHidden}</p>}
      <Listing
        caption={t.errors}
        columns={columns()}
        filters={[]}
        keyOf={({ line, column, reason }) => `${line} ${column} ${reason}`}
        list={list}
        empty={<p>{texts.value.loading}</p>}
      />
    </section>
  );
}

function columns(): Column<RowError>[] {
  const t = pageTexts.value.imports;
  return [
    { key: 'line', label: t.line, isNumber: true, isRowHeader: true, render: ({ line }) => number(line) },
    { key: 'column', label: t.column, render: ({ column }) => column ?? <span class="quiet">{t.wholeRow}</span> },
    { key: 'value', label: t.value, render: ({ value }) => value !== null && <code>{value}</code> },
    { key: 'reason', label: t.reason, render: ({ reason }) => faultText(reason) },
  ];
}

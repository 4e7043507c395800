/** The list of the clinician's recordings. What it shows stands in the address. */
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { API } from '../api/paths.ts';
import { asFailure } from '../api/failure.ts';
import { toldOf } from '../api/told.ts';
import { texts } from '../text/index.ts';
import { announce, notify } from '../ui/announce.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { later } from '../ui/later.tsx';
import { FailureNotice } from '../ui/failure-notice.tsx';
import { useChanges, useLoaded } from '../ui/use-loaded.ts';
import { ListFilters } from './list-filters.tsx';
import { loadPage, type Page } from './list-rows.ts';
import {
  addressOf,
  changed,
  csvAddress,
  filterCount,
  type Filters,
  type ListState,
  readState,
  type Sort,
} from './list-state.ts';
import { ListTable } from './list-table.tsx';
import { Pager } from './pager.tsx';
import { refreshSelected, selectedCount } from './selection.ts';
import { TypedField } from './typed-field.tsx';
import { UploadButtons } from './upload/choosing.tsx';
import { DropZone } from './upload/drop-zone.tsx';
import { findUnfinished } from './upload/presence.ts';

const BulkBar = later<{ onEnd: (isChanged: boolean) => void }>(
  async () => (await import('./bulk/bulk-bar.tsx')).BulkBar,
);

export function ListPage() {
  const t = texts.value.list;
  const { query, route } = useLocation();
  const state = readState(query);
  const address = addressOf(state);
  const list = useLoaded(address, (signal) => loadPage(state, signal));
  const { data, failure, isLoading, reload } = list;
  const [isDrawerOpen, setDrawerOpen] = useState(false);
  const filters = filterCount(state);

  const go = (next: ListState, replace = false): void => route(addressOf(next), replace);
  const onFilters = (next: Filters): void => go(changed(state, next), true);
  const onSort = (sort: Sort): void => go(changed(state, {}, sort), true);
  const onReset = (): void => go(readState({}), true);

  useChanges(list);
  useListKeys();
  useEffect(() => {
    void findUnfinished();
  }, []);
  useEffect(() => {
    if (!data) return;
    refreshSelected(data.items);
    announce(countOf(data));
  }, [data]);

  const panel = <ListFilters state={state} onFilters={onFilters} onSort={onSort} onReset={onReset} />;
  return (
    <div class="page list">
      <DropZone />
      <div class="heading">
        <h1>{t.title}</h1>
        <div class="row">
          <UploadButtons main />
        </div>
      </div>
      <div class="list-frame">
        <aside class="wide-only" aria-label={t.filters}>
          {panel}
        </aside>
        <div class="list-content">
          <div class="tools">
            <TypedField
              label={t.searchLabel}
              type="search"
              placeholder={t.searchHint}
              value={state.filters.q ?? ''}
              onValue={(q) => onFilters({ q })}
            />
            <button type="button" class="narrow-only" onClick={() => setDrawerOpen(true)}>
              {filters > 0 ? t.filtersOn(filters) : t.filters}
            </button>
          </div>
          <div class="tools status">
            {selectedCount.value > 0 ? (
              <BulkBar onEnd={(isChanged) => isChanged && reload()} />
            ) : (
              <>
                <span>{data && countOf(data)}</span>
                <span class="quiet small wide-only">{t.keys}</span>
                <button
                  type="button"
                  class="plain small"
                  aria-label={t.csvLabel}
                  onClick={() => void saveList(csvAddress(API, state))}
                >
                  {t.csv}
                </button>
              </>
            )}
          </div>
          {failure && <FailureNotice failure={failure} onRetry={reload} labels={labels()} isStale={data !== null} />}
          {data?.items.length === 0 ? (
            <Empty isFiltered={filters > 0 || state.cursor !== null} onReset={onReset} />
          ) : (
            (data || !failure) && (
              <ListTable rows={data?.items ?? []} sort={state.sort} onSort={onSort} isLoading={isLoading} />
            )
          )}
          {data && <Pager state={state} nextCursor={data.nextCursor} onState={go} />}
        </div>
      </div>
      {isDrawerOpen && (
        <Dialog title={t.filters} onClose={() => setDrawerOpen(false)}>
          {panel}
          <footer>
            <button type="button" class="main" onClick={() => setDrawerOpen(false)}>
              {data ? countOf(data) : texts.value.close}
            </button>
          </footer>
        </Dialog>
      )}
    </div>
  );
}

async function saveList(url: string): Promise<void> {
  try {
    await (await import('../ui/download.tsx')).saveCsv(url, 'recordings.csv');
  } catch (error) {
    notify(toldOf(asFailure(error)), 'error');
  }
}

/** What the filters are called on the page. */
function labels(): Record<string, string> {
  const t = texts.value.list;
  return {
    q: t.searchLabel,
    dateFrom: `${t.recorded}, ${t.from}`,
    dateTo: `${t.recorded}, ${t.to}`,
    lead: t.lead,
    format: t.format,
    samplingRateFrom: `${t.rate}, ${t.from}`,
    samplingRateTo: `${t.rate}, ${t.to}`,
    durationFrom: `${t.duration}, ${t.from}`,
    durationTo: `${t.duration}, ${t.to}`,
    hasAnnotations: t.annotations,
    check: t.check,
    patient: t.patientFilter,
    study: t.studyFilter,
  };
}

function countOf({ items, total, totalIsLowerBound }: Page): string {
  const t = texts.value.list;
  const count = total ?? items.length;
  return totalIsLowerBound ? t.countAtLeast(count) : t.count(count);
}

function Empty({ isFiltered, onReset }: { isFiltered: boolean; onReset: () => void }) {
  const t = texts.value.list;
  if (isFiltered)
    return (
      <div class="empty">
        <p>{t.nothingFound}</p>
        <button type="button" onClick={onReset}>
          {t.resetFilters}
        </button>
      </div>
    );
  return (
    <div class="empty invites">
      <h2>{t.empty}</h2>
      <p>{t.emptyLead}</p>
      <p class="quiet">{t.emptyFormats}</p>
      <div class="row">
        <UploadButtons main={false} />
      </div>
    </div>
  );
}

/** `/` searches; the keys that move between rows also lead into the table. */
function useListKeys(): void {
  // Before the first paint: what is seen can be used at once.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const at = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (at.closest('input:not([type=checkbox]), select, textarea, dialog')) return;
      const isMove = ['j', 'k'].includes(event.key) || (event.key === 'ArrowDown' && !at.closest('a, button, input'));
      const to =
        event.key === '/'
          ? document.querySelector<HTMLElement>('.list input[type=search]')
          : isMove
            ? document.querySelector<HTMLElement>('.recordings a[data-id]')
            : null;
      if (!to) return;
      event.preventDefault();
      to.focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

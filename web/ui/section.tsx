/** A list within a page, such as the studies of a patient: it grows on demand, and its entries can be edited. */
import { useRef, useState } from 'preact/hooks';
import { asFailure } from '../api/failure.ts';
import { toldOf } from '../api/told.ts';
import { texts } from '../text/index.ts';
import { pageTexts } from '../text/pages.ts';
import { notify } from './announce.tsx';
import { FailureNotice } from './failure-notice.tsx';
import type { Page } from './listing.tsx';
import { actionsColumn, type Identified, type Opened, type Resource, ResourceDialogs } from './resource.tsx';
import { type Column, Table } from './table.tsx';
import { useChanges, useLoaded } from './use-loaded.ts';

interface SectionProps<Item extends Identified> {
  title: string;
  empty: string;
  columns: readonly Column<Item>[];
  /** Loads again when this text changes. */
  of: string;
  load: (cursor: string | undefined, signal?: AbortSignal) => Promise<Page<Item>>;
  /** Without one, the entries cannot be edited here. */
  resource?: Resource<Item>;
  /** Whether it loads again when recordings were changed, in whatever tab. */
  followsChanges?: boolean;
  onChanged?: () => void;
}

export function Section<Item extends Identified>(props: SectionProps<Item>) {
  const { title, empty, columns, of, load, resource, onChanged, followsChanges = false } = props;
  /** Entries that are shown: as many are shown when they are loaded again. */
  const shown = useRef(0);
  const first = useLoaded(of, async (signal) => {
    let page = await load(undefined, signal);
    while (page.nextCursor !== null && page.items.length < shown.current) {
      const next = await load(page.nextCursor, signal);
      page = { ...page, items: [...page.items, ...next.items], nextCursor: next.nextCursor };
    }
    return page;
  });
  useChanges(first, followsChanges);
  const [more, setMore] = useState<{ after: Page<Item>; items: Item[]; nextCursor: string | null } | null>(null);
  const [opened, setOpened] = useState<Opened<Item>>(null);
  const { data, failure, reload } = first;
  // What was added to an earlier first page does not fit to a new one.
  const added = more !== null && more.after === data ? more : null;
  const items = [...(data?.items ?? []), ...(added?.items ?? [])];
  shown.current = items.length;
  const nextCursor = added ? added.nextCursor : (data?.nextCursor ?? null);
  const total = data?.total;

  const showMore = async (): Promise<void> => {
    if (data === null || nextCursor === null) return;
    try {
      const page = await load(nextCursor);
      setMore({ after: data, items: [...(added?.items ?? []), ...page.items], nextCursor: page.nextCursor });
    } catch (error) {
      notify(toldOf(asFailure(error)), 'error');
    }
  };
  const changed = (): void => {
    reload();
    onChanged?.();
  };
  const all = resource ? [...columns, actionsColumn<Item>(resource.nameOf, setOpened)] : columns;

  return (
    <section class="section" aria-label={title}>
      <div class="heading">
        <h2>
          {title}
          {total !== undefined && total > 0 && <span class="quiet"> {total}</span>}
        </h2>
        {resource && (
          <button type="button" onClick={() => setOpened({ kind: 'create' })}>
            {resource.add}
          </button>
        )}
      </div>
      {failure && <FailureNotice failure={failure} onRetry={reload} />}
      {data === null && !failure && <p class="quiet">{texts.value.loading}</p>}
      {data !== null && items.length === 0 && <p class="quiet">{empty}</p>}
      {items.length > 0 && (
        <Table caption={title} columns={all} items={items} keyOf={({ id }) => id} isBusy={first.isLoading} />
      )}
      {nextCursor !== null && (
        <p class="pages">
          <button type="button" onClick={() => void showMore()}>
            {pageTexts.value.list.showMore}
          </button>
        </p>
      )}
      {resource && (
        <ResourceDialogs
          resource={resource}
          opened={opened}
          onClose={() => setOpened(null)}
          onSaved={changed}
          onRemoved={changed}
        />
      )}
    </section>
  );
}

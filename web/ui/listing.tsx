/** A list of the service: filters, order and page in the address, a table, and what to do when it is empty or fails. */
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { API } from '../api/paths.ts';
import { texts } from '../text/index.ts';
import { pageTexts } from '../text/pages.ts';
import { addressWith, type Query, useListAddress, withoutCursor } from './address.ts';
import { announce } from './announce.tsx';
import { CsvButton } from './download.tsx';
import { FailureNotice } from './failure-notice.tsx';
import { type Filter, Filters, labelsOf } from './filters.tsx';
import { type Column, Table } from './table.tsx';
import { type Loaded, useLoaded } from './use-loaded.ts';

/** One page of any list of the API. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
  total?: number | undefined;
  totalIsLowerBound?: boolean | undefined;
}

/** The query of a list, with values as the API names them. */
export type ListQuery = Query & { cursor?: string };

interface ListingProps<Item> {
  caption: string;
  columns: readonly Column<Item>[];
  filters: readonly Filter[];
  keyOf: (item: Item) => string;
  list: Loaded<Page<Item>>;
  /** The order without a choice. */
  sort?: string;
  /** Shown when there is nothing at all. */
  empty: ComponentChildren;
}

interface ListHeadingProps {
  title: string;
  /** What the API calls the list, such as `patients`; it names the CSV file, too. */
  path: string;
  /** The button that creates an entry. */
  add: string;
  onAdd: () => void;
}

/** The title of a list, with what can be done with it as a whole. */
export function ListHeading({ title, path, add, onAdd }: ListHeadingProps) {
  const { query } = useListAddress();
  const url = addressWith(`${API}/${path}`, withoutCursor(query), {});
  return (
    <div class="heading">
      <h1>{title}</h1>
      <span class="row">
        <CsvButton label={pageTexts.value.list.csv} url={url} name={`${path}.csv`} />
        <button type="button" class="main" onClick={onAdd}>
          {add}
        </button>
      </span>
    </div>
  );
}

/** A list that follows the address. @param load gets the query of the address, with `total` wanted */
export function useListing<Item>(
  path: string,
  load: (query: ListQuery, signal: AbortSignal) => Promise<Page<Item>>,
): Loaded<Page<Item>> {
  const { query } = useListAddress();
  return useLoaded(addressWith(path, query, {}), (signal) => load(query, signal));
}

/**
 * From which page the present one was reached; a list that was opened in the middle only has a way to its beginning.
 */
const cameFrom = new Map<string, string>();

export function Listing<Item>({ caption, columns, filters, keyOf, list, sort, empty }: ListingProps<Item>) {
  const t = texts.value;
  const address = useListAddress();
  const { data, failure, isLoading, reload } = list;
  const { cursor: _cursor, sort: sorted = sort ?? '', ...wanted } = address.query;
  const isFiltered = Object.keys(wanted).length > 0;
  const total = data?.total;
  const counted =
    total === undefined ? '' : data?.totalIsLowerBound ? pageTexts.value.list.moreThan(total) : t.total(total);

  useEffect(() => {
    if (!isLoading && counted !== '') announce(counted);
  }, [isLoading, counted]);

  return (
    <>
      {filters.length > 0 && <Filters filters={filters} address={address} />}
      {failure && (
        <FailureNotice failure={failure} onRetry={reload} labels={labelsOf(filters)} isStale={data !== null} />
      )}
      {data === null && !failure && <p class="quiet">{t.loading}</p>}
      {data !== null && data.items.length === 0 && (
        <div class="card empty">{isFiltered ? <p>{pageTexts.value.list.nothingFound}</p> : empty}</div>
      )}
      {data !== null && data.items.length > 0 && (
        <Table
          caption={caption}
          columns={columns}
          items={data.items}
          keyOf={keyOf}
          isBusy={isLoading}
          sorting={{ sort: sorted, onSort: (next) => address.change({ sort: next === sort ? undefined : next }) }}
        />
      )}
      {data !== null && <Pages data={data} counted={counted} />}
    </>
  );
}

function Pages<Item>({ data, counted }: { data: Page<Item>; counted: string }) {
  const t = texts.value;
  const { query, hrefWith } = useListAddress();
  const here = hrefWith({});
  const next = data.nextCursor === null ? null : hrefWith({ cursor: data.nextCursor });
  const first = hrefWith({ cursor: undefined });
  return (
    <nav class="row spread pages" aria-label={pageTexts.value.list.pages}>
      <span class="quiet">{counted}</span>
      <span class="row">
        {query['cursor'] !== undefined && (
          <>
            <a class="button" href={first}>
              {pageTexts.value.list.first}
            </a>
            <a class="button" href={cameFrom.get(here) ?? first} rel="prev">
              {t.previous}
            </a>
          </>
        )}
        {next !== null && (
          <a class="button" href={next} rel="next" onClick={() => cameFrom.set(next, here)}>
            {t.next}
          </a>
        )}
      </span>
    </nav>
  );
}

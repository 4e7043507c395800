/** A table that becomes a list of cards on narrow screens, with headers that sort. */
import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { pageTexts } from '../text/pages.ts';

export interface Column<Item> {
  key: string;
  label: string;
  render: (item: Item) => ComponentChildren;
  /** Aligned at the end. */
  isNumber?: boolean;
  /** Not broken into lines. */
  isTime?: boolean;
  /** Names the row. */
  isRowHeader?: boolean;
  /** The list can be sorted by this column; the value of the address's `sort`. */
  sort?: string;
}

export interface Sorting {
  /** The sort in force, such as `-deadline`. */
  sort: string;
  onSort: (sort: string) => void;
}

interface TableProps<Item> {
  caption: string;
  columns: readonly Column<Item>[];
  items: readonly Item[];
  keyOf: (item: Item) => string;
  sorting?: Sorting | undefined;
  isBusy?: boolean;
}

// The roles are written down: as cards, the elements are no table for the browser any more.
export function Table<Item>({ caption, columns, items, keyOf, sorting, isBusy = false }: TableProps<Item>) {
  const { frame, isScrollable } = useScrollable();
  return (
    <div
      ref={frame}
      class="table-frame"
      aria-busy={isBusy}
      {...(isScrollable ? { tabIndex: 0, role: 'group', 'aria-label': caption } : {})}
    >
      <table class="cards" role="table">
        <caption class="visually-hidden">{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <Header key={column.key} column={column} sorting={sorting} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {items.map((item) => (
            <tr key={keyOf(item)} role="row">
              {columns.map(({ key, label, render, isNumber, isTime, isRowHeader }) => {
                const Cell = isRowHeader ? 'th' : 'td';
                return (
                  <Cell
                    key={key}
                    role={isRowHeader ? 'rowheader' : 'cell'}
                    scope={isRowHeader ? 'row' : undefined}
                    class={isNumber ? 'number' : isTime ? 'time' : undefined}
                    data-label={label}
                  >
                    {render(item)}
                  </Cell>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A table that is wider than its frame is scrolled with the keyboard, too. */
function useScrollable(): { frame: RefObject<HTMLDivElement | null>; isScrollable: boolean } {
  const frame = useRef<HTMLDivElement>(null);
  const [isScrollable, setScrollable] = useState(false);
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setScrollable(element.scrollWidth > element.clientWidth));
    observer.observe(element);
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    return () => observer.disconnect();
  }, []);
  return { frame, isScrollable };
}

function Header<Item>({ column, sorting }: { column: Column<Item>; sorting: Sorting | undefined }) {
  const { label, sort, isNumber } = column;
  const style = isNumber ? 'number' : undefined;
  if (sort === undefined || sorting === undefined)
    return (
      <th role="columnheader" scope="col" class={style}>
        {label}
      </th>
    );
  const direction = sorting.sort === sort ? 'ascending' : sorting.sort === `-${sort}` ? 'descending' : 'none';
  return (
    <th role="columnheader" scope="col" class={style} aria-sort={direction}>
      <button
        type="button"
        title={pageTexts.value.list.sortBy(label)}
        onClick={() => sorting.onSort(direction === 'ascending' ? `-${sort}` : sort)}
      >
        {label}
        <span aria-hidden="true">{{ ascending: ' ▲', descending: ' ▼', none: '' }[direction]}</span>
      </button>
    </th>
  );
}

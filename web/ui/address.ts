/** Filters, order and page of a list are in the address: back, reload and a copied link show the same list. */
import { useLocation } from 'preact-iso';
import { useRef } from 'preact/hooks';

/** The values of the address's query by name; a name that is absent has no value. */
export type Query = Readonly<Record<string, string>>;

export interface ListAddress {
  query: Query;
  /** The address with some values changed; `undefined` or '' removes one. */
  hrefWith: (changes: Readonly<Record<string, string | undefined>>) => string;
  /** Changes values without a new entry in the history, and begins at the first page. */
  change: (changes: Readonly<Record<string, string | undefined>>) => void;
}

/** The page of the address, without its cursor, so that lists forget how they were reached when something changes. */
export const withoutCursor = ({ cursor: _cursor, ...others }: Query): Query => others;

export function addressWith(path: string, query: Query, changes: Readonly<Record<string, string | undefined>>): string {
  const next = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, ...changes })) if (value) next.set(name, value);
  const text = next.toString();
  return text === '' ? path : `${path}?${text}`;
}

export function useListAddress(): ListAddress {
  const { path, query, route } = useLocation();
  // Several changes may come before the next rendering; each adds to the one before.
  const latest = useRef<Query>(query);
  latest.current = query;
  return {
    query,
    hrefWith: (changes) => addressWith(path, query, changes),
    change: (changes) => {
      const href = addressWith(path, latest.current, { ...changes, cursor: undefined });
      latest.current = Object.fromEntries(new URL(href, location.origin).searchParams);
      route(href, true);
    },
  };
}

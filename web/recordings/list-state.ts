/** What the list of recordings shows, as it stands in the address. Pure, but for the zone of the days. */

/** The filters, named as in the API. `dateFrom` and `dateTo` are days of the browser's zone, both included. */
export const FILTERS = [
  'q',
  'dateFrom',
  'dateTo',
  'lead',
  'format',
  'samplingRateFrom',
  'samplingRateTo',
  'durationFrom',
  'durationTo',
  'hasAnnotations',
  'check',
  'patient',
  'study',
] as const;
export type Filter = (typeof FILTERS)[number];
export type Filters = Readonly<Partial<Record<Filter, string>>>;

export const SORTS = [
  '-createdAt',
  'createdAt',
  '-date',
  'date',
  '-duration',
  'duration',
  '-samplingRate',
  'samplingRate',
] as const;
export type Sort = (typeof SORTS)[number];
const STANDARD: Sort = '-createdAt';

export interface ListState {
  filters: Filters;
  sort: Sort;
  /** Of the page that is shown; null: the first one. */
  cursor: string | null;
}

/** Recordings on a page. */
export const PAGE_SIZE = 50;

/** Reads the parameters of the address. Whatever is not known is left out. */
export function readState(query: Readonly<Record<string, string>>): ListState {
  const filters = Object.fromEntries(
    FILTERS.flatMap((name) => {
      const value = query[name]?.trim() ?? '';
      return value === '' ? [] : [[name, value]];
    }),
  ) as Filters;
  const sort = SORTS.find((one) => one === query['sort']) ?? STANDARD;
  return { filters, sort, cursor: query['cursor'] || null };
}

/** The address of a state. */
export function addressOf({ filters, sort, cursor }: ListState): string {
  const query = new URLSearchParams();
  for (const name of FILTERS) {
    const value = filters[name];
    if (value !== undefined && value !== '') query.set(name, value);
  }
  if (sort !== STANDARD) query.set('sort', sort);
  if (cursor !== null) query.set('cursor', cursor);
  const text = query.toString();
  return text === '' ? '/recordings' : `/recordings?${text}`;
}

/** Other filters or another order begin at the first page. */
export const changed = (state: ListState, filters: Filters, sort: Sort = state.sort): ListState => ({
  filters: { ...state.filters, ...filters },
  sort,
  cursor: null,
});

/** The number of filters in force; a range counts once. */
export const filterCount = ({ filters }: ListState): number =>
  new Set(
    FILTERS.filter((name) => (filters[name] ?? '') !== '').map((name) => name.replace(/(?<=[a-z])(?:From|To)$/, '')),
  ).size;

/** The parameters of `GET /ecgs`. */
export function apiQuery({ filters, sort, cursor }: ListState): Record<string, string | number | boolean> {
  const { dateFrom, dateTo, ...same } = filters;
  const from = dateFrom === undefined ? null : startOf(dateFrom, 0);
  const to = dateTo === undefined ? null : startOf(dateTo, 1);
  return {
    ...same,
    // A day that cannot be read goes on as it is: the service says what is wrong with it.
    ...(dateFrom !== undefined && { dateFrom: from ?? dateFrom }),
    ...(dateTo !== undefined && { dateTo: to ?? dateTo }),
    sort,
    ...(cursor !== null && { cursor }),
  };
}

/** The instant at which a day begins, or one of the next days. */
function startOf(day: string, daysLater: number): string | null {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day) ?? [];
  if (date === undefined) return null;
  const start = new Date(Number(year), Number(month) - 1, Number(date) + daysLater);
  return Number.isNaN(start.getTime()) ? null : start.toISOString();
}

/** The address of the whole list, which is answered as CSV on request. @param api the prefix of the operations */
export function csvAddress(api: string, state: ListState): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(apiQuery({ ...state, cursor: null }))) query.set(name, String(value));
  return `${api}/ecgs?${query.toString()}`;
}

/** Lengths that can be chosen, in seconds. */
export const DURATIONS = {
  any: [undefined, undefined],
  short: [undefined, '60'],
  middle: ['60', '3600'],
  long: ['3600', undefined],
} as const;
export type DurationChoice = keyof typeof DURATIONS;

/** The choice that the filters amount to; `own`: another one, from the address. */
export const durationChoice = ({ durationFrom, durationTo }: Filters): DurationChoice | 'own' =>
  (Object.keys(DURATIONS) as DurationChoice[]).find(
    (choice) => DURATIONS[choice][0] === durationFrom && DURATIONS[choice][1] === durationTo,
  ) ?? 'own';

/**
 * Lists of patients. Each list uses one index, which is named here, so that it takes as long for 200,000 patients as
 * for 2,000.
 *
 * Without search words, the index of the order is used, with the first facet as its prefix (`order.ts`). A search (`q`,
 * `condition`) has an index of its own, in the order of names. When a search or a range of birth dates is combined with
 * another order, the number of matches decides: up to `MAX_SORTED` patients are found by the search and sorted. More
 * than that are dense enough in the index of the order, so that it is scanned and other patients are skipped.
 */
import type { Connection, QueryFilter } from 'mongoose';
import { isId } from '../../database/ids.ts';
import { searchWords } from '../../text/search-words.ts';
import { ALL, bounds, facet } from '../order.ts';
import { exactTerm, nameWords, patientModel, type StoredPatient } from './model.ts';
import type { PatientOrder } from './schema.ts';
import { fullName } from './view.ts';

/** The maximum number of patients that are sorted in memory. */
export const MAX_SORTED = 2_000;

/** Fields that are only used by searches. */
const NOT_LISTED = '-facets -nameTerms -conditionTerms';

export interface PatientFilter {
  q?: string | undefined;
  condition?: string | undefined;
  sex?: string | undefined;
  birthDateFrom?: string | undefined;
  /** Inclusive. */
  birthDateTo?: string | undefined;
  city?: string | undefined;
  state?: string | undefined;
  isActive?: boolean | undefined;
}

export interface PatientOrdering {
  order: PatientOrder;
  descending: boolean;
}

type Query = QueryFilter<StoredPatient>;

/** The indexes that the migrations create: of the name terms, of the condition terms, and of each order. */
const SEARCH = 'search';
const CONDITIONS = 'conditions';
const indexOf = (order: PatientOrder): string => `by-${order}`;

/** The order of a list whose query names none. */
export const defaultOrder = ({ birthDateFrom, birthDateTo, q, condition }: PatientFilter): PatientOrder =>
  (birthDateFrom ?? birthDateTo) !== undefined && q === undefined && condition === undefined ? 'birthDate' : 'name';

/** A page of patients. @param after the text of the order after which to continue */
export async function findPatients(
  database: Connection,
  filter: PatientFilter,
  { order, descending }: PatientOrdering,
  after: string | null,
  limit: number,
): Promise<StoredPatient[]> {
  const field = `orders.${order}`;
  const place = bounds({ after, descending });
  const index = await indexFor(database, filter, order);
  const query = asQuery(filter, index, place === null ? [] : [{ [field]: place }]);
  return patientModel(database)
    .find(query, NOT_LISTED)
    .sort({ [field]: descending ? -1 : 1 })
    .limit(limit)
    .batchSize(limit)
    .hint(index)
    .lean<StoredPatient[]>();
}

/** The number of patients; counting stops at `atMost`. */
export async function countPatients(database: Connection, filter: PatientFilter, atMost: number): Promise<number> {
  const index = ownIndex(filter);
  return patientModel(database)
    .countDocuments(asQuery(filter, index, []))
    .hint(index)
    .limit(atMost);
}

/** The index that matches the filter, whatever the order. */
function ownIndex(filter: PatientFilter): string {
  if (filter.q !== undefined) return SEARCH;
  if (filter.condition !== undefined) return CONDITIONS;
  return indexOf(defaultOrder(filter));
}

async function indexFor(database: Connection, filter: PatientFilter, order: PatientOrder): Promise<string> {
  const own = ownIndex(filter);
  if (order === defaultOrder(filter)) return own;
  const { q, condition, birthDateFrom, birthDateTo } = filter;
  // An upper bound: only the conditions of this index are counted, without the other filters.
  const narrowed = own === SEARCH ? { q } : own === CONDITIONS ? { condition } : { birthDateFrom, birthDateTo };
  const isSmall = own !== indexOf('name') && (await countPatients(database, narrowed, MAX_SORTED + 1)) <= MAX_SORTED;
  return isSmall ? own : indexOf(order);
}

/**
 * The whole filter, in a form that lets the chosen index deliver its order: an $or must be at the top, with the
 * complete filter in each branch.
 */
function asQuery(filter: PatientFilter, index: string, ranges: readonly Query[]): Query {
  const { q, condition, birthDateFrom, birthDateTo } = filter;
  const facets = facetsOf(filter).map((value): Query => ({ facets: value }));
  const born = bounds({
    after: null,
    descending: false,
    from: birthDateFrom,
    ...(birthDateTo !== undefined && { to: `${birthDateTo}~` }),
  });
  const searches: Record<string, Query[] | null> = {
    [SEARCH]: q === undefined ? null : nameSearch(q),
    [CONDITIONS]: condition === undefined ? null : conditionSearch(condition),
  };
  const passedOver = Object.entries(searches).flatMap(([name, $or]): Query[] =>
    $or === null || name === index ? [] : [{ $or }],
  );
  const rest: Query[] = [...facets, ...ranges, ...(born ? [{ 'orders.birthDate': born }] : []), ...passedOver];
  const branches = searches[index];
  return branches ? { $or: branches.map((branch): Query => ({ $and: [branch, ...rest] })) } : { $and: rest };
}

/** The rarest first, since the index is searched by it. */
function facetsOf({ city, state, isActive, sex }: PatientFilter): string[] {
  const active = isActive === undefined ? undefined : String(isActive);
  const named = Object.entries({ city, active, state, sex }).flatMap(([name, value]) =>
    value === undefined ? [] : [facet(name, value)],
  );
  return named.length > 0 ? named : [ALL];
}

/** Every word must be the beginning of a word of the name, or the whole text must be the SSN or an identifier. */
function nameSearch(q: string): Query[] {
  const words = nameWords(q).toSorted((a, b) => b.length - a.length);
  return [{ $and: words.map((word): Query => ({ nameTerms: word })) }, { nameTerms: exactTerm(q) }];
}

/** Every word must be in the description of one condition, or the whole text must be the code of one. */
function conditionSearch(condition: string): Query[] {
  return [
    { conditionTerms: { $elemMatch: { terms: { $all: searchWords(condition) } } } },
    { 'conditionTerms.terms': exactTerm(condition) },
  ];
}

/**
 * The ids of patients with a name that has a word with this beginning, or whose SSN or identifier it is.
 * @param among these patients only; omitted: all
 */
export async function patientsNamed(
  database: Connection,
  word: string,
  atMost: number,
  among?: readonly string[],
): Promise<string[]> {
  const name: Query = { nameTerms: { $in: [word, exactTerm(word)] } };
  const found = await patientModel(database)
    .find(among ? { $and: [{ _id: { $in: among.filter(isId) } }, name] } : name, { _id: 1 })
    .hint(among ? '_id_' : SEARCH)
    .limit(atMost)
    .lean();
  return found.map(({ _id }) => _id.toHexString());
}

/** The full names of patients by their ids, as far as they exist. */
export async function patientNames(database: Connection, ids: readonly string[]): Promise<Map<string, string>> {
  const wanted = [...new Set(ids)].filter(isId);
  if (wanted.length === 0) return new Map();
  const found = await patientModel(database)
    .find({ _id: { $in: wanted } }, { prefix: 1, firstName: 1, middleName: 1, lastName: 1, suffix: 1 })
    .lean();
  return new Map(found.map((patient) => [patient._id.toHexString(), fullName(patient)]));
}

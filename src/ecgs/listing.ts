/**
 * Lists of a user's recordings. A list is read from the index of its order. Filters have indexes of their own: the
 * recordings that each one finds are looked up first, by their ids. If one of them finds few, only these are read and
 * sorted. If it finds more, the others are skipped in the index of the order. What finds even more is dense enough in
 * this index, so that recordings are read from it until enough of them match.
 */
import type { Connection, Types } from 'mongoose';
import type { ClinicZone } from '../calendar/clinic-zone.ts';
import { patientsNamed } from '../directory/patients/find.ts';
import { queryProblem } from '../http/validate.ts';
import { datesOf } from './date.ts';
import type { EcgFilters } from './list-query.ts';
import { behind, type EcgOrder, INDEX_OF, orderingOf, sortOf } from './store/list-order.ts';
import { term, wordsOf } from './store/listed.ts';
import { type EcgFilter, type StoredEcg, withExternalId } from './store/model.ts';
import type { Recordings } from './store/recordings.ts';

/** The maximum number of recordings that are looked up for one filter, and sorted in memory. */
export const MAX_SORTED = 2_000;
/** The maximum number of ids by which others are skipped. */
const MAX_SKIPPED_TO = 20_000;
/** The maximum number of patients whose names are matched by one word. */
const MAX_PATIENTS = 1_000;
/** The maximum number of patients of one user's recordings that are looked through if a word matches more. */
const MAX_OWN_PATIENTS = 10_000;

/** A filter that an index finds. */
interface Narrowing {
  /** Alternatives, each with its index. */
  ways: { filter: EcgFilter; index: string }[];
  /** The order in which its index yields the recordings; omitted: in none. */
  order?: EcgOrder;
}

/** Which recordings are listed, and how they are found. */
export interface Listing {
  filter: EcgFilter;
  /** The index to use. */
  index: string;
}

/** Plans a list. Errors: `invalid-query`. @param sort an order; a leading `-`: descending */
export async function planned(
  database: Connection,
  own: Recordings,
  query: EcgFilters,
  sort: string,
  zone: ClinicZone,
): Promise<Listing> {
  const { order } = orderingOf(sort);
  const narrowings = [...narrowingsOf(query, zone), ...(await wordNarrowings(database, own, query.q))];
  const rest: EcgFilter[] = query.hasAnnotations === false ? [NOT_ANNOTATED] : [];
  const all = (those: readonly Narrowing[]): EcgFilter[] => [...those.map(asFilter), ...rest];
  // Each of these finds few, so nothing has to be looked up.
  const few = attachedTo(query);
  if (few) return { filter: { $and: [few.filter, ...all(narrowings)] }, index: few.index };

  const inOrder = narrowings.find((narrowing) => narrowing.order === order);
  const others = narrowings.filter((narrowing) => narrowing !== inOrder);
  const ids = await Promise.all(others.map((narrowing) => idsOf(own, narrowing, MAX_SORTED)));
  const known = ids.filter((found) => found !== null);
  if (known.length > 0) {
    const open = narrowings.filter((narrowing) => narrowing === inOrder || ids[others.indexOf(narrowing)] === null);
    return { filter: { $and: [{ _id: { $in: inAll(known) } }, ...all(open)] }, index: INDEX_OF.createdAt };
  }
  const filters = [...(await smallestOf(own, others)), ...all(narrowings)];
  const index = inOrder?.ways[0]?.index ?? INDEX_OF[order];
  return { filter: filters.length === 0 ? {} : { $and: filters }, index };
}

/** A page. @param cursor of the previous page. Errors: `invalid-cursor` */
export async function listed(
  own: Recordings,
  { filter, index }: Listing,
  sort: string,
  cursor: string | undefined,
  limit: number,
): Promise<StoredEcg[]> {
  // Each alternative contains the whole filter, so that each is one range of an index.
  const ways = cursor === undefined ? [filter] : behind(sort, cursor).map((way) => ({ $and: [filter, way] }));
  return own.list(ways, sortOf(orderingOf(sort)), limit, index);
}

/** The filter by what has few recordings, and the index that finds them. */
function attachedTo({ externalId, study, patient }: EcgFilters): { filter: EcgFilter; index: string } | null {
  const filter = {
    ...(externalId !== undefined && withExternalId(externalId)),
    ...(study !== undefined && { study }),
    ...(patient !== undefined && { patient }),
  };
  if (externalId !== undefined) return { filter, index: 'externalId' };
  if (study !== undefined) return { filter, index: 'study' };
  return patient === undefined ? null : { filter, index: 'patient' };
}

/** With annotations of its file, of the reader, or of files that were attached. */
const ANNOTATED: Narrowing = {
  ways: [
    { filter: { annotations: { $gt: 0 } }, index: 'annotated' },
    { filter: { marks: { $gt: 0 } }, index: 'marked' },
    { filter: { 'attached.0': { $exists: true } }, index: 'attached' },
  ],
};
const NOT_ANNOTATED: EcgFilter = { annotations: 0, marks: { $not: { $gt: 0 } }, 'attached.0': { $exists: false } };

const by = (order: EcgOrder, filter: EcgFilter, index: string): Narrowing => ({ ways: [{ filter, index }], order });

function narrowingsOf(query: EcgFilters, zone: ClinicZone): Narrowing[] {
  const { lead, format, check, hasAnnotations } = query;
  const dates = datesOf(query, zone);
  const duration = rangeOf(query.durationFrom, query.durationTo);
  const rate = rangeOf(query.samplingRateFrom, query.samplingRateTo);
  const values = [
    ...(lead === undefined ? [] : [term('lead', lead)]),
    ...(format === undefined ? [] : [term('format', format)]),
    ...(check === undefined ? [] : [term('check', check)]),
  ];
  return [
    ...values.map((value) => by('createdAt', { 'listed.terms': value }, 'terms')),
    ...(hasAnnotations ? [ANNOTATED] : []),
    ...(dates ? [by('date', dates, INDEX_OF.date)] : []),
    ...(duration ? [by('duration', { 'listed.duration': duration }, INDEX_OF.duration)] : []),
    ...(rate ? [by('samplingRate', { 'listed.samplingRate': rate }, INDEX_OF.samplingRate)] : []),
  ];
}

const rangeOf = (from: number | undefined, to: number | undefined): { $gte?: number; $lte?: number } | null =>
  from === undefined && to === undefined
    ? null
    : { ...(from !== undefined && { $gte: from }), ...(to !== undefined && { $lte: to }) };

/** Each word must be in a recording or in the name of its patient. Errors: `invalid-query`. */
async function wordNarrowings(database: Connection, own: Recordings, q = ''): Promise<Narrowing[]> {
  return Promise.all(
    wordsOf(q).map(async (word) => {
      const patients = await ownPatients(database, own, word);
      return {
        ways: [
          { filter: { 'listed.terms': new RegExp(`^${word}`) }, index: 'terms' },
          ...(patients.length > 0 ? [{ filter: { patient: { $in: patients } }, index: 'patient' }] : []),
        ],
      };
    }),
  );
}

/**
 * Ids of the patients with a name that begins with the word. Their names are looked up for each search, since names
 * that were kept with the recordings would have to be kept up to date. Errors: `invalid-query`.
 */
async function ownPatients(database: Connection, own: Recordings, word: string): Promise<string[]> {
  const found = await patientsNamed(database, word, MAX_PATIENTS + 1);
  if (found.length <= MAX_PATIENTS) return found;
  const patients = await own.patients(MAX_OWN_PATIENTS + 1);
  if (patients.length <= MAX_OWN_PATIENTS) return patientsNamed(database, word, MAX_OWN_PATIENTS, patients);
  const message = `more than ${MAX_PATIENTS.toLocaleString('en-US')} patients match "${word}": write more of the name`;
  throw queryProblem([{ path: '/q', message }]);
}

const asFilter = ({ ways }: Narrowing): EcgFilter => {
  const [only, ...more] = ways.map(({ filter }) => filter);
  return more.length === 0 && only ? only : { $or: ways.map(({ filter }) => filter) };
};

/**
 * The ids of what the most selective filter finds. They are part of the index of the order, so that recordings that do
 * not match are skipped without being read. Empty if every filter finds more than `MAX_SKIPPED_TO`.
 */
async function smallestOf(own: Recordings, narrowings: readonly Narrowing[]): Promise<EcgFilter[]> {
  const numbers = await Promise.all(
    narrowings.map(async ({ ways }) => {
      const counts = ways.map(({ filter, index }) => own.countIds(filter, MAX_SKIPPED_TO + 1, index));
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    }),
  );
  const least = Math.min(...numbers);
  const smallest = least > MAX_SKIPPED_TO ? undefined : narrowings[numbers.indexOf(least)];
  const ids = smallest && (await idsOf(own, smallest, MAX_SKIPPED_TO));
  return ids ? [{ _id: { $in: inAll([ids]) } }] : [];
}

/** The recordings that it finds; null if there are more. */
async function idsOf(own: Recordings, { ways }: Narrowing, most: number): Promise<Types.ObjectId[] | null> {
  const found = await Promise.all(ways.map(({ filter, index }) => own.ids(filter, most + 1, index)));
  return found.some((ids) => ids.length > most) ? null : found.flat();
}

/** The ids that are in all lists, each once. */
function inAll(lists: readonly (readonly Types.ObjectId[])[]): Types.ObjectId[] {
  const [shortest = [], ...others] = lists.toSorted((a, b) => a.length - b.length);
  const sets = others.map((ids) => new Set(ids.map(String)));
  const ids = new Map(shortest.map((id) => [String(id), id]));
  return [...ids.values()].filter((id) => sets.every((set) => set.has(String(id))));
}

/** The rows of the list of recordings. */
import { api, type Schemas } from '../api/client.ts';
import { answered } from '../api/failure.ts';
import type { paths } from '../api/schema.ts';
import { apiQuery, type ListState, PAGE_SIZE } from './list-state.ts';

type EcgQuery = NonNullable<paths['/ecgs']['get']['parameters']['query']>;

export type ShortLead = Schemas['EcgShortLead'];
/** A recording in the list. */
export type Row = Schemas['EcgShort'];

export type Page = Omit<Schemas['EcgList'], 'items'> & { items: Row[] };

/** Loads a page. @throws Failure */
export async function loadPage(state: ListState, signal: AbortSignal): Promise<Page> {
  // Values come from the address, as texts: the service says what is wrong with one.
  const filters = apiQuery(state) as EcgQuery;
  const query = { ...filters, view: 'short', limit: PAGE_SIZE, total: true } as const;
  const page = await answered(api.GET('/ecgs', { params: { query }, signal }));
  return { ...page, items: page.items as Row[] };
}

/** How a recording is called where its row is not seen. */
export const nameOf = ({ fileName, recordName, externalId, id }: Row): string =>
  fileName ?? recordName ?? externalId ?? id;

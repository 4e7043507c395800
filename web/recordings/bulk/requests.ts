/** Requests about several recordings: one result for each. */
import { api, fetchRenewed, type Schemas } from '../../api/client.ts';
import { answered, asFailure, type Failure, failureOfResponse, isAbort, unreached } from '../../api/failure.ts';
import { API } from '../../api/paths.ts';
import type { Selected } from '../selection.ts';
import { manifestIn } from './manifest.ts';

/** Recordings in one request. */
export const MOST = 200;

/** What became of one recording; `code` null: done. */
export type Result = Pick<Schemas['EcgBulkResults']['items'][number], 'id' | 'status' | 'code' | 'detail'>;

export interface Outcome {
  results: Result[];
  /** Why the rest was not attempted, or is not known. */
  failure: Failure | null;
}

type Item = Pick<Selected, 'id' | 'version'>;

/** @throws Failure */
export const deleteThem = async (items: Item[]): Promise<Result[]> =>
  (await answered(api.POST('/ecgs/bulk/delete', { body: { items } }))).items;

/** Attaches to a patient, or to one of the patient's studies; null detaches. @throws Failure */
export const attachThemTo =
  (patient: string | null, study: string | undefined) =>
  async (items: Item[]): Promise<Result[]> =>
    (await answered(api.POST('/ecgs/bulk/attach', { body: { items, patient, ...(study && { study }) } }))).items;

/** Works on any number of recordings, in as many requests as needed. Never throws: what was done is always told. */
export async function forAll(
  selected: readonly Selected[],
  work: (items: Item[]) => Promise<Result[]>,
): Promise<Outcome> {
  const results: Result[] = [];
  for (let at = 0; at < selected.length; at += MOST) {
    const items = selected.slice(at, at + MOST).map(({ id, version }) => ({ id, version }));
    try {
      results.push(...(await work(items)));
    } catch (error) {
      return { results, failure: asFailure(error) };
    }
    // The service itself stops there.
    if (results.some(({ status }) => status > 500)) break;
  }
  return { results, failure: null };
}

/**
 * Exports up to `MOST` recordings. @returns the zip, and what became of each, in the order of the request; null if its
 * manifest cannot be read. @throws Failure
 */
export async function exportZip(
  selected: readonly Selected[],
  format: string,
  deidentify: boolean,
  signal: AbortSignal,
): Promise<{ zip: Blob; name: string; results: Result[] | null }> {
  const items = selected.map(({ id, version }) => ({ id, version }));
  const request = new Request(`${API}/ecgs/bulk/export`, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ items, format, deidentify }),
    signal,
  });
  let response;
  let zip;
  try {
    response = await fetchRenewed(request);
    zip = response.ok ? await response.blob() : null;
  } catch (error) {
    throw isAbort(error) ? error : unreached(error);
  }
  if (!zip) throw await failureOfResponse(response);
  const manifest = (await manifestIn(zip)) as { items?: (Omit<Result, 'id'> & { position: number })[] } | null;
  // A manifest without identities has places in place of ids.
  const results = manifest?.items?.map((one) => ({ ...one, id: selected[one.position - 1]?.id ?? '' })) ?? null;
  const name = /filename="?([^";]+)/.exec(response.headers.get('Content-Disposition') ?? '')?.[1];
  return { zip, name: name ?? `ecgs-${format}.zip`, results };
}

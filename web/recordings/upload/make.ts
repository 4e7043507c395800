/** Makes a recording of the files that the service has, and follows it. */
import { api, type Schemas } from '../../api/client.ts';
import { answered, answeredWhole } from '../../api/failure.ts';
import { API } from '../../api/paths.ts';
import type { Seen } from './items.ts';
import { parametersOf, type Reading } from './reading.ts';

export interface Made {
  /** The rhythm first. */
  recordings: Seen[];
  warnings: string[];
  isTable: boolean;
  /** Whether the reader already had it. */
  isKnown: boolean;
}

/** @throws Failure. The same call again gives the same recording, if it was made. */
export async function make(uploads: readonly string[], keepBoth: boolean, reading: Reading): Promise<Made> {
  const { data, response } = await answeredWhole(
    api.POST('/ecgs', {
      params: { query: keepBoth ? { duplicate: 'allow' } : {} },
      body: { uploads: [...uploads], ...parametersOf(reading) },
    }),
  );
  const { id, version, part, siblings, warnings, format } = data;
  return {
    // The recordings of one upload begin with the same version.
    recordings: [{ id, part }, ...siblings].map((one) => ({ ...one, version })),
    warnings: [...new Set(warnings)],
    isTable: format === 'csv',
    isKnown: response.status === 200,
  };
}

/** Deletes recordings, unless somebody has changed them since. @returns those that are still there */
export async function removeUnchanged(recordings: readonly Seen[]): Promise<Seen[]> {
  const body = { items: recordings.map(({ id, version }) => ({ id, version })) };
  try {
    const { items } = await answered(api.POST('/ecgs/bulk/delete', { body }));
    const gone = new Set(items.filter(({ code, status }) => code === null || status === 404).map(({ id }) => id));
    return recordings.filter(({ id }) => !gone.has(id));
  } catch {
    return [...recordings];
  }
}

/** Reports how much of a file the service has read, from 0 to 1. @returns a function that ends it */
export function follow(uploadId: string, onRead: (share: number) => void): () => void {
  const events = new EventSource(`${API}/uploads/${uploadId}`);
  const onEvent = ({ data }: MessageEvent<string>): void => {
    const { progress } = JSON.parse(data) as Schemas['Upload'];
    onRead(progress.bytesTotal === 0 ? 0 : progress.bytesRead / progress.bytesTotal);
  };
  events.addEventListener('progress', onEvent);
  events.addEventListener('end', (event: MessageEvent<string>) => {
    onEvent(event);
    events.close();
  });
  return () => events.close();
}

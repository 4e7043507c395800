/** Makes a recording of the files that the service has, and follows it. */
import { api, type Schemas } from '../../api/client.ts';
import { answeredWhole } from '../../api/failure.ts';
import { API } from '../../api/paths.ts';

export interface Made {
  /** Ids, the rhythm first. */
  recordings: string[];
  warnings: string[];
  /** Whether the reader already had it. */
  isKnown: boolean;
}

/** @throws Failure. The same call again gives the same recording, if it was made. */
export async function make(uploads: readonly string[], keepBoth: boolean): Promise<Made> {
  const { data, response } = await answeredWhole(
    api.POST('/ecgs', {
      params: { query: keepBoth ? { duplicate: 'allow' } : {} },
      body: { uploads: [...uploads] },
    }),
  );
  const { id, siblings, warnings } = data;
  return {
    recordings: [id, ...siblings.map((one) => one.id)],
    warnings: [...new Set(warnings)],
    isKnown: response.status === 200,
  };
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

/** Follows an import live. EventSource connects again by itself unless it was refused. */
import { useEffect } from 'preact/hooks';
import { API } from '../api/paths.ts';
import { renewSession } from '../session/renew.ts';
import type { Import } from './sending.ts';

/** How long after a refusal it is tried again, in milliseconds. */
const AGAIN_MS = 5_000;

export const isOver = ({ state }: Import): boolean => state !== 'queued' && state !== 'running';

/** @param job the import as it was read; null or ended: nothing to follow */
export function useProgress(job: Import | null, onProgress: (job: Import) => void): void {
  const id = job !== null && !isOver(job) ? job.id : null;
  useEffect(() => {
    if (id === null) return undefined;
    let source: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onEvent = ({ data }: MessageEvent<string>): void => onProgress(JSON.parse(data) as Import);
    const connect = (): void => {
      source = new EventSource(`${API}/imports/${id}/events`);
      source.addEventListener('progress', onEvent);
      source.addEventListener('end', (event) => {
        source?.close();
        onEvent(event as MessageEvent<string>);
      });
      source.addEventListener('error', () => {
        if (source?.readyState !== EventSource.CLOSED) return;
        // Refused: the short cookie may have expired, or too many streams are open.
        timer = setTimeout(() => {
          void renewSession().then(
            (goesOn) => goesOn && connect(),
            () => connect(),
          );
        }, AGAIN_MS);
      });
    };
    connect();
    return () => {
      clearTimeout(timer);
      source?.close();
    };
  }, [id]);
}

/** Sending again by itself what could not be sent, for requests that may be repeated. */
import { useEffect, useRef } from 'preact/hooks';
import type { Failure } from '../api/failure.ts';
import { isAway } from '../api/told.ts';

/** How long after a failed connection it is tried again, in milliseconds. */
const AGAIN_MS = 5_000;

/** Tries again while the service cannot be reached, and at once when the browser is back on line. */
export function useAgain(failure: Failure | null, again: () => void): void {
  const latest = useRef(again);
  latest.current = again;
  useEffect(() => {
    if (failure === null || !isAway(failure)) return undefined;
    const go = (): void => latest.current();
    const timer = setTimeout(go, AGAIN_MS);
    addEventListener('online', go);
    return () => {
      clearTimeout(timer);
      removeEventListener('online', go);
    };
  }, [failure]);
}

/**
 * Data of the service for a component: loading, loaded or failed, and loaded again when asked, when the line is back or
 * when recordings were changed.
 */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { changeCount } from '../api/changes.ts';
import { session } from '../session/session.ts';
import { asFailure, type Failure, isAbort } from '../api/failure.ts';
import { isAway } from '../api/told.ts';

export interface Loaded<Data> {
  /** The latest data; stays while newer data are loaded, and while the service cannot be reached. */
  data: Data | null;
  failure: Failure | null;
  isLoading: boolean;
  reload: () => void;
  /** Replaces the data, for example with the answer of a change. */
  set: (data: Data) => void;
}

/** Milliseconds after a change until data are loaded again; many come at once. */
const GATHER_MS = 400;
/** How long after a failed connection the data are asked for again, in milliseconds. */
const AGAIN_MS = 5_000;

/** @param key loads again whenever this text changes. @param load must pass the signal on */
export function useLoaded<Data>(key: string, load: (signal: AbortSignal) => Promise<Data>): Loaded<Data> {
  const [data, setData] = useState<Data | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isLoading, setLoading] = useState(true);
  const [round, setRound] = useState(0);
  /** The key of the data. */
  const loadedKey = useRef(key);
  const latest = useRef(load);
  latest.current = load;
  // After another log-in, what could not be loaded is loaded again.
  const login = session.value?.id;

  useEffect(() => {
    if (login === undefined) return undefined;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    setLoading(true);
    latest.current(stop.signal).then(
      (loaded) => {
        if (stop.signal.aborted) return;
        loadedKey.current = key;
        setData(loaded);
        setFailure(null);
        setLoading(false);
      },
      (error: unknown) => {
        if (stop.signal.aborted || isAbort(error)) return;
        const failed = asFailure(error);
        setFailure(failed);
        setLoading(false);
        if (isAway(failed)) timer = setTimeout(() => setRound((before) => before + 1), AGAIN_MS);
        // Data of another key would pass for the answer.
        else if (loadedKey.current !== key) setData(null);
      },
    );
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [key, round, login]);

  return {
    data,
    failure,
    isLoading,
    reload: useCallback(() => setRound((before) => before + 1), []),
    set: setData,
  };
}

/**
 * Loads again when recordings or patients were changed, in whatever tab of the browser. It neither waits for changes
 * that follow nor gives up what is being loaded: while there is one change after the other, nothing would ever come.
 */
export function useChanges({ isLoading, reload }: Pick<Loaded<unknown>, 'isLoading' | 'reload'>, isMeant = true): void {
  /** The changes that what is shown, or being loaded, is known to include. */
  const known = useRef(changeCount.peek());
  // Only the first change of many renders anything.
  const [isStale, setStale] = useState(false);
  useEffect(
    () => (isMeant ? changeCount.subscribe((count) => setStale(count !== known.current)) : undefined),
    [isMeant],
  );
  useEffect(() => {
    if (!isStale || isLoading) return undefined;
    const timer = setTimeout(() => {
      known.current = changeCount.peek();
      setStale(false);
      reload();
    }, GATHER_MS);
    return () => clearTimeout(timer);
  }, [isStale, isLoading, reload]);
}

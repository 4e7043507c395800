/** The reader's own marks of a recording: all of them, wherever the window is. */
import { useRef, useState } from 'preact/hooks';
import { api } from '../../api/client.ts';
import { answered, asFailure, type Failure, isPassing } from '../../api/failure.ts';
import { ifUnchanged, newKey, once } from '../../api/sending.ts';
import { useAgain } from '../../ui/use-again.ts';
import { useLoaded } from '../../ui/use-loaded.ts';
import type { Viewer } from '../viewer.ts';
import type { NewMark, OwnMark } from './measuring.ts';

/** Marks that are listed at most. */
export const MOST = 500;

export interface OwnMarks {
  /** In order of time; null while they are loaded. */
  marks: readonly OwnMark[] | null;
  isCut: boolean;
  failure: Failure | null;
  /** Loads them again, also those on the paper. */
  reload: () => void;
  /** Shows a mark as it is stored now, then loads all again. */
  replace: (mark: OwnMark) => void;
}

export function useOwnMarks(viewer: Viewer): OwnMarks {
  const { id } = viewer.ecg.value;
  const { data, failure, reload, set } = useLoaded(`own ${id}`, async (signal) => {
    const found: OwnMark[] = [];
    let cursor: string | null = null;
    do {
      const query = { source: 'own' as const, ...(cursor === null ? {} : { cursor }) };
      const page: { items: unknown[]; nextCursor: string | null } = await answered(
        api.GET('/ecgs/{id}/annotations', { params: { path: { id }, query }, signal }),
      );
      found.push(...(page.items as OwnMark[]));
      cursor = page.nextCursor;
    } while (cursor !== null && found.length < MOST);
    return { marks: found, isCut: cursor !== null };
  });
  const reloadAll = (): void => {
    reload();
    void viewer.events.reload();
  };
  return {
    marks: data?.marks ?? null,
    isCut: data?.isCut ?? false,
    failure,
    reload: reloadAll,
    replace: (mark) => {
      if (data) set({ ...data, marks: data.marks.map((one) => (one.id === mark.id ? mark : one)) });
      reloadAll();
    },
  };
}

/** What becomes of a mark that is made. */
export interface Marking {
  isBusy: boolean;
  failure: Failure | null;
  add: (mark: NewMark) => Promise<OwnMark | null>;
  /** Sends the mark that failed once more. */
  again: () => void;
  /** Does not send it any more: another one is to take its place. */
  forget: () => void;
}

/**
 * Makes marks, each only once: after a lost answer, the same mark is sent with the same key, by itself as soon as the
 * service is back.
 */
export function useMarking(viewer: Viewer, onMade: (mark: NewMark) => void): Marking {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const failed = useRef<NewMark | null>(null);
  const sent = useRef({ text: '', key: newKey() });
  const busy = useRef(false);
  const done = useRef(onMade);
  done.current = onMade;
  const add = async (mark: NewMark): Promise<OwnMark | null> => {
    const text = JSON.stringify(mark);
    if (text !== sent.current.text) sent.current = { text, key: newKey() };
    busy.current = true;
    setBusy(true);
    try {
      const { id } = viewer.ecg.peek();
      const made = await answered(
        api.POST('/ecgs/{id}/annotations', {
          params: { path: { id } },
          body: mark,
          ...once({ version: 0, key: sent.current.key }),
        }),
      );
      sent.current = { text: '', key: newKey() };
      failed.current = null;
      setFailure(null);
      done.current(mark);
      return made;
    } catch (error) {
      const reason = asFailure(error);
      // The outcome may be unknown: the same key is used again.
      if (!isPassing(reason) && reason.code !== 'request-in-progress') sent.current = { text: '', key: newKey() };
      failed.current = mark;
      setFailure(reason);
      return null;
    } finally {
      busy.current = false;
      setBusy(false);
    }
  };
  const again = (): void => {
    if (failed.current && !busy.current) void add(failed.current);
  };
  const forget = (): void => {
    failed.current = null;
    setFailure(null);
  };
  useAgain(failure, again);
  return { isBusy, failure, add, again, forget };
}

/** Deletes a mark as it was seen. @throws Failure */
export const removeMark = (ecg: string, { id, version }: OwnMark): Promise<unknown> =>
  answered(
    api.DELETE('/ecgs/{id}/annotations/{annotationId}', {
      params: { path: { id: ecg, annotationId: id } },
      ...ifUnchanged(version),
    }),
  );

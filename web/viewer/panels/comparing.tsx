/** What both ways of comparing two ECGs have in common: the other ECG is loaded, and shown elsewhere or taken away. */
import { useEffect, useState } from 'preact/hooks';
import { asFailure, type Failure, isAbort } from '../../api/failure.ts';
import { panelTexts } from '../../text/panels.ts';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { loadViewer } from '../load.ts';
import type { Compared, PanelProps, Viewer } from '../viewer.ts';

/** The ECG that is compared, as it is loaded. */
export interface Other {
  other: Viewer | null;
  failure: Failure | null;
  again: () => void;
}

/** Loads the ECG that is compared, and closes it when another one is chosen or none. */
export function useOther(viewer: Viewer): Other {
  const id = viewer.compared.value?.id;
  const [other, setOther] = useState<Viewer | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (id === undefined) return undefined;
    const stop = new AbortController();
    let loaded: Viewer | null = null;
    setOther(null);
    setFailure(null);
    loadViewer(id, stop.signal).then(
      (found) => {
        loaded = found;
        if (stop.signal.aborted) return found.close();
        setOther(found);
      },
      (error: unknown) => {
        if (!stop.signal.aborted && !isAbort(error)) setFailure(asFailure(error));
      },
    );
    return () => {
      stop.abort();
      loaded?.close();
    };
  }, [id, round]);
  return { other, failure, again: () => setRound(round + 1) };
}

/** Why the other ECG cannot be compared, or should not be. */
export function OtherNotices({ viewer, of: { other, failure, again } }: PanelProps & { of: Other }) {
  const t = panelTexts.value.others;
  return (
    <>
      {failure && <FailureNotice failure={failure} onRetry={again} />}
      {other && other.ecg.value.patient !== viewer.ecg.value.patient && (
        <Notice kind="warning">{t.otherPatient}</Notice>
      )}
      {other?.duration === 0 && <Notice kind="warning">{t.noRate}</Notice>}
    </>
  );
}

/** Shows the other ECG in the other way, alone, or not at all. @param text of the button for the other way */
export function CompareButtons({ viewer, place, text }: PanelProps & { place: Compared['place']; text: string }) {
  const t = panelTexts.value.others;
  const id = viewer.compared.value?.id ?? '';
  return (
    <span class="row">
      <button type="button" onClick={() => (viewer.compared.value = { id, place })}>
        {text}
      </button>
      <a href={`/recordings/${id}`}>{t.open}</a>
      <button type="button" onClick={() => (viewer.compared.value = null)}>
        {t.hide}
      </button>
    </span>
  );
}

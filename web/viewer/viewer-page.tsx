/** The page of one recording: who it is of, the paper, the strip of the whole recording, and panels beside. */
import { useRoute } from 'preact-iso';
import { useLayoutEffect, useState } from 'preact/hooks';
import { asFailure, type Failure, isAbort } from '../api/failure.ts';
import { texts } from '../text/index.ts';
import { later } from '../ui/later.tsx';
import { Notice } from '../ui/notice.tsx';
import { perform } from './actions.ts';
import { Identity } from './identity.tsx';
import { actionOf } from './keys.ts';
import { loadViewer } from './load.ts';
import { Side } from './side.tsx';
import { Stage } from './stage.tsx';
import { Status } from './status.tsx';
import { Tools } from './tools.tsx';
import type { PanelProps, Viewer } from './viewer.ts';

const Beside = later<PanelProps>(async () => (await import('./panels/beside.tsx')).Beside);
const Dialogs = later<PanelProps>(async () => (await import('./panels/dialogs.tsx')).Dialogs, { isQuiet: true });
const Overview = later<PanelProps>(async () => (await import('./overview.tsx')).Overview, { isQuiet: true });
const Over = later<PanelProps>(async () => (await import('./panels/over.tsx')).Over);
const Rate = later<PanelProps & { onSet: () => void }>(async () => (await import('./panels/rate.tsx')).Rate);

/** How long after a failed connection the recording is asked for again, in milliseconds. */
const AGAIN_MS = 5_000;

export function ViewerPage() {
  const id = useRoute().params['id'] ?? '';
  const [viewer, setViewer] = useState<Viewer | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [round, setRound] = useState(0);
  const reload = (): void => setRound((before) => before + 1);

  // At once, not after the next frame: the picture waits for it.
  useLayoutEffect(() => {
    const stop = new AbortController();
    let loaded: Viewer | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    setViewer(null);
    loadViewer(id, stop.signal).then(
      (found) => {
        loaded = found;
        if (stop.signal.aborted) return found.close();
        setFailure(null);
        setViewer(found);
      },
      (error: unknown) => {
        if (stop.signal.aborted || isAbort(error)) return;
        const failed = asFailure(error);
        setFailure(failed);
        if (failed.code === 'offline' || failed.status === 503) timer = setTimeout(reload, AGAIN_MS);
      },
    );
    return () => {
      stop.abort();
      clearTimeout(timer);
      loaded?.close();
    };
  }, [id, round]);

  const t = texts.value;
  if (viewer) return <Loaded viewer={viewer} reload={reload} />;
  return (
    <div class="page">
      {failure ? (
        <>
          <Notice kind="error">{failure.message}</Notice>
          <div class="row">
            <button type="button" onClick={reload}>
              {t.retry}
            </button>
            <a href="/recordings">{t.viewer.back}</a>
          </div>
        </>
      ) : (
        <p class="quiet">{t.viewer.loading}</p>
      )}
    </div>
  );
}

/** Elements in which keys have a meaning of their own. */
const OWN_KEYS = 'input, select, textarea, dialog, [role="tab"], [contenteditable]';

function onKey(event: KeyboardEvent, viewer: Viewer): void {
  const target = event.target as HTMLElement;
  if (event.defaultPrevented || target.closest(OWN_KEYS)) return;
  if (event.code === 'Space' && target.closest('button, a, summary')) return;
  const action = actionOf(event);
  if (!action) return;
  event.preventDefault();
  perform(viewer, action, event.shiftKey);
}

function Loaded({ viewer, reload }: { viewer: Viewer; reload: () => void }) {
  const t = texts.value.viewer;
  const place = viewer.compared.value?.place;
  const rate = viewer.timeless.length > 0 && <Rate viewer={viewer} onSet={reload} />;
  return (
    <div class="viewer" onKeyDown={(event) => onKey(event, viewer)}>
      <Identity viewer={viewer} />
      {viewer.duration === 0 ? (
        <>
          {rate}
          {viewer.channels.length > 0 && <p class="page narrow">{t.empty}</p>}
        </>
      ) : (
        <>
          <Tools viewer={viewer} />
          <div class="viewer-body">
            <div class="viewer-main">
              {viewer.waveforms.failure.value && (
                <div class="viewer-failure">
                  <Notice kind="warning">
                    <span>
                      {viewer.waveforms.failure.value.message} {t.failure}
                    </span>
                    <button type="button" onClick={() => viewer.waveforms.retry()}>
                      {texts.value.retry}
                    </button>
                  </Notice>
                </div>
              )}
              {rate}
              {place === 'over' && <Over viewer={viewer} />}
              <div class="stages">
                <Stage viewer={viewer} />
                {place === 'beside' && <Beside viewer={viewer} />}
              </div>
              {/* Room for it, so that the paper does not move when it comes. */}
              <div class="overview-room">
                <Overview viewer={viewer} />
              </div>
              <Status viewer={viewer} />
            </div>
            <Side viewer={viewer} />
          </div>
          {viewer.dialog.value !== null && <Dialogs viewer={viewer} />}
        </>
      )}
    </div>
  );
}

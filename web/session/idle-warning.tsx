/** Warns before the session ends because nothing was done, and renews it while something is done. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { texts } from '../text/index.ts';
import { notify } from '../ui/announce.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { renewSession } from './renew.ts';
import { expire, session } from './session.ts';

/** How long before the end the warning comes, in milliseconds; for short sessions, half of their time. */
const WARN_MS = 60_000;
/** How long before the end that cannot be moved a message comes, in milliseconds. */
const END_SOON_MS = 300_000;
/** Signs of a person. */
const SIGNS = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const;

/** Every tab sees the others' activity: the key in localStorage has the time of the latest sign. */
const KEY = 'leadwire-active-at';

export function IdleWarning() {
  const current = session.value;
  const [secondsLeft, setSecondsLeft] = useState<number | null>(null);
  const activeAt = useRef(Date.now());
  const renewedAt = useRef(Date.now());

  useEffect(() => {
    const onSign = (): void => {
      const now = Date.now();
      if (now - activeAt.current > 1_000) keep(now);
      activeAt.current = now;
    };
    const onStorage = ({ key, newValue }: StorageEvent): void => {
      if (key === KEY && newValue !== null) activeAt.current = Math.max(activeAt.current, Number(newValue));
    };
    for (const sign of SIGNS) addEventListener(sign, onSign, { passive: true, capture: true });
    addEventListener('storage', onStorage);
    return () => {
      for (const sign of SIGNS) removeEventListener(sign, onSign, { capture: true });
      removeEventListener('storage', onStorage);
    };
  }, []);

  const id = current?.id;
  const idleMs = (current?.idleExpiresIn ?? 0) * 1_000;
  useEffect(() => {
    if (idleMs === 0) return undefined;
    renewedAt.current = Date.now();
    const timer = setInterval(() => {
      const now = Date.now();
      const left = activeAt.current + idleMs - now;
      if (left <= 0) expire();
      else setSecondsLeft(left <= Math.min(WARN_MS, idleMs / 2) ? Math.ceil(left / 1_000) : null);
      // A session that is used is renewed at half of its idle time, so that it never ends under the reader's hands.
      if (activeAt.current > renewedAt.current && now - renewedAt.current > idleMs / 2) {
        renewedAt.current = now;
        void renewSession().catch(() => undefined);
      }
    }, 1_000);
    return () => clearInterval(timer);
  }, [idleMs, current]);

  // The end that no use moves. By the clock and not by one long timer: a computer may sleep, and timers are at most
  // 24 days long.
  const endsInMs = (current?.expiresIn ?? 0) * 1_000;
  useEffect(() => {
    if (endsInMs === 0) return undefined;
    const endsAt = Date.now() + endsInMs;
    let unsay: (() => void) | null = null;
    const look = (): void => {
      const left = endsAt - Date.now();
      if (left <= 0) expire();
      else if (left <= END_SOON_MS)
        unsay ??= notify(texts.value.session.endsSoon(Math.max(1, Math.round(left / 60_000))), 'warning');
    };
    look();
    const timer = setInterval(look, 1_000);
    return () => {
      clearInterval(timer);
      unsay?.();
    };
  }, [id]);

  if (secondsLeft === null) return null;
  const stay = (): void => {
    activeAt.current = Date.now();
    keep(activeAt.current);
    setSecondsLeft(null);
    void renewSession().catch(() => undefined);
  };
  return (
    <Dialog title={texts.value.session.title} onClose={stay}>
      <p role="timer">{texts.value.session.warning(secondsLeft)}</p>
      <footer>
        <button type="button" class="main" autofocus onClick={stay}>
          {texts.value.session.stay}
        </button>
      </footer>
    </Dialog>
  );
}

function keep(activeAt: number): void {
  try {
    localStorage.setItem(KEY, String(activeAt));
  } catch {
    // A browser that keeps nothing: each tab counts for itself.
  }
}

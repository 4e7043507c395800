/** Who is logged in. All tabs of a browser share one session (cookies), and agree through a BroadcastChannel. */
import { signal } from '@preact/signals';
import { API } from '../api/paths.ts';
import { api, type Schemas } from '../api/client.ts';
import { answered, fetched } from '../api/failure.ts';
import { listenToRenewals, renewSession } from './renew.ts';

export type Session = Schemas['SessionAnswer'];
export type User = Schemas['User'];

/** The session in force; null: nobody is logged in; undefined: not known yet. */
export const session = signal<Session | null | undefined>(undefined);
/** The session of the page that is shown, also while its user has to log in again. */
export const pageSession = signal<Session | null>(null);
/** Whether a session has ended while the page was open: its page is shown again after the next log-in. */
export const hasExpired = signal(false);

type Message = { kind: 'begun'; session: Session } | { kind: 'ended' } | { kind: 'expired' };
const tabs = new BroadcastChannel('leadwire-session');
tabs.addEventListener('message', ({ data }: MessageEvent<Message>) => {
  if (data.kind === 'begun') begin(data.session);
  else if (data.kind === 'expired') end(true);
  else leave();
});

const tell = (message: Message): void => tabs.postMessage(message);

listenToRenewals((renewed) => {
  if (renewed === null) {
    // A second request has found the same: the page stays covered.
    if (session.value === null) return;
    if (session.value) tell({ kind: 'expired' });
    end(session.value !== null && session.value !== undefined);
  } else {
    begin(renewed as Session);
    tell({ kind: 'begun', session: renewed as Session });
  }
});

function begin(begun: Session): void {
  // Nothing of another user may stay in the page.
  if (pageSession.value && pageSession.value.user.id !== begun.user.id) location.reload();
  session.value = begun;
  pageSession.value = begun;
  hasExpired.value = false;
}

function end(expired: boolean): void {
  session.value = null;
  hasExpired.value = expired;
  if (!expired) pageSession.value = null;
}

/** Whoever logs out leaves nothing unsaved behind; after a session that has expired, unsaved forms are kept. */
function leave(): void {
  try {
    sessionStorage.clear();
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
  end(false);
}

/** How long after a start without a line the session is asked for again, in milliseconds. */
const AGAIN_MS = 5_000;

/**
 * At the start of the page: goes on with the session of the cookies, if there is one. While the service cannot be
 * reached, the log-in page is shown, and the session goes on as soon as it can.
 */
export async function resumeSession(): Promise<void> {
  const answer = await renewSession().catch(() => 'unreached' as const);
  if (answer === true) return;
  session.value ??= null;
  if (answer === false || session.value) return;
  setTimeout(() => {
    if (!session.value) void resumeSession();
  }, AGAIN_MS);
}

/** Logs in. @throws Failure */
export async function logIn(email: string, password: string): Promise<void> {
  const begun = await answered(api.POST('/auth/session', { body: { email, password } }));
  begin(begun);
  tell({ kind: 'begun', session: begun });
}

/** Logs out, in all tabs. @throws Failure when the service was not reached: then the session goes on */
export async function logOut(): Promise<void> {
  await fetched(`${API}/auth/session`, { method: 'DELETE' });
  tell({ kind: 'ended' });
  leave();
}

/** Ends the session after it was not used for too long, in all tabs. The service ends it by itself, too. */
export function expire(): void {
  tell({ kind: 'expired' });
  end(true);
  fetch(`${API}/auth/session`, { method: 'DELETE', credentials: 'same-origin' }).catch(() => undefined);
}

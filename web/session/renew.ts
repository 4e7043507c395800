/** Renews the session's cookies, once for all requests that wait for it, in all tabs of the browser. */
import { API } from '../api/paths.ts';

let renewing: Promise<boolean> | null = null;

/** Called with what the service said of the renewed session, or null when it has ended. */
let onRenewed: (session: unknown) => void = () => undefined;
export const listenToRenewals = (listener: (session: unknown) => void): void => {
  onRenewed = listener;
};

/**
 * Whether the session goes on; false: it has ended. A line or a service that is down ends nothing: the request that
 * waits fails by itself.
 * @throws Error when it cannot be known
 */
export function renewSession(): Promise<boolean> {
  renewing ??= renew().finally(() => {
    renewing = null;
  });
  return renewing;
}

async function renew(): Promise<boolean> {
  const response = await fetch(`${API}/auth/session/refresh`, { method: 'POST', credentials: 'same-origin' });
  if (response.status === 200) onRenewed(await response.json());
  // Nobody has logged in here, or the session has ended.
  else if ([204, 401].includes(response.status)) onRenewed(null);
  else throw new Error(`The session was not renewed: ${response.status}.`);
  return response.status === 200;
}

/** The demo directory, which a service imports in the background after its first start. */
import { setTimeout as sleep } from 'node:timers/promises';

const LOAD_MS = 120_000;
/** The number of directory imports at the first start. */
const LOADED_IMPORTS = 5;

/** Waits until all of it is imported. @param password the admin's. @throws Error if it takes too long */
export async function directoryIsLoaded(url: string, password: string): Promise<void> {
  const login = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email: 'admin@leadwire.example', password }),
  });
  const { accessToken } = (await login.json()) as { accessToken: string };
  for (const giveUp = Date.now() + LOAD_MS; Date.now() < giveUp; await sleep(200)) {
    const answer = await fetch(`${url}/api/v1/imports`, { headers: { Authorization: `Bearer ${accessToken}` } });
    const { items } = (await answer.json()) as { items: { state: string }[] };
    if (items.length === LOADED_IMPORTS && items.every(({ state }) => state === 'completed')) return;
  }
  throw new Error('The directory is not loaded.');
}

/**
 * Waiting for what no event tells, and lengths of time that a test is about: the one place in the tests that lets time
 * pass.
 */
import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds between two looks. */
const PAUSE_MS = 5;

/**
 * Looks again and again until something holds.
 * Usage: `await eventually('the lease is gone', async () => (await leases()) === 0)`.
 * @param look answers what is waited for, or something falsy as long as it is not there
 * @throws Error that names what did not come within `patienceMs`
 */
export async function eventually<Value>(
  what: string,
  look: () => Value | Promise<Value>,
  patienceMs = 15_000,
): Promise<Exclude<Value, false | null | undefined | 0 | ''>> {
  for (const end = performance.now() + patienceMs; ; await pause(PAUSE_MS)) {
    const found = await look();
    if (found) return found as Exclude<Value, false | null | undefined | 0 | ''>;
    if (performance.now() > end) throw new Error(`${what}: not within ${patienceMs} ms`);
  }
}

/** Lets a fault or a client's pause last: a length of time that belongs to the test, never one to wait for a result. */
export const lasting = (ms: number, signal?: AbortSignal): Promise<void> => pause(ms, undefined, signal && { signal });

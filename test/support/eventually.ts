/**
 * Waits for conditions that have no event, and for periods that are part of a test. The only place in the tests that
 * waits for time to pass.
 */
import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds between two checks. */
const PAUSE_MS = 5;

/**
 * Checks repeatedly until a condition holds. Usage:
 * `await eventually('the lease is gone', async () => (await leases()) === 0)`.
 * @param look returns the awaited value, or something falsy as long as it is not there
 * @throws Error that names what was not reached within `patienceMs`
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

/** Lets a fault or a client's pause last for a time that is part of the test. Never use it to wait for a result. */
export const lasting = (ms: number, signal?: AbortSignal): Promise<void> => pause(ms, undefined, signal && { signal });

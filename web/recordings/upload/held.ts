/**
 * Which items this tab works on: other tabs do not offer them as unfinished. Works where the browser has locks (TLS).
 */

const PREFIX = 'leadwire-upload-';
const releases = new Map<string, () => void>();

export function hold(group: string): void {
  if (!('locks' in navigator) || releases.has(group)) return;
  releases.set(group, () => undefined);
  void navigator.locks.request(
    PREFIX + group,
    () =>
      new Promise<void>((resolve) => {
        releases.set(group, resolve);
      }),
  );
}

export function release(group: string): void {
  releases.get(group)?.();
  releases.delete(group);
}

/** The groups that any tab works on. */
export async function heldGroups(): Promise<ReadonlySet<string>> {
  if (!('locks' in navigator)) return new Set();
  const { held = [] } = await navigator.locks.query();
  return new Set(held.flatMap(({ name }) => (name?.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : [])));
}

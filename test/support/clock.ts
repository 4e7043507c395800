/** Makes the clock of this process wrong. */

const Right = Date;

/** Runs `work` while the clock of this process is ahead by this many milliseconds, or behind if negative. */
export async function whileClockIsOff<Value>(ms: number, work: () => Promise<Value>): Promise<Value> {
  const before = Date;
  const now = (): number => Right.now() + ms;
  // Only the current time is wrong; given times are not changed.
  globalThis.Date = new Proxy(Right, {
    construct: (target, given: [] | [number]) => (given.length === 0 ? new target(now()) : new target(...given)),
    get: (target, key) => (key === 'now' ? now : (Reflect.get(target, key) as unknown)),
  });
  try {
    return await work();
  } finally {
    globalThis.Date = before;
  }
}

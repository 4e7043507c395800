/** A clock of this process that is wrong. */

const Right = Date;

/** Runs `work` while the clock of this process is ahead by so many milliseconds; negative: behind. */
export async function whileClockIsOff<Value>(ms: number, work: () => Promise<Value>): Promise<Value> {
  const before = Date;
  const now = (): number => Right.now() + ms;
  // Only the present is wrong: other times are what they are.
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

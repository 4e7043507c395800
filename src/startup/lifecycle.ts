/** When the service has to stop: on a signal, or when the npm process that started it has ended. */

/**
 * npm forwards the Ctrl-C that the terminal has already sent to this process. A second signal within this time is that
 * one.
 */
const SAME_SIGNAL_MS = 500;
const PARENT_POLL_MS = 1_000;

/**
 * Calls `stop` once: at the first SIGINT or SIGTERM, or when npm was killed and could not forward a signal. A second
 * signal ends the process at once.
 * @param stop receives the reason
 */
export function onStopRequest(stop: (reason: string) => void): void {
  let askedAt: number | null = null;
  const ask = (reason: string): void => {
    if (askedAt === null) {
      askedAt = performance.now();
      stop(reason);
    } else if (performance.now() - askedAt > SAME_SIGNAL_MS) {
      process.exit(1);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, ask);

  if (process.env['npm_lifecycle_event'] !== 'start') return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    ask('npm has ended');
  }, PARENT_POLL_MS);
  watch.unref();
}

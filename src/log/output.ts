/** Output of the service: it keeps running when the log cannot be written or nobody reads it. */
import { pino } from 'pino';

/** Characters of the log that are kept while it cannot be written; more than that is dropped. */
const MAX_WAITING = 1 << 20;

/**
 * A pino output that survives a full disk and a closed pipe. What could not be written is kept, up to a limit, and
 * written when there is space again.
 */
export function logOutput(fd: number): ReturnType<typeof pino.destination> {
  const output = pino.destination({ fd, sync: true, maxLength: MAX_WAITING });
  output.on('error', () => undefined);
  return output;
}

/** The same for standard output and standard error. */
export function outliveClosedOutputs(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

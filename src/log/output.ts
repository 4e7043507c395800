/** Where the service writes: a log that cannot be written, or that nobody reads any more, is no reason to end. */
import { pino } from 'pino';

/** Characters of the log that wait while it cannot be written; what does not fit is dropped. */
const MAX_WAITING = 1 << 20;

/**
 * An output of pino that outlives a full disk and a closed pipe. What could not be written is written when there is
 * room again, up to a bound.
 */
export function logOutput(fd: number): ReturnType<typeof pino.destination> {
  const output = pino.destination({ fd, sync: true, maxLength: MAX_WAITING });
  output.on('error', () => undefined);
  return output;
}

/** The same for what the service says to whoever started it. */
export function outliveClosedOutputs(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

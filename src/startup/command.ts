/**
 * Shared by all terminal commands: a signal ends them in order, and errors that a user can fix are reported in one
 * line.
 */
import { Explained } from './explained.ts';
import { loggableText } from '../log/loggable-error.ts';

/** The exit codes that a shell reports for a program ended by a signal. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** A mistake in the command line. */
export class CommandError extends Explained {
  override readonly name = 'CommandError';
}

/**
 * Runs a command to its end and sets the exit code. A second signal ends the process at once.
 * @param failure begins the message of an unexpected error, for example "The migration failed"
 * @param work gets a signal that tells it to stop
 */
export async function runCommand(failure: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  for (const [name, code] of Object.entries(EXIT_CODES)) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(code);
      process.exitCode = code;
      stop.abort();
    });
  }
  try {
    await work(stop.signal);
  } catch (error) {
    // Cancelled work may still be running.
    if (stop.signal.aborted) process.exit();
    process.stderr.write(`${error instanceof Explained ? error.message : `${failure}: ${loggableText(error)}`}\n`);
    process.exitCode = 1;
  }
}

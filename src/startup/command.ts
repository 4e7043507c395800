/**
 * What the commands of the terminal have in common: they end in order at a signal, and say in one line what they can
 * tell a person.
 */
import { Explained } from './explained.ts';
import { loggableText } from '../log/loggable-error.ts';

/** What a shell makes of a program that a signal has ended. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** A mistake of whoever gives the command. */
export class CommandError extends Explained {
  override readonly name = 'CommandError';
}

/**
 * Runs a command to its end and sets the exit code. A second signal ends the process at once.
 * @param failure begins the text of an error that nobody has foreseen, such as "The migration failed"
 * @param work is told by its signal to give up
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
    // What was given up may still be under way.
    if (stop.signal.aborted) process.exit();
    process.stderr.write(`${error instanceof Explained ? error.message : `${failure}: ${loggableText(error)}`}\n`);
    process.exitCode = 1;
  }
}

/** Starts programs of this project as separate processes, and reads their output. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { TSX } from './tsx.ts';

/** A process: its standard error so far, and how it ended. */
export interface Started {
  process: ChildProcess;
  text: () => string;
  /** Its standard output so far. */
  output: () => string;
  /** Waits until the standard error matches; fails if the process ends before that. */
  says: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** The exit code. */
  ended: Promise<number | null>;
}

/** Follows a process whose standard error, at least, is a pipe. */
export function observe(child: ChildProcess): Started {
  let text = '';
  let output = '';
  let hasEnded = false;
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => {
    hasEnded = true;
    return code as number | null;
  });
  const says = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const match = pattern.exec(text);
      if (match) return match;
      if (hasEnded || !child.stderr) throw new Error(`The process ended and said: ${text}`);
      await Promise.race([once(child.stderr, 'data'), ended]);
    }
  };
  return { process: child, text: () => text, output: () => output, says, ended };
}

/** The complete environment of a service that a test starts: its data folder, no example data, any free port. */
export const serviceEnv = (dataDir: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  PORT: '0',
  DATA_DIR: dataDir,
  LOAD_DEMO: 'false',
  LOAD_DIRECTORY: 'false',
  ...more,
});

/** Starts a program of `src/`. @param file such as `main.ts` */
export function startProgram(
  file: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Started {
  const program = fileURLToPath(new URL(`../../src/${file}`, import.meta.url));
  return observe(
    spawn(process.execPath, [`--import=${TSX}`, program, ...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] }),
  );
}

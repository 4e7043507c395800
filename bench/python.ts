/** A Python process that runs one measurement after the other, so that its start is not measured. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface PythonProcess {
  /** Sends one line. Returns the nanoseconds and result of its answer. */
  ask(line: string): Promise<{ ns: number; result: number }>;
  stop(): void;
}

/**
 * @param args the script, which answers each line of its standard input with "nanoseconds result", and its arguments
 */
export function startPython(python: string, args: readonly string[]): PythonProcess {
  const child = spawn(python, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    ask: async (line) => {
      child.stdin.write(`${line}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error(`${args[0]} ended early`);
      const [ns, result] = value.split(' ').map(Number) as [number, number];
      return { ns, result };
    },
    stop: () => child.stdin.end(),
  };
}

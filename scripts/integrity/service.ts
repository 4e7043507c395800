/** The built service as a separate process that is killed and restarted on the same port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
/** From its start to its first answer, on a busy machine. */
const START_MS = 120_000;
/** A supervisor's pause before it restarts a process that has ended by itself. */
const RESTART_MS = 500;

export class Service {
  readonly url: string;
  private readonly env: NodeJS.ProcessEnv;
  private readonly log: number;
  private child: ChildProcess | null = null;
  private isWanted = false;

  /** @param env its settings, including PORT. @param log the file for its output */
  constructor(env: Readonly<Record<string, string>>, log: string) {
    this.url = `http://127.0.0.1:${env['PORT']}`;
    this.env = { PATH: process.env['PATH'], ...env };
    this.log = openSync(log, 'a');
  }

  /** Starts it, and restarts it whenever it ends by itself. Resolves when it answers. */
  async start(): Promise<void> {
    this.isWanted = true;
    this.launch();
    for (const until = performance.now() + START_MS; performance.now() < until; await sleep(50)) {
      if (
        await fetch(`${this.url}/readyz`).then(
          ({ ok }) => ok,
          () => false,
        )
      )
        return;
    }
    throw new Error(`the service did not answer within ${START_MS / 1_000} s`);
  }

  /** Kills it without warning; it is restarted at once. */
  async kill(): Promise<void> {
    if (!this.child) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }

  /** Stops it. Returns how many milliseconds that took. Errors: its exit code is not 0. */
  async stop(): Promise<number> {
    this.isWanted = false;
    if (!this.child) return 0;
    const begun = performance.now();
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const [code] = (await ended) as [number | null];
    if (code !== 0) throw new Error(`the service ended with code ${code}`);
    return performance.now() - begun;
  }

  /** Makes sure that no process keeps running. */
  end(): void {
    this.isWanted = false;
    this.child?.kill('SIGKILL');
  }

  private launch(): void {
    const child = spawn(process.execPath, [MAIN], { env: this.env, stdio: ['ignore', this.log, this.log] });
    this.child = child;
    child.once('exit', (_, signal) => {
      this.child = null;
      // A killed process is restarted at once; one that gave up, after a pause.
      const pause = signal === 'SIGKILL' ? 0 : RESTART_MS;
      if (this.isWanted) setTimeout(() => this.isWanted && !this.child && this.launch(), pause);
    });
  }
}

/** The built service as a process of its own that is killed and started again, at the same port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
/** From its start to its first answer, on a busy machine. */
const START_MS = 120_000;
/** A supervisor's pause before it starts again what has ended by itself. */
const RESTART_MS = 500;

export class Service {
  readonly url: string;
  private readonly env: NodeJS.ProcessEnv;
  private readonly log: number;
  private child: ChildProcess | null = null;
  private isWanted = false;

  /** @param env its settings, with a PORT; @param log the file that takes what it says */
  constructor(env: Readonly<Record<string, string>>, log: string) {
    this.url = `http://127.0.0.1:${env['PORT']}`;
    this.env = { PATH: process.env['PATH'], ...env };
    this.log = openSync(log, 'a');
  }

  /** Starts it, and again whenever it ends by itself. Resolves when it answers. */
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

  /** Kills it without a warning; it is started again at once. */
  async kill(): Promise<void> {
    if (!this.child) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }

  /** Tells it to end. Answers how many milliseconds that took. Errors: it ends with another code than 0. */
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

  /** Whatever happens, nothing of it runs on. */
  end(): void {
    this.isWanted = false;
    this.child?.kill('SIGKILL');
  }

  private launch(): void {
    const child = spawn(process.execPath, [MAIN], { env: this.env, stdio: ['ignore', this.log, this.log] });
    this.child = child;
    child.once('exit', (_, signal) => {
      this.child = null;
      // Who was killed is started again at once; who gave up, after a pause.
      const pause = signal === 'SIGKILL' ? 0 : RESTART_MS;
      if (this.isWanted) setTimeout(() => this.isWanted && !this.child && this.launch(), pause);
    });
  }
}

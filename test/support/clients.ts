/**
 * Clients that upload one recording after the other, and repeat uploads that were not acknowledged, as the answers tell
 * them to.
 */
import { lasting } from './eventually.ts';
import type { Answer } from './http.ts';
import { differences, idsOf, send, type Sending } from './sendings.ts';

/** How long a client waits before it repeats an upload. */
const AGAIN_MS = 200;
/** How often an upload is repeated after answers that do not ask for it. */
const MAX_UNEXPECTED = 20;
/** How many recordings are read back at the same time. */
const READERS = 8;

/** Answers that take longer than this count as long waits. */
const LONG_MS = 1_000;

/** In milliseconds of `performance.now()`. */
export interface Span {
  begun: number;
  ended: number;
}

interface Acknowledged {
  number: number;
  token: string;
  ids: string[];
}

export interface ClientsOptions {
  /** The address of the service. */
  url: string;
  /** The tokens of the uploading users; each user has the same number of clients. */
  tokens: readonly string[];
  perUser: number;
  /** Makes the upload with this number; the same each time. */
  make: (number: number) => Promise<Sending>;
  /** The total number of uploads; if omitted, they go on until they are stopped. */
  uploads?: number;
  /** Whether the service itself may be down: broken connections are then not faults. */
  mayBreak?: boolean;
}

export class Clients {
  readonly acknowledged: Acknowledged[] = [];
  /** The number of answers by status; 0: the connection broke. */
  readonly answers = new Map<number, number>();
  /** Answers after which a client is not told to repeat the request. */
  readonly faults: string[] = [];
  /** Uploads that were sent more than once. */
  repeated = 0;
  /** When clients waited for answers that took long. */
  readonly longWaits: Span[] = [];
  /** The start times of the requests in progress. */
  private readonly underWay = new Set<{ begun: number }>();
  private readonly options: ClientsOptions;
  private readonly running: Promise<unknown>;
  private next = 0;
  private isStopped = false;

  constructor(options: ClientsOptions) {
    this.options = options;
    const all = options.tokens.flatMap((token) => Array.from({ length: options.perUser }, () => token));
    this.running = Promise.all(all.map(async (token) => this.work(token)));
    this.running.catch(() => undefined);
  }

  /** Resolves when all uploads have been acknowledged. Errors: an upload that is not, however often it is sent. */
  async done(): Promise<void> {
    await this.running;
  }

  /** Stops each client after its current upload has been acknowledged. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.running;
  }

  /** The number of unanswered requests that were sent before this time. */
  unanswered(by: number): number {
    return [...this.underWay].filter(({ begun }) => begun <= by).length;
  }

  /** Reads everything that was acknowledged, and returns the differences. */
  async differences(): Promise<string[]> {
    const found: string[] = [];
    const left = [...this.acknowledged];
    await Promise.all(
      Array.from({ length: READERS }, async () => {
        for (let one = left.pop(); one; one = left.pop()) {
          const { number, token, ids } = one;
          const wrong = await differences(this.options, token, ids, await this.options.make(number));
          found.push(...wrong.map((text) => `upload ${number}: ${text}`));
        }
      }),
    );
    return found;
  }

  private async work(token: string): Promise<void> {
    while (!this.isStopped && this.next < (this.options.uploads ?? Infinity)) {
      const number = this.next++;
      const sending = await this.options.make(number);
      for (let tries = 1; ; tries++) {
        const answer = await this.ask(token, sending);
        const status = answer?.status ?? 0;
        this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
        if (answer && (status === 200 || status === 201)) {
          this.acknowledged.push({ number, token, ids: idsOf(answer) });
          break;
        }
        if (tries === 1) this.repeated++;
        if (answer && status !== 503) this.faults.push(`upload ${number} was answered with ${status}: ${answer.text}`);
        if (this.faults.length > MAX_UNEXPECTED) throw new Error(this.faults.join('\n'));
        await lasting(AGAIN_MS);
      }
    }
  }

  private async ask(token: string, sending: Sending): Promise<Answer | null> {
    const request = { begun: performance.now() };
    this.underWay.add(request);
    try {
      const answer = await send(this.options, token, sending);
      const wait = { begun: request.begun, ended: performance.now() };
      if (wait.ended - wait.begun > LONG_MS) this.longWaits.push(wait);
      return answer;
    } catch (error) {
      if (this.options.mayBreak) return null;
      throw error;
    } finally {
      this.underWay.delete(request);
    }
  }
}

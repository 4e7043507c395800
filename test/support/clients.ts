/** Clients that upload one recording after the other, and send again what was not acknowledged, as they are told to. */
import { lasting } from './eventually.ts';
import type { Answer } from './http.ts';
import { differences, type Received, received, send, type Sending } from './sendings.ts';

/** What a client waits before it sends again. */
const AGAIN_MS = 200;
/** So often is sent what is answered with something that no client is told to repeat. */
const MAX_UNEXPECTED = 20;
/** Recordings that are read back at the same time. */
const READERS = 8;

/** What an undisturbed answer does not take. */
const LONG_MS = 1_000;

/** In milliseconds of `performance.now()`. */
export interface Span {
  begun: number;
  ended: number;
}

interface Acknowledged {
  number: number;
  token: string;
  recordings: Received[];
}

export interface ClientsOptions {
  /** Where the service is. */
  url: string;
  /** Whose uploads they are; each user has the same number of clients. */
  tokens: readonly string[];
  perUser: number;
  /** The upload of a number, the same whenever it is asked for. */
  make: (number: number) => Promise<Sending>;
  /** Uploads in all; without it they go on until they are stopped. */
  uploads?: number;
  /** The service itself may be away: a broken connection is no fault. */
  mayBreak?: boolean;
}

export class Clients {
  readonly acknowledged: Acknowledged[] = [];
  /** How many answers there were, by status; 0: the connection broke. */
  readonly answers = new Map<number, number>();
  /** Answers that no client is told to repeat. */
  readonly faults: string[] = [];
  /** Uploads that were sent more than once. */
  repeated = 0;
  /** From when to when a client waited for an answer that took long. */
  readonly longWaits: Span[] = [];
  /** When the requests that are under way have begun. */
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

  /** Resolves when all uploads are acknowledged. Errors: one that is not, however often it is sent. */
  async done(): Promise<void> {
    await this.running;
  }

  /** Ends each client when its upload is acknowledged. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.running;
  }

  /** How many requests that had begun by then are still not answered. */
  unanswered(by: number): number {
    return [...this.underWay].filter(({ begun }) => begun <= by).length;
  }

  /** Reads everything that was acknowledged, and says what differs. */
  async differences(): Promise<string[]> {
    const found: string[] = [];
    const left = [...this.acknowledged];
    await Promise.all(
      Array.from({ length: READERS }, async () => {
        for (let one = left.pop(); one; one = left.pop()) {
          const { number, token, recordings } = one;
          const wrong = await differences(this.options, token, recordings, await this.options.make(number));
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
          this.acknowledged.push({ number, token, recordings: received(answer) });
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

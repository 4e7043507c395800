/**
 * Does something with one recording after the other, and notes what became of each. Nothing is undone if another one
 * fails. Once it is unknown whether something was done (the database does not answer), the rest is not attempted.
 */
import type { Context } from 'koa';
import { Problem } from '../../errors.ts';
import { problemOf } from '../../http/problem.ts';
import type { EcgDeps } from '../deps.ts';
import type { BulkItem, BulkResult, BulkResults } from './schema.ts';

type Deps = Pick<EcgDeps, 'log' | 'room'>;

/** What became of one recording, without its id. */
export type Outcome = Omit<BulkResult, 'id'>;

/** What is answered for a recording that was done. @param version the new one; null if it has none any more */
export const done = (status: 200 | 204, version: number | null = null): Outcome => ({
  status,
  code: null,
  detail: null,
  version,
});

const failed = ({ status, code, message: detail }: Problem): Outcome => ({ status, code, detail, version: null });

/** Runs work for one recording after the other. */
export class Each {
  /** Set when nothing more is attempted. */
  #stopped: Problem | null = null;
  readonly #ctx: Context;
  readonly #deps: Deps;
  readonly #gone: AbortSignal;

  /** @param gone aborted when nobody waits for the answer any more */
  constructor(ctx: Context, deps: Deps, gone: AbortSignal) {
    this.#ctx = ctx;
    this.#deps = deps;
    this.#gone = gone;
  }

  /** Errors: those of a client that has disconnected. */
  async one(work: () => Promise<Outcome>): Promise<Outcome> {
    this.#gone.throwIfAborted();
    if (this.#stopped) return failed(this.#stopped);
    try {
      return await work();
    } catch (error) {
      this.#gone.throwIfAborted();
      const problem = await problemOf(this.#ctx, error, this.#deps.log, this.#deps.room);
      // A fault of one recording (500) says nothing about the others.
      if (problem.status > 500) this.#stopped = notAttempted(problem);
      return failed(problem);
    }
  }
}

const notAttempted = ({ code }: Problem): Problem =>
  new Problem(code, 'Not attempted, because the service could not do it for a recording before this one.');

/** The results of work for each recording. Errors: those of a client that has disconnected. */
export async function resultsOf(
  each: Each,
  items: readonly BulkItem[],
  work: (item: BulkItem) => Promise<Outcome>,
): Promise<BulkResults> {
  const results: BulkResult[] = [];
  for (const item of items) results.push({ id: item.id, ...(await each.one(() => work(item))) });
  return { items: results, ...countsOf(results) };
}

/** How many were done, and how many were not. */
export function countsOf(outcomes: readonly Pick<Outcome, 'code'>[]): { done: number; failed: number } {
  const failures = outcomes.filter(({ code }) => code !== null).length;
  return { done: outcomes.length - failures, failed: failures };
}

/** Errors: `version-stale` unless it is this version. */
export function assertSeen({ version }: { version: number }, item: BulkItem): void {
  if (version !== item.version) throw stale();
}

export const stale = (): Problem =>
  new Problem('version-stale', 'It has changed since you read it. Read it again and repeat your request for it.');

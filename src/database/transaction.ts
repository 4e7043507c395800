/** Transactions of requests: on a snapshot, acknowledged by a majority, and limited in time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type ClientSession, type Connection, mongo } from 'mongoose';
import { Problem } from '../errors.ts';
import { endsWithin } from '../until-aborted.ts';
import { hasWaitedInVain, isAway } from './failures.ts';
import { keepFromOthers } from './sessions.ts';
import { isUnreachable } from './unreachable.ts';

/** The options of every transaction; write concern and read preference are those of the connection (`connect.ts`). */
export const TRANSACTION = { readConcern: { level: 'snapshot' } } as const;

/**
 * No new attempt begins after this time: each may wait ten seconds for a server, and a request ends within twenty. The
 * driver's own `withTransaction` tries for two minutes; no client waits that long.
 */
const PATIENCE_MS = 8_000;
/** How long to wait for an abort, so that its documents are free for others. */
const ABORT_MS = 1_000;
/** The pause before the second attempt; it grows with each attempt. */
const FIRST_PAUSE_MS = 5;
const MAX_PAUSE_MS = 500;
/** Attempts to reach a server again; each may wait for it as long as any operation does. */
const MAX_FREEINGS = 10;

/**
 * What else belongs to the transaction that creates something. Like all of it, it may run more than once.
 * Errors: its own; then nothing is created.
 */
export type Along<T> = (made: T, session: ClientSession) => Promise<void>;

/**
 * Runs the change as one transaction. It is run again after a conflict with another change of the same documents, so it
 * must keep no state, and change documents only by operators.
 * Errors: those of `change` (nothing was changed then), `too-busy` (likewise), and those of the database, after which
 * the outcome may be unknown.
 */
export async function inTransaction<T>(
  database: Connection,
  change: (session: ClientSession) => Promise<T>,
): Promise<T> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(MAX_PAUSE_MS, 1.5 * pause)) {
    const session = await database.startSession();
    let left: Left = 'open';
    try {
      session.startTransaction(TRANSACTION);
      const result = await change(session);
      left = 'refused';
      await commit(session, giveUpAt);
      left = 'nothing';
      return result;
    } catch (error) {
      if (isAway(error)) left = 'lost';
      if (!hasLabel(error, 'TransientTransactionError')) throw error;
      if (performance.now() >= giveUpAt) throw left === 'lost' ? error : busy(error);
    } finally {
      await end(database, session, left);
    }
    await sleep(Math.random() * pause);
  }
}

/**
 * State of the transaction after an attempt. `refused`: the commit was refused; the driver then does not abort it, and
 * mongod may not either. `lost`: unknown, since the server does not answer.
 */
type Left = 'nothing' | 'open' | 'refused' | 'lost';

/** Ends a session and its transaction, if still open. Does not wait long for a server that does not answer. */
async function end(database: Connection, session: ClientSession, left: Left): Promise<void> {
  const isKilled = left === 'refused' || left === 'lost';
  if (isKilled) keepFromOthers(session);
  const ended = session.endSession();
  if (!isKilled && (await endsWithin(ABORT_MS, ended))) return;
  keepFromOthers(session);
  const killed = ended.then(async () => freed(database, session)).catch(() => undefined);
  if (left === 'refused') await endsWithin(ABORT_MS, killed);
}

/**
 * A transaction that was neither committed nor aborted locks its documents for up to a minute: it is ended as soon as
 * mongod can be reached.
 */
async function freed(database: Connection, session: ClientSession): Promise<void> {
  const admin = database.getClient().db('admin');
  for (let tries = 0; tries < MAX_FREEINGS; tries++) {
    try {
      await admin.command({ killSessions: [session.id] });
      return;
    } catch (error) {
      if (!isUnreachable(error)) throw error;
    }
    await sleep(1_000, undefined, { ref: false });
  }
}

const busy = (cause: unknown): Problem =>
  new Problem('too-busy', 'Other requests are changing the same data. Try again in a few seconds.', {
    cause,
    headers: { 'Retry-After': '5' },
  });

/** Repeats the commit while its outcome is unknown: that is safe, and usually settles it. */
async function commit(session: ClientSession, giveUpAt: number): Promise<void> {
  for (;;) {
    try {
      await session.commitTransaction();
      return;
    } catch (error) {
      const isWorthIt = hasLabel(error, 'UnknownTransactionCommitResult') && !hasWaitedInVain(error);
      if (!isWorthIt || performance.now() >= giveUpAt) throw error;
    }
  }
}

const hasLabel = (error: unknown, label: string): boolean =>
  error instanceof mongo.MongoError && error.hasErrorLabel(label);

/** Writes audit events: each of them once, and together with what it tells of. */
import type { ClientSession, Connection, Types } from 'mongoose';
import { auditCollection, type AuditEvent } from './event.ts';

/** An event with an id that follows from what it tells of, so that it may be written again. */
export type RepeatableEvent = AuditEvent & { _id: Types.ObjectId };

/** Failed log-ins of one hour. */
interface CountedEvent extends AuditEvent {
  _id: string;
}

/** @param session the transaction of the change; null behind a change that is one write, where nothing is lost with it */
export async function audit(
  database: Connection,
  session: ClientSession | null,
  event: Omit<AuditEvent, 'at'>,
): Promise<void> {
  const options = session ? { session } : {};
  await auditCollection(database).insertOne({ at: new Date(), ...event }, options);
}

/** Writes those of the events that are not there yet. Errors: those of the database; then it may be tried again. */
export async function auditOnce(
  database: Connection,
  session: ClientSession | null,
  events: readonly RepeatableEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const upserts = events.map(({ _id, ...event }) => ({
    updateOne: { filter: { _id }, update: { $setOnInsert: event }, upsert: true },
  }));
  const options = { ordered: false, ...(session && { session }) };
  await auditCollection<RepeatableEvent>(database).bulkWrite(upserts, options);
}

/**
 * Counts a failed log-in. Whoever guesses without end fills no disk: an hour has one event for each user, and one for
 * all e-mail addresses of nobody. Both are the same write, so that its time does not tell which it was.
 * @param user null: nobody has this e-mail address
 */
export async function auditFailedLogIn(database: Connection, user: Types.ObjectId | null): Promise<void> {
  const at = new Date();
  const hour = at.toISOString().slice(0, 'yyyy-mm-ddThh'.length);
  const _id = `log-in-failed ${user?.toHexString() ?? 'nobody'} ${hour}`;
  const first = { at, by: null, action: 'log-in-failed', resource: 'user', id: user, patient: null } as const;
  const counted = { $setOnInsert: first, $set: { lastAt: at }, $inc: { count: 1 } };
  await auditCollection<CountedEvent>(database).updateOne({ _id }, counted, { upsert: true });
}

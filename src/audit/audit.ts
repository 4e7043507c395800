/** Writes audit events, each of them once and together with the change that it describes. */
import type { ClientSession, Connection, Types } from 'mongoose';
import { auditCollection, type AuditEvent } from './model.ts';

/** An event with an id derived from what it describes, so that writing it again changes nothing. */
export type RepeatableEvent = AuditEvent & { _id: Types.ObjectId };

/** The failed log-ins of one hour. */
interface CountedEvent extends AuditEvent {
  _id: string;
}

/** Writes an event. @param session the transaction of the change; null after a change that is a single write */
export async function audit(
  database: Connection,
  session: ClientSession | null,
  event: Omit<AuditEvent, 'at'>,
): Promise<void> {
  const options = session ? { session } : {};
  await auditCollection(database).insertOne({ at: new Date(), ...event }, options);
}

/** Writes those events that do not exist yet. Errors: those of the database; it may be tried again then. */
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
 * Counts a failed log-in. There is one event an hour for each user, and one for all unknown e-mail addresses together,
 * so that an attacker cannot fill the disk. Both cases are the same write, so that its duration does not reveal which
 * one it was.
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

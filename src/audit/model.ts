/** An audit event: who did what to which thing, and when. It contains the names of fields and none of their values. */
import type { Collection, Connection, Types } from 'mongoose';

/** The collection of audit events. */
export const AUDIT_EVENTS = 'auditEvents';

export type AuditAction =
  | 'create'
  | 'update'
  | 'delete'
  /** Of a user, who can log in from now on, or no longer. */
  | 'activate'
  | 'deactivate'
  /** Of a comment. */
  | 'sign'
  | 'log-in'
  | 'log-in-failed'
  | 'log-out'
  /** A refresh token of a session was used twice; the session was ended. */
  | 'session-copied'
  /** An admin made a link with which the user sets a new password. */
  | 'password-reset-link'
  /** The user set a new password with such a link. */
  | 'password-reset'
  /** Of an import. */
  | 'cancel'
  | 'complete'
  | 'fail';

export type AuditResource =
  | 'patient'
  | 'study'
  | 'encounter'
  | 'condition'
  | 'ecg'
  /** A mark of a reader, a file of marks that was attached, and a version of a comment: each on a recording. */
  | 'annotation'
  | 'annotation-file'
  | 'comment'
  | 'user'
  | 'attendance'
  | 'import';

export interface AuditEvent {
  at: Date;
  /** The user; null: the service itself, or somebody who failed to log in. */
  by: Types.ObjectId | null;
  action: AuditAction;
  resource: AuditResource;
  /** Null: somebody tried to log in with an unknown e-mail address. */
  id: Types.ObjectId | null;
  /** The patient of the directory that it concerns; null in a patient's own events. */
  patient: Types.ObjectId | null;
  /** The recording of an annotation or comment. */
  ecg?: Types.ObjectId;
  /** The names of changed fields. */
  fields?: string[];
  /** What was created or removed along with it: counts by kind. */
  along?: Record<string, number>;
  /** Of failed log-ins: how many there were from `at` to `lastAt`. */
  count?: number;
  lastAt?: Date;
}

/** @typeParam Event events with an id of their own, or as here with one that the driver makes */
export const auditCollection = <Event extends AuditEvent = AuditEvent>(database: Connection): Collection<Event> =>
  database.collection<Event>(AUDIT_EVENTS);

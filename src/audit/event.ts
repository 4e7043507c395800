/** What is known of one change: who did what to which thing, and when. Names of fields, and no values of them. */
import type { Collection, Connection, Types } from 'mongoose';

/** The collection of audit events. */
export const AUDIT_EVENTS = 'auditEvents';

export type AuditAction =
  | 'create'
  | 'update'
  | 'delete'
  /** Of a user: they can, or can no longer, log in. */
  | 'activate'
  | 'deactivate'
  | 'log-in'
  | 'log-in-failed'
  | 'log-out'
  /** Of an import. */
  | 'cancel'
  | 'complete'
  | 'fail';

export type AuditResource = 'patient' | 'study' | 'encounter' | 'condition' | 'ecg' | 'user' | 'attendance' | 'import';

export interface AuditEvent {
  at: Date;
  /** The user; null: the service itself, or somebody who was not let in. */
  by: Types.ObjectId | null;
  action: AuditAction;
  resource: AuditResource;
  /** Null: somebody tried to log in as a user who does not exist. */
  id: Types.ObjectId | null;
  /** The patient of the directory whom it is about; null for a patient's own event. */
  patient: Types.ObjectId | null;
  /** Names of the fields that were changed. */
  fields?: string[];
  /** What was made, or went, with it: how many of each kind. */
  along?: Record<string, number>;
  /** Of failed log-ins: how many there were between `at` and `lastAt`. */
  count?: number;
  lastAt?: Date;
}

/** @typeParam Event events with an id of their own, or as here with one that the driver makes */
export const auditCollection = <Event extends AuditEvent = AuditEvent>(database: Connection): Collection<Event> =>
  database.collection<Event>(AUDIT_EVENTS);

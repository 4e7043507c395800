/**
 * Audit events of recordings. A change or a removal is one transaction with its event. Uploads are recorded after they
 * have been published, many with one write, so that an upload costs no extra write. Until then the recording stays
 * registered (`uploads.ts`); if its instance dies, the sweeper writes the event.
 */
import { type ClientSession, type Connection, Types } from 'mongoose';
import { audit, auditOnce, type RepeatableEvent } from '../../audit/audit.ts';
import type { AuditEvent } from '../../audit/model.ts';
import { isId } from '../../database/ids.ts';
import type { Audited, ObjectId, StoredEcg } from './model.ts';
import type { Uploads } from './uploads.ts';

/** Writes the events of the recordings published here. Errors: those of the database; unwritten events stay pending. */
export async function auditUploads(database: Connection, uploads: Uploads): Promise<void> {
  const unaudited = [...uploads.unaudited.values()];
  await auditOnce(database, null, unaudited.map(uploaded));
  for (const { _id } of unaudited) uploads.audited(_id);
}

/** Writes the event of a published recording unless it exists. */
export async function auditUpload(database: Connection, ecg: Audited): Promise<void> {
  await auditOnce(database, null, [uploaded(ecg)]);
}

export async function auditChange(
  database: Connection,
  session: ClientSession,
  by: ObjectId,
  ecg: Audited,
  fields: readonly string[],
): Promise<void> {
  await audit(database, session, { ...about(ecg), by, action: 'update', fields: [...fields] });
}

/** Writes the event of a removal, and that of the upload unless it exists: no sweeper finds a removed recording. */
export async function auditRemoval(
  database: Connection,
  session: ClientSession,
  by: ObjectId,
  ecg: Audited,
): Promise<void> {
  await auditOnce(database, session, [uploaded(ecg)]);
  await audit(database, session, { ...about(ecg), by, action: 'delete' });
}

/** Writes the event of what the owner of a recording added to it, changed or removed there. */
export const auditAttached = (
  database: Connection,
  session: ClientSession,
  ecg: Pick<StoredEcg, '_id' | 'owner' | 'patient'>,
  event: Omit<AuditEvent, 'at' | 'by' | 'patient' | 'ecg'>,
): Promise<void> => audit(database, session, { ...event, by: ecg.owner, patient: patientOf(ecg), ecg: ecg._id });

/** The event has the id of the recording, so that writing it again changes nothing. */
const uploaded = (ecg: Audited): RepeatableEvent => ({
  _id: ecg._id,
  at: ecg.createdAt,
  ...about(ecg),
  by: ecg.owner,
  action: 'create',
});

const about = ({ _id, patient }: Audited) => ({
  resource: 'ecg' as const,
  id: _id,
  patient: patientOf({ patient }),
});

/**
 * The patient of the directory that a recording names; null if it names none. Recordings from before the directory may
 * have a free text as their patient.
 */
export const patientOf = ({ patient }: Pick<Audited, 'patient'>): ObjectId | null =>
  patient !== null && isId(patient) ? new Types.ObjectId(patient) : null;

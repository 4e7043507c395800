/**
 * What the audit is told of recordings. A change or a removal is one transaction with its event. That a recording was
 * uploaded is told behind its publishing, of many with one write, so that an upload costs none for it: until then the
 * recording stays registered (`uploads.ts`), and where its instance dies, the sweeper tells it.
 */
import { type ClientSession, type Connection, Types } from 'mongoose';
import { audit, auditOnce, type RepeatableEvent } from '../../audit/audit.ts';
import { isId } from '../../database/ids.ts';
import type { Audited, ObjectId } from './model.ts';
import type { Uploads } from './uploads.ts';

/** Tells of the recordings that were published here. Errors: those of the database; what is not told stays untold. */
export async function auditUploads(database: Connection, uploads: Uploads): Promise<void> {
  const untold = [...uploads.untold.values()];
  await auditOnce(database, null, untold.map(uploaded));
  for (const { _id } of untold) uploads.told(_id);
}

/** Tells of a published recording, if nobody has. */
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

/** Tells of a removal; of the upload too, if nobody has: when its recording is gone, no sweeper finds it. */
export async function auditRemoval(
  database: Connection,
  session: ClientSession,
  by: ObjectId,
  ecg: Audited,
): Promise<void> {
  await auditOnce(database, session, [uploaded(ecg)]);
  await audit(database, session, { ...about(ecg), by, action: 'delete' });
}

/** The event has the recording's own id: told once more, it is the same. */
const uploaded = (ecg: Audited): RepeatableEvent => ({
  _id: ecg._id,
  at: ecg.createdAt,
  ...about(ecg),
  by: ecg.owner,
  action: 'create',
});

/** Recordings from before the directory may name a patient in other words. */
const about = ({ _id, patient }: Audited) => ({
  resource: 'ecg' as const,
  id: _id,
  patient: patient !== null && isId(patient) ? new Types.ObjectId(patient) : null,
});

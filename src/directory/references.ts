/**
 * The references of recordings. Attaching a recording is a transaction that also writes the patient and the study, so
 * that it conflicts with a concurrent removal: the one of the two that is repeated sees the other.
 */
import { type ClientSession, type Connection, Types } from 'mongoose';
import { Problem } from '../errors.ts';
import { isId } from '../database/ids.ts';
import { inTransaction } from '../database/transaction.ts';
import { holdPatient } from './patients/store.ts';
import { holdStudy } from './studies/store.ts';

/** Ids of the directory; null: no reference. */
export interface References {
  patient: string | null;
  study: string | null;
}

/**
 * Runs `attach` in a transaction, with references that exist; a study implies its patient. Without references, `attach`
 * runs without a transaction. It may run more than once. Errors: `reference-unknown`, and those of `attach`.
 */
export function withReferences<T>(
  database: Connection,
  { patient, study }: References,
  attach: (references: References, session?: ClientSession) => Promise<T>,
): Promise<T> {
  if (patient === null && study === null) return attach({ patient, study });
  return inTransaction(database, async (session) =>
    attach(await heldReferences(database, { patient, study }, session), session),
  );
}

/** The references, which exist and cannot be removed before the transaction has ended. Errors: `reference-unknown`. */
export async function heldReferences(
  database: Connection,
  { patient, study }: References,
  session: ClientSession,
): Promise<References> {
  if (patient === null && study === null) return { patient, study };
  const ofStudy = study === null ? null : await patientOfStudy(database, study, session);
  if (ofStudy !== null && patient !== null && patient !== ofStudy)
    throw unknown('study', 'is not a study of this patient');
  const held = ofStudy ?? patient;
  if (held === null || !isId(held) || !(await holdPatient(database, new Types.ObjectId(held), session))) {
    throw unknown('patient', 'is not a patient of the directory');
  }
  return { patient: held, study };
}

async function patientOfStudy(database: Connection, study: string, session: ClientSession): Promise<string> {
  const patient = isId(study) ? await holdStudy(database, new Types.ObjectId(study), session) : null;
  if (!patient) throw unknown('study', 'is not a study of the directory');
  return patient.toHexString();
}

const unknown = (field: keyof References, message: string): Problem =>
  new Problem('reference-unknown', `${field} ${message}. Give an id from the directory, or leave it out.`, {
    errors: [{ path: `/${field}`, message }],
  });

/** Operations on single patients: read, create, change, remove. Each change is one transaction with its audit event. */
import type { ClientSession, Connection, Types } from 'mongoose';
import { audit } from '../../audit/audit.ts';
import { unique } from '../../database/duplicate-key.ts';
import { objectId } from '../../database/ids.ts';
import { wholeDocuments } from '../../database/models.ts';
import { type Along, inTransaction } from '../../database/transaction.ts';
import { assertVersion, changesNothing, type Target } from '../../database/versions.ts';
import { notFound, Problem } from '../../errors.ts';
import { conditionModel } from '../conditions/model.ts';
import { created } from '../documents.ts';
import { encounterModel } from '../encounters/model.ts';
import { assertUnused, type RecordingsPort } from '../recordings.ts';
import { studyModel } from '../studies/model.ts';
import { assertLife, NOTHING_KNOWN, storedFields } from './fields.ts';
import { derive, type PatientFields, patientModel, type StoredPatient } from './model.ts';
import type { NewPatient, PatientPatch } from './schema.ts';
import { mongo } from 'mongoose';

/** One patient. Errors: `not-found`. */
export async function readPatient(database: Connection, id: string): Promise<StoredPatient> {
  const patient = await patientModel(database)
    .findById(objectId(id))
    .select('-facets -nameTerms -conditionTerms')
    .lean<StoredPatient>();
  if (!patient) throw notFound();
  return patient;
}

/** A new patient as it is stored. */
export function newPatient(fields: PatientFields, by: Types.ObjectId, at: Date): StoredPatient {
  const patient = { _id: new mongo.ObjectId(), ...fields, ...created(by, at) };
  return {
    ...patient,
    ...derive(patient),
    conditionTerms: [],
    counts: { studies: 0, encounters: 0, conditions: 0 },
    references: 0,
  };
}

/** Errors: `validation-failed`, `identifier-taken`, and those of `along`. */
export async function createPatient(
  database: Connection,
  by: Types.ObjectId,
  said: NewPatient,
  today: string,
  along: Along<StoredPatient>,
): Promise<StoredPatient> {
  const fields = { ...NOTHING_KNOWN, ...storedFields(said) };
  assertLife(fields, today);
  const patient = newPatient(fields, by, new Date());
  await unique(
    () =>
      inTransaction(database, async (session) => {
        await wholeDocuments(patientModel(database)).insertOne(patient, { session });
        await audit(database, session, { by, action: 'create', resource: 'patient', id: patient._id, patient: null });
        await along(patient, session);
      }),
    identifierTaken,
  );
  return patient;
}

/** Errors: `not-found`, `version-stale`, `validation-failed`, `identifier-taken`. */
export async function changePatient(
  database: Connection,
  by: Types.ObjectId,
  target: Target,
  said: PatientPatch,
  today: string,
): Promise<StoredPatient> {
  const _id = objectId(target.id);
  const changes = storedFields(said);
  return unique(
    () =>
      inTransaction(database, async (session) => {
        const current = await patientModel(database).findById(_id).session(session).lean<StoredPatient>();
        assertVersion(current, target.version);
        if (changesNothing(current, changes)) return current;
        const patient = { ...current, ...changes, updatedAt: new Date(), updatedBy: by, version: current.version + 1 };
        assertLife(patient, today);
        const { updatedAt, updatedBy, version } = patient;
        await patientModel(database).updateOne(
          { _id },
          { $set: { ...changes, ...derive(patient), updatedAt, updatedBy, version } },
          { session },
        );
        await audit(database, session, {
          by,
          action: 'update',
          resource: 'patient',
          id: _id,
          patient: null,
          fields: Object.keys(changes),
        });
        return patient;
      }),
    identifierTaken,
  );
}

/**
 * Removes a patient that no recording refers to, together with studies, encounters and conditions, or nothing. Errors:
 * `not-found`, `version-stale`, `patient-in-use`.
 */
export async function removePatient(
  database: Connection,
  recordings: RecordingsPort,
  by: Types.ObjectId,
  target: Target,
): Promise<void> {
  const _id = objectId(target.id);
  await inTransaction(database, async (session) => {
    assertVersion(await patientModel(database).findById(_id).session(session).lean<StoredPatient>(), target.version);
    assertUnused(
      await recordings.referring({ patient: target.id }, by.toHexString(), session),
      'patient-in-use',
      'Retire the patient with isActive: false, or remove the recordings first.',
    );
    // Every change that adds a reference to the patient also writes the patient's document. So the two conflict, and
    // the one that is repeated sees the other.
    await patientModel(database).deleteOne({ _id }, { session });
    const along = {
      studies: (await studyModel(database).deleteMany({ patient: _id }, { session })).deletedCount,
      encounters: (await encounterModel(database).deleteMany({ patient: _id }, { session })).deletedCount,
      conditions: (await conditionModel(database).deleteMany({ patient: _id }, { session })).deletedCount,
    };
    await audit(database, session, { by, action: 'delete', resource: 'patient', id: _id, patient: null, along });
  });
}

/** Writes the patient in a transaction that adds a reference to it. Returns false if there is no such patient. */
export async function holdPatient(database: Connection, _id: Types.ObjectId, session: ClientSession): Promise<boolean> {
  return (await patientModel(database).updateOne({ _id }, { $inc: { references: 1 } }, { session })).matchedCount === 1;
}

function identifierTaken(key: Record<string, unknown>): Problem {
  const [system, value] = [key['identifiers.system'], key['identifiers.value']];
  return new Problem(
    'identifier-taken',
    `Another patient has the identifier ${JSON.stringify(value)} of ${JSON.stringify(system)}.`,
    { errors: [{ path: '/identifiers', message: 'belongs to another patient' }] },
  );
}

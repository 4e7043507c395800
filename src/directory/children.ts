/**
 * Operations on the documents of a patient (studies, encounters, conditions), which differ only in their fields. Each
 * change is one transaction that also writes the patient: it updates the number of documents, and conflicts with a
 * concurrent removal of the patient.
 */
import { type ClientSession, type Connection, type Model, mongo, type QueryFilter, type Types } from 'mongoose';
import { audit } from '../audit/audit.ts';
import type { AuditResource } from '../audit/model.ts';
import { unique } from '../database/duplicate-key.ts';
import { isId, objectId } from '../database/ids.ts';
import { wholeDocuments } from '../database/models.ts';
import { type Along, inTransaction } from '../database/transaction.ts';
import { assertVersion, changesNothing, type Target } from '../database/versions.ts';
import { notFound, Problem } from '../errors.ts';
import { type Attributed, created } from './documents.ts';
import { bounds, type Range } from './order.ts';
import { patientModel } from './patients/model.ts';
import type { Includable } from './patients/schema.ts';

/** In every document of a patient. */
export interface Child extends Attributed {
  patient: Types.ObjectId;
  /** See `order.ts`. */
  order: string;
}

/** What is specific to one kind. `Fields`: the fields that users set, as they are stored. */
export interface ChildKind<Stored extends Child, Fields extends object> {
  resource: AuditResource;
  /** The field of the patient that holds their number. */
  counter: Includable;
  model: (database: Connection) => Model<Stored>;
  /** Computes the derived fields. */
  derive: (
    fields: Fields & Pick<Child, '_id' | 'patient'>,
  ) => Omit<Stored, keyof Attributed | keyof Fields | 'patient'>;
  /** Refuses inconsistent fields and unknown references. Errors: `validation-failed`, `reference-unknown` */
  check: (database: Connection, document: Fields & Pick<Child, 'patient'>, session: ClientSession) => Promise<void>;
  /** Throws if the document must not be removed. */
  mayRemove?: (database: Connection, document: Stored, session: ClientSession) => Promise<void>;
  /** Further fields of the patient that depend on these documents. */
  patientChanges?: (database: Connection, patient: Types.ObjectId, session: ClientSession) => Promise<object>;
  taken?: (key: Record<string, unknown>) => Problem;
}

/** The id of an existing patient. @param missing the error if there is no such patient */
export async function existingPatient(
  database: Connection,
  id: string,
  missing: () => Problem = notFound,
): Promise<Types.ObjectId> {
  if (!isId(id) || !(await patientModel(database).exists({ _id: id }))) throw missing();
  return objectId(id);
}

/** One document. @param patient null: any patient's. Errors: `not-found`. */
export async function readChild<Stored extends Child, Fields extends object>(
  kind: ChildKind<Stored, Fields>,
  database: Connection,
  patient: string | null,
  id: string,
): Promise<Stored> {
  const found = await kind.model(database).findOne(place(patient, id)).lean<Stored>();
  if (!found) throw notFound();
  return found;
}

/**
 * Errors: those of the kind and of `along`.
 * @param missing the error if the patient does not exist any more
 */
export function createChild<Stored extends Child, Fields extends object>(
  kind: ChildKind<Stored, Fields>,
  database: Connection,
  by: Types.ObjectId,
  patient: Types.ObjectId,
  fields: Fields,
  { missing = notFound, along }: { missing?: (() => Problem) | undefined; along: Along<Stored> },
): Promise<Stored> {
  const base = { _id: new mongo.ObjectId(), patient, ...fields };
  const document = { ...base, ...created(by, new Date()), ...kind.derive(base) } as unknown as Stored;
  return changing(kind, database, async (session) => {
    const create = async (): Promise<void> => {
      await kind.check(database, base, session);
      await wholeDocuments(kind.model(database)).insertOne(document, { session });
    };
    await refreshPatient(kind, database, patient, session, create, missing);
    await audit(database, session, { by, action: 'create', resource: kind.resource, id: document._id, patient });
    await along(document, session);
    return document;
  });
}

/** Errors: `not-found`, `version-stale`, and those of the kind. */
export function changeChild<Stored extends Child, Fields extends object>(
  kind: ChildKind<Stored, Fields>,
  database: Connection,
  by: Types.ObjectId,
  patient: string | null,
  target: Target,
  changes: Partial<Fields>,
): Promise<Stored> {
  return changing(kind, database, async (session) => {
    const current = await kind.model(database).findOne(place(patient, target.id)).session(session).lean<Stored>();
    assertVersion(current, target.version);
    if (changesNothing(current, changes)) return current;
    const document = {
      ...current,
      ...changes,
      updatedAt: new Date(),
      updatedBy: by,
      version: current.version + 1,
    } as Stored & Fields;
    await kind.check(database, document, session);
    const derived = kind.derive(document);
    const { updatedAt, updatedBy, version } = document;
    await refreshPatient(kind, database, current.patient, session, async () => {
      await kind
        .model(database)
        .updateOne(
          { _id: current._id } as QueryFilter<Stored>,
          { $set: { ...changes, ...derived, updatedAt, updatedBy, version } },
          { session },
        );
    });
    await audit(database, session, {
      by,
      action: 'update',
      resource: kind.resource,
      id: current._id,
      patient: current.patient,
      fields: Object.keys(changes),
    });
    return { ...document, ...derived };
  });
}

/** Errors: `not-found`, `version-stale`, and those of the kind. */
export async function removeChild<Stored extends Child, Fields extends object>(
  kind: ChildKind<Stored, Fields>,
  database: Connection,
  by: Types.ObjectId,
  patient: string | null,
  target: Target,
): Promise<void> {
  await changing(kind, database, async (session) => {
    const current = await kind.model(database).findOne(place(patient, target.id)).session(session).lean<Stored>();
    assertVersion(current, target.version);
    await kind.mayRemove?.(database, current, session);
    await refreshPatient(kind, database, current.patient, session, async () => {
      await kind.model(database).deleteOne({ _id: current._id } as QueryFilter<Stored>, { session });
    });
    await audit(database, session, {
      by,
      action: 'delete',
      resource: kind.resource,
      id: current._id,
      patient: current.patient,
    });
  });
}

/** A page in the kind's order. @param index the index to use */
export function listChildren<Stored extends Child, Fields extends object>(
  kind: ChildKind<Stored, Fields>,
  database: Connection,
  filter: QueryFilter<Stored>,
  range: Range,
  index: string,
  limit: number,
): Promise<Stored[]> {
  return kind
    .model(database)
    .find(inRange(filter, range))
    .sort({ order: range.descending ? -1 : 1 })
    .limit(limit)
    .batchSize(limit)
    .hint(index)
    .lean<Stored[]>()
    .exec();
}

export async function countChildren<Stored extends Child, Fields extends object>(
  kind: ChildKind<Stored, Fields>,
  database: Connection,
  filter: QueryFilter<Stored>,
  range: Range,
  index: string,
  atMost: number,
): Promise<number> {
  return kind
    .model(database)
    .countDocuments(inRange(filter, { ...range, after: null }))
    .hint(index)
    .limit(atMost);
}

function inRange<Stored extends Child>(filter: QueryFilter<Stored>, range: Range): QueryFilter<Stored> {
  const place = bounds(range);
  return place === null ? filter : { $and: [filter, { order: place }] };
}

/** Does the work, and then updates the patient's numbers. @param missing the error if there is no such patient */
async function refreshPatient<Stored extends Child, Fields extends object>(
  kind: ChildKind<Stored, Fields>,
  database: Connection,
  patient: Types.ObjectId,
  session: ClientSession,
  work: () => Promise<void>,
  missing: () => Problem = notFound,
): Promise<void> {
  await work();
  const changes = await patientNumbers(kind, database, patient, session);
  const { matchedCount } = await patientModel(database).updateOne(
    { _id: patient },
    { $set: changes, $inc: { references: 1 } },
    { session },
  );
  if (matchedCount === 0) throw missing();
}

/** The fields of a patient that are derived from these documents. */
export async function patientNumbers<Stored extends Child, Fields extends object>(
  kind: ChildKind<Stored, Fields>,
  database: Connection,
  patient: Types.ObjectId,
  session: ClientSession,
): Promise<object> {
  const count = await kind
    .model(database)
    .countDocuments({ patient } as QueryFilter<Stored>)
    .session(session);
  return { [`counts.${kind.counter}`]: count, ...(await kind.patientChanges?.(database, patient, session)) };
}

const changing = <T, Stored extends Child, Fields extends object>(
  kind: ChildKind<Stored, Fields>,
  database: Connection,
  change: (session: ClientSession) => Promise<T>,
): Promise<T> =>
  unique(
    () => inTransaction(database, change),
    kind.taken ?? ((key) => new Problem('identifier-taken', `${Object.keys(key).join(', ')} must be unique.`)),
  );

const place = <Stored extends Child>(patient: string | null, id: string): QueryFilter<Stored> => ({
  _id: objectId(id),
  ...(patient !== null && { patient: objectId(patient) }),
});

/** What the database says about itself, and about the work in progress. Nothing of any patient or recording. */
import type { Connection } from 'mongoose';
import { attendanceModel } from '../attendances/model.ts';
import { conditionModel } from '../directory/conditions/model.ts';
import { encounterModel } from '../directory/encounters/model.ts';
import { patientModel } from '../directory/patients/model.ts';
import { studyModel } from '../directory/studies/model.ts';
import { checkCollection, ecgModel, instanceCollection } from '../ecgs/store/model.ts';
import { importModel, type StoredState } from '../imports/model.ts';
import { uploadModel } from '../uploads/model.ts';
import { userModel } from '../users/model.ts';
import { COUNTED, type System } from './schema.ts';

/** The version, the kind and the sizes of the database. @param isEmbedded whether the service has started it */
export async function measureDatabase(database: Connection, isEmbedded: boolean): Promise<System['database']> {
  const db = database.getClient().db(database.name);
  const [build, hello, stats] = await Promise.all([
    db.command({ buildInfo: 1 }),
    db.command({ hello: 1 }),
    db.command({ dbStats: 1 }),
  ]);
  return {
    version: String(build['version']),
    deployment: isEmbedded ? 'embedded' : hello['msg'] === 'isdbgrid' ? 'sharded cluster' : 'replica set',
    name: database.name,
    dataBytes: Number(stats['dataSize']),
    storedBytes: Number(stats['storageSize']),
    indexBytes: Number(stats['indexSize']),
  };
}

/** Estimated from the metadata of the collections. */
export async function countAll(database: Connection): Promise<System['counts']> {
  const models = {
    users: userModel(database),
    recordings: ecgModel(database),
    patients: patientModel(database),
    studies: studyModel(database),
    encounters: encounterModel(database),
    conditions: conditionModel(database),
    attendances: attendanceModel(database),
    imports: importModel(database),
  };
  const counted = COUNTED.map(async (name) => [name, await models[name].estimatedDocumentCount()] as const);
  return Object.fromEntries(await Promise.all(counted)) as System['counts'];
}

/** The work in progress, of all instances. @param silentMs after which an instance is considered dead */
export async function measureJobs(database: Connection, silentMs: number): Promise<System['jobs']> {
  const imports = importModel(database);
  const uploads = uploadModel(database);
  // With their file: a condition that the index of unfinished imports has.
  const unfinished = (state: StoredState) => imports.countDocuments({ file: { $type: 'objectId' }, state });
  const isAlive = { $expr: { $gte: ['$seenAt', { $subtract: ['$$NOW', silentMs] }] } };
  const [queued, running, open, complete, ingesting, instances, check] = await Promise.all([
    unfinished('queued'),
    unfinished('running'),
    uploads.countDocuments({ state: 'receiving' }),
    uploads.countDocuments({ state: 'complete' }),
    uploads.countDocuments({ state: 'ingesting' }),
    instanceCollection(database).countDocuments({ ...isAlive, fencedAt: { $exists: false } }),
    checkCollection(database).findOne({ _id: 'check' }),
  ]);
  return {
    instances,
    imports: { queued, running },
    uploads: { open, complete, ingesting },
    check: { nextAt: check?.nextAt.toISOString() ?? null, incomplete: check?.hollow?.length ?? 0 },
  };
}

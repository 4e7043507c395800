/**
 * A small directory for newcomers: 100 synthetic patients with encounters, conditions and studies, and some
 * attendances. It is loaded with the ordinary imports.
 */
import { createReadStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, Types } from 'mongoose';
import type { Logger } from 'pino';
import { attendanceModel } from '../attendances/model.ts';
import { patientModel } from '../directory/patients/model.ts';
import { loggable } from '../log/loggable-error.ts';
import { enqueueImport } from '../imports/enqueue.ts';
import { importModel, type StoredImport } from '../imports/model.ts';
import { ENDED } from '../imports/view.ts';
import { markerCollection } from './model.ts';

/** In this order, one after the other: rows refer to patients, and conditions to encounters. */
const FILES = [
  ['patients', 'synthea/patients.csv'],
  ['encounters', 'synthea/encounters.csv'],
  ['conditions', 'synthea/conditions.csv'],
  ['studies', 'directory/studies.csv'],
  ['attendances', 'directory/attendances.csv'],
] as const;
type Kind = (typeof FILES)[number][0];

/** The path is the same from `src/demo` and from `dist/demo`. */
const FIXTURES = new URL('../../fixtures/', import.meta.url);
/** Milliseconds between checks whether an import has ended. */
const POLL_MS = 200;

/**
 * Records that the directory has been loaded or is being loaded, and by which imports: all instances work on the same
 * ones, and a later start continues them.
 */
interface Marker {
  _id: 'directory';
  /** Null: the directory was not empty. */
  imports: Record<Kind, Types.ObjectId> | null;
  isLoaded: boolean;
}

export interface DirectoryDeps {
  database: Connection;
  log: Logger;
  importWorker: { wake(): void };
}

/**
 * Usage: call `startDirectory` once imports are processed, and `stop` before the database ends. Nothing waits for it:
 * the files are small, and the next start continues.
 */
export function startDirectory(ownerId: string, deps: DirectoryDeps): { stop(): Promise<void>; done: Promise<void> } {
  const end = new AbortController();
  const done = loadDirectory(new Types.ObjectId(ownerId), deps, end.signal).catch((error: unknown) => {
    if (!end.signal.aborted)
      deps.log.warn(
        { error: loggable(error) },
        'the demo directory could not be loaded; the next start will try again',
      );
  });
  const stop = async (): Promise<void> => {
    end.abort();
    await done;
  };
  return { stop, done };
}

async function loadDirectory(
  owner: Types.ObjectId,
  { database, log, importWorker }: DirectoryDeps,
  signal: AbortSignal,
): Promise<void> {
  const { imports, isLoaded } = await marker(database);
  if (imports === null || isLoaded) return;
  for (const [kind, path] of FILES) {
    const file = {
      id: imports[kind],
      owner,
      kind,
      fileName: path.slice(path.indexOf('/') + 1),
      open: () => createReadStream(new URL(path, FIXTURES)),
    };
    for (;;) {
      const job = await importModel(database).findOne({ _id: file.id }).lean();
      if (job && hasEnded(job)) break;
      if (job) await sleep(POLL_MS, undefined, { signal });
      signal.throwIfAborted();
      if (job) continue;
      // Not queued yet, or the worker has removed an upload that was interrupted.
      await enqueueImport(database, file);
      importWorker.wake();
    }
  }
  const { modifiedCount } = await markerCollection<Marker>(database).updateOne(
    { _id: 'directory', isLoaded: false },
    { $set: { isLoaded: true } },
  );
  if (modifiedCount === 1) log.info('loaded the demo directory');
}

/**
 * The marker; of several processes that ask at the same time, one creates it. Demo data is never mixed with a clinic's
 * own directory.
 */
async function marker(database: Connection): Promise<Marker> {
  const found = await markerCollection<Marker>(database).findOne({ _id: 'directory' });
  if (found) return found;
  const isEmpty = !(await patientModel(database).exists({})) && !(await attendanceModel(database).exists({}));
  const imports = isEmpty
    ? (Object.fromEntries(FILES.map(([kind]) => [kind, new Types.ObjectId()])) as Record<Kind, Types.ObjectId>)
    : null;
  const made = await markerCollection<Marker>(database).findOneAndUpdate(
    { _id: 'directory' },
    { $setOnInsert: { imports, isLoaded: !isEmpty } },
    { upsert: true, returnDocument: 'after' },
  );
  if (!made) throw new Error('the marker of the demo directory was not made');
  return made;
}

const hasEnded = ({ state }: StoredImport): boolean => (ENDED as readonly string[]).includes(state);

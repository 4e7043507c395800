/** Runs the migrations, at start or by command: each once, even if several instances start together. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type mongoose from 'mongoose';
import type { Logger } from 'pino';
import { MongoDBStorage, Umzug } from 'umzug';
import { MIGRATIONS } from './migrations/index.ts';
import type { Db, Migration } from './migrations/migration.ts';

/** A lock not renewed for this long belonged to an instance that died. */
const LOCK_MS = 30_000;
/** How often a waiting instance tries again. */
const POLL_MS = 100;

interface Lock {
  _id: 'migrations';
  holder: string;
  expiresAt: Date;
}

/**
 * Migrates the database to the newest version. Instances that start together take turns: the first does the work, the
 * others find nothing left to do.
 * @throws Error of the migration that failed; earlier ones remain applied
 */
export async function migrate(
  connection: mongoose.Connection,
  log: Logger,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  const { db, umzug } = migrator(connection, migrations);
  if ((await umzug.pending()).length === 0) return;
  await withLock(db, async () => {
    for (const { name } of await umzug.up()) log.info({ migration: name }, 'migrated');
  });
}

/** Reverts the newest migration. Returns its name, or null if none has run. */
export async function migrateDown(
  connection: mongoose.Connection,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<string | null> {
  const { db, umzug } = migrator(connection, migrations);
  let undone: string | null = null;
  await withLock(db, async () => {
    undone = (await umzug.down())[0]?.name ?? null;
  });
  return undone;
}

/** Every migration, in order, and whether it has run. */
export async function migrationStatus(
  connection: mongoose.Connection,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<{ name: string; isDone: boolean }[]> {
  const done = new Set((await migrator(connection, migrations).umzug.executed()).map(({ name }) => name));
  return migrations.map(({ name }) => ({ name, isDone: done.has(name) }));
}

function migrator(connection: mongoose.Connection, migrations: readonly Migration[]): { db: Db; umzug: Umzug<Db> } {
  const db = connection.db;
  if (!db) throw new Error('migrations need an open connection');
  const umzug = new Umzug<Db>({
    migrations: migrations.map((migration) => ({
      name: migration.name,
      up: () => migration.up(db),
      down: () => migration.down(db),
    })),
    context: db,
    storage: new MongoDBStorage({ collection: db.collection('migrations') }),
    logger: undefined,
  });
  return { db, umzug };
}

/** Holds the lock while `work` runs. Uses the server's time, so that clocks of instances need not agree. */
async function withLock(db: Db, work: () => Promise<void>): Promise<void> {
  const locks = db.collection<Lock>('locks');
  const holder = randomUUID();
  // A missing expiry counts as past, so that the first instance creates the document.
  const isFree = { $or: [{ $lt: ['$expiresAt', '$$NOW'] }, { $eq: ['$holder', holder] }] };
  const take = [
    {
      $set: {
        holder: { $cond: [isFree, holder, '$holder'] },
        expiresAt: { $cond: [isFree, { $add: ['$$NOW', LOCK_MS] }, '$expiresAt'] },
      },
    },
  ];
  const isTaken = async (): Promise<boolean> => {
    const lock = await locks.findOneAndUpdate({ _id: 'migrations' }, take, { upsert: true, returnDocument: 'after' });
    return lock?.holder === holder;
  };
  while (!(await isTaken())) await sleep(POLL_MS);

  const renewal = setInterval(() => void isTaken().catch(() => false), LOCK_MS / 3);
  try {
    await work();
  } finally {
    clearInterval(renewal);
    await locks.deleteOne({ _id: 'migrations', holder });
  }
}

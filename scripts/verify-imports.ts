/**
 * The command `npm run verify:imports [-- --rows 100000 --kills 20 --seed 1]`: imports attendances twice on a mongod of
 * its own, once undisturbed and once on worker processes that are killed at random moments, and compares all
 * collections that an import writes.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { type Connection, Types } from 'mongoose';
import { attendancesFile } from '../bench/attendances-file.ts';
import { connect } from '../src/database/connect.ts';
import { startEmbedded } from '../src/database/embedded.ts';
import { migrate } from '../src/database/migrations.ts';
import { enqueueImport } from '../src/imports/enqueue.ts';
import { importModel, type StoredImport } from '../src/imports/model.ts';
import { createLog } from '../src/log/logger.ts';
import { Random } from '../src/synth/random.ts';

const WORKER = fileURLToPath(new URL('./verify-imports-worker.ts', import.meta.url));
const LEASE_MS = 1_000;
/** The collections that an import of attendances writes, and the order in which their documents are compared. */
const COLLECTIONS = {
  attendances: 'externalId',
  clients: 'key',
  technicians: 'key',
  bases: 'key',
  importErrors: 'line',
} as const;
/** Fields that differ between any two runs: ids and times. */
const OWN = new Set(['_id', 'import', 'at', 'createdAt', 'updatedAt']);

const log = createLog({ logLevel: 'silent', logFormat: 'json' });
const children = new Set<ChildProcess>();

async function startWorker(uri: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import=tsx', WORKER, uri, String(LEASE_MS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  await once(child.stdout, 'data');
  return child;
}

const stored = async (database: Connection, id: Types.ObjectId): Promise<StoredImport> => {
  const job = await importModel(database).findOne({ _id: id }).lean();
  if (!job) throw new Error('the import is gone');
  return job;
};
const hasEnded = ({ state }: StoredImport): boolean => state !== 'queued' && state !== 'running';

async function until(
  database: Connection,
  id: Types.ObjectId,
  isReached: (job: StoredImport) => boolean,
): Promise<StoredImport> {
  for (;;) {
    const job = await stored(database, id);
    if (isReached(job)) return job;
    await sleep(5);
  }
}

/** Everything that an import has written, with references replaced by what they refer to. */
async function effect(database: Connection, id: Types.ObjectId): Promise<unknown> {
  const { rows, alsoCreated, errorsKept, state, bytes } = await stored(database, id);
  const names = new Map<string, string>();
  for (const name of ['clients', 'technicians', 'bases'] as const) {
    for await (const { _id, key } of database.collection(name).find()) names.set(String(_id), `${name} ${key}`);
  }
  const collections = await Promise.all(
    Object.entries(COLLECTIONS).map(async ([name, order]) => {
      const documents = await database
        .collection(name)
        .find()
        .sort({ [order]: 1 })
        .toArray();
      return [
        name,
        documents.map((document) =>
          Object.fromEntries(
            Object.entries(document)
              .filter(([field]) => !OWN.has(field))
              .map(([field, value]) => [
                field,
                value instanceof Types.ObjectId ? (names.get(String(value)) ?? String(value)) : value,
              ]),
          ),
        ),
      ];
    }),
  );
  return { job: { rows, alsoCreated, errorsKept, state, bytes }, ...Object.fromEntries(collections) };
}

async function verify(rows: number, kills: number, seed: number): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'leadwire-imports-'));
  const mongod = await startEmbedded({ dataDir: folder, mongodBinary: process.env['MONGOD_BINARY'] || null }, log);
  try {
    const uri = (name: string): string => mongod.uri.replace('/leadwire?', `/${name}?`);
    const text = attendancesFile(rows, seed);
    const owner = new Types.ObjectId();
    const random = new Random(seed, 'kills');
    const effects = [];
    for (const name of ['undisturbed', 'killed']) {
      const database = await connect(uri(name), log);
      await migrate(database, log);
      const id = new Types.ObjectId();
      await enqueueImport(database, {
        id,
        owner,
        kind: 'attendances',
        fileName: 'attendances.csv',
        open: () => Readable.from([Buffer.from(text)]),
      });
      let killed = 0;
      const start = performance.now();
      if (name === 'killed') {
        for (; killed < kills; killed++) {
          const child = await startWorker(uri(name));
          const done = (await stored(database, id)).rows.total;
          // A share of the remaining rows, so that every kill happens during the import.
          const goal = done + random.uniform() * ((rows - done) / (kills - killed + 2));
          await until(database, id, (job) => job.rows.total >= goal || hasEnded(job));
          await sleep(random.uniform() * 60);
          child.kill('SIGKILL');
          const { rows: at, state } = await stored(database, id);
          console.log(`  kill ${killed + 1} at ${at.total} rows${state === 'running' ? '' : ` (${state})`}`);
          if (state === 'completed') break;
        }
      }
      const last = await startWorker(uri(name));
      const job = await until(database, id, hasEnded);
      last.kill('SIGTERM');
      console.log(
        `${name}: ${job.state}, ${JSON.stringify(job.rows)}, taken up ${job.fence} times, ` +
          `${((performance.now() - start) / 1000).toFixed(1)} s`,
      );
      effects.push(await effect(database, id));
      await database.close();
      if (name === 'killed' && killed < kills)
        throw new Error(`the import had ended after ${killed} kills: take more rows`);
    }
    return isDeepStrictEqual(effects[0], effects[1]);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await mongod.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000' },
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
});
const isEqual = await verify(Number(values.rows), Number(values.kills), Number(values.seed));
console.log(isEqual ? 'Every collection is equal to that of the undisturbed run.' : 'THE COLLECTIONS DIFFER.');
process.exitCode = isEqual ? 0 : 1;

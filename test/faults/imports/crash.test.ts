/** Imports whose workers are killed, paused or stopped: every row takes effect exactly once. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { type Connection, Types } from 'mongoose';
import { pino } from 'pino';
import { ClinicZone } from '../../../src/calendar/clinic-zone.ts';
import { commitBatch, Fenced } from '../../../src/imports/commit.ts';
import { raiseFence, takeLease } from '../../../src/imports/lease.ts';
import { type StoredImport } from '../../../src/imports/model.ts';
import { Worker } from '../../../src/imports/worker.ts';
import { Random } from '../../../src/synth/random.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { call } from '../../support/http.ts';
import { notes, things } from '../../support/import-kind.ts';
import { UNWATCHED } from '../../support/room.ts';
import { TSX } from '../../support/tsx.ts';
import { importCollection } from '../../support/imports.ts';

const WORKER = fileURLToPath(new URL('../../support/import-worker.ts', import.meta.url));
const LEASE_MS = 600;
const ROWS = 12_000;
const KINDS = [things, notes];

/** Rows of which some are repeated with another value, some are wrong and some contain line breaks. */
const thingsFile = (): string =>
  `Key,Value,Note\n${Array.from({ length: ROWS }, (_, i) => {
    const note = i % 13 === 0 ? `"line\nbreak ${i}"` : i % 101 === 0 ? 'refuse' : '';
    return `k${i % 9_000},${i % 97 === 0 ? 'x' : i},${note}\n`;
  }).join('')}`;
/** Rows that each occur about twenty times. */
const notesFile = (): string =>
  `Text\n${Array.from({ length: ROWS }, (_, i) => `note ${(i * 7919) % 1000}\n`).join('')}`;

const hasEnded = ({ state }: StoredImport): boolean => !['queued', 'running'].includes(state);

/** What an import has stored, except ids and times. */
const left = async (database: Connection, id: Types.ObjectId) => {
  const { rows, alsoCreated, errorsKept, state, bytes } = (await importCollection(database).findOne({ _id: id }))!;
  const rest = { projection: { _id: 0, by: 0, at: 0, import: 0 } };
  return {
    job: { rows, alsoCreated, errorsKept, state, bytes },
    things: await database.collection('things').find({}, rest).sort({ key: 1 }).toArray(),
    notes: await database.collection('notes').find({}, rest).sort({ key: 1 }).toArray(),
    errors: await database.collection('importErrors').find({}, rest).sort({ line: 1, n: 1 }).toArray(),
  };
};

describe('imports on workers that die', function () {
  this.timeout(120_000);
  const children: ChildProcess[] = [];
  let app: TestApp;

  /** An application that accepts files and does not process them. */
  beforeEach(async () => {
    app = await startTestApp({}, { importKinds: KINDS });
    await app.database.collection('things').createIndex({ key: 1 }, { unique: true });
    await app.database.collection('notes').createIndex({ key: 1 }, { unique: true });
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await app.close();
  });

  const queue = async (file: string): Promise<Types.ObjectId> => {
    const form = new FormData();
    form.set('file', new Blob([file], { type: 'text/csv' }), 'rows.csv');
    return new Types.ObjectId(
      (await call(app, 'POST', '/imports', { token: app.clinician.token, body: form })).json.id as string,
    );
  };
  const stored = async (id: Types.ObjectId): Promise<StoredImport> =>
    (await importCollection(app.database).findOne({ _id: id }))!;
  const until = (id: Types.ObjectId, isReached: (job: StoredImport) => boolean): Promise<StoredImport> =>
    eventually(
      'the import is where it is waited for',
      async () => {
        const job = await stored(id);
        return isReached(job) ? job : null;
      },
      60_000,
    );
  const startWorker = async (): Promise<ChildProcess> => {
    const uri = app.database.getClient().options.hosts.map(String).join();
    const { dbName, replicaSet } = app.database.getClient().options;
    const address = `mongodb://${uri}/${app.database.name || dbName}?replicaSet=${replicaSet}`;
    const child = spawn(process.execPath, [`--import=${TSX}`, WORKER, address, String(LEASE_MS)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    await once(child.stdout, 'data');
    return child;
  };
  const ownWorker = (): Worker => {
    const deps = {
      database: app.database,
      room: UNWATCHED,
      log: pino({ level: 'silent' }),
      kinds: KINDS,
      zone: new ClinicZone('UTC'),
      silentMs: 60_000,
      maxFailures: 100_000,
    };
    const worker = new Worker(deps, { leaseMs: LEASE_MS, pollMs: 20 });
    worker.start();
    return worker;
  };
  const undisturbed = async (file: string) => {
    const id = await queue(file);
    const worker = ownWorker();
    await until(id, hasEnded);
    await worker.stop();
    const found = await left(app.database, id);
    for (const name of ['things', 'notes', 'importErrors']) await app.database.collection(name).deleteMany({});
    return found;
  };

  for (const [what, file] of [
    ['rows with keys', thingsFile],
    ['rows distinguished by how often they occur', notesFile],
  ] as const) {
    it(`have the effect of an undisturbed run after three kills at random times: ${what}`, async () => {
      const expected = await undisturbed(file());
      expect(expected.job.rows.total).to.equal(ROWS);
      const random = new Random(1, what);
      const id = await queue(file());
      let unfinished = 0;
      for (let kill = 0; kill < 3; kill++) {
        const child = await startWorker();
        const goal = Math.floor(random.uniform() * 1_500) + (await stored(id)).rows.total;
        await until(id, (job) => job.rows.total >= goal || hasEnded(job));
        // Somewhere within a batch: after a random number of polls.
        for (let looks = Math.floor(random.uniform() * 20); looks > 0; looks--) await stored(id);
        child.kill('SIGKILL');
        if (!hasEnded(await stored(id))) unfinished += 1;
      }
      expect(unfinished, 'kills of a running import').to.be.at.least(2);
      const started = Date.now();
      const worker = ownWorker();
      await until(id, (job) => job.fence > unfinished || hasEnded(job));
      expect(Date.now() - started, 'milliseconds until the next worker goes on').to.be.below(5_000);
      await until(id, hasEnded);
      await worker.stop();
      expect(await left(app.database, id)).to.deep.equal(expected);
    });
  }

  it('lets a paused worker write nothing when it resumes after its lease', async () => {
    const expected = await undisturbed(thingsFile());
    const id = await queue(thingsFile());
    const paused = await startWorker();
    await until(id, (job) => job.rows.total >= 2_000);
    paused.kill('SIGSTOP');
    const worker = ownWorker();
    await until(id, hasEnded);
    await worker.stop();
    const before = await left(app.database, id);
    expect(before).to.deep.equal(expected);
    const { fence } = await stored(id);
    expect(fence).to.equal(2);
    // It ends once its paused batch, or the next one it finds, has failed.
    paused.kill('SIGCONT');
    paused.kill('SIGTERM');
    expect((await once(paused, 'exit'))[0]).to.equal(0);
    expect(await left(app.database, id)).to.deep.equal(before);
  });

  it('lets only the last who has raised the fence commit', async () => {
    const id = await queue('Key,Value\na,1\n');
    const sessions = [await app.database.startSession(), await app.database.startSession()] as const;
    const first = (await raiseFence(app.database, await stored(id), sessions[0]))!;
    const second = (await raiseFence(app.database, first, sessions[1]))!;
    expect(await raiseFence(app.database, first, sessions[0]), 'on what it saw before').to.equal(null);
    const commit = (job: StoredImport, session: (typeof sessions)[0]) =>
      commitBatch(
        {
          database: app.database,
          session,
          importId: id,
          fence: job.fence,
          dryRun: false,
          kind: things,
          context: {
            database: app.database,
            session,
            importId: id,
            userId: job.owner,
            createMissing: false,
            source: 'csv',
            dialect: 'plain',
            zone: new ClinicZone('UTC'),
            now: new Date(),
          },
        },
        [
          {
            line: 2,
            end: { offset: 14, line: 3 },
            row: { item: { key: 'a', value: 1, note: '' }, digest: '' },
            errors: [],
          },
        ],
      );
    expect(await commit(first, sessions[0]).catch((error: unknown) => error)).to.be.instanceOf(Fenced);
    expect(await app.database.collection('things').countDocuments()).to.equal(0);
    await commit(second, sessions[1]);
    expect(await app.database.collection('things').countDocuments()).to.equal(1);
    for (const session of sessions) await session.endSession();
  });

  it('gives a lease to only one of many concurrent requests', async () => {
    const id = new Types.ObjectId();
    const leases = await Promise.all(Array.from({ length: 8 }, async () => takeLease(app.database, id, 60_000)));
    expect(leases.filter((lease) => lease !== null)).to.have.length(1);
  });

  it('continues elsewhere at once when a worker stops cleanly', async () => {
    const expected = await undisturbed(thingsFile());
    const id = await queue(thingsFile());
    const first = ownWorker();
    await until(id, (job) => job.rows.total > 0);
    await first.stop();
    expect((await stored(id)).state).to.equal('running');
    const second = ownWorker();
    await until(id, hasEnded);
    await second.stop();
    expect((await stored(id)).fence).to.equal(2);
    expect(await left(app.database, id)).to.deep.equal(expected);
  });
});

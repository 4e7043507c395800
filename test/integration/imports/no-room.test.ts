/** While the database's disk is full, imports wait, but what ended ones leave behind is still cleared away. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { pino } from 'pino';
import { ClinicZone } from '../../../src/calendar/clinic-zone.ts';
import { importFiles, type StoredImport } from '../../../src/imports/model.ts';
import { newImport } from '../../../src/imports/upload.ts';
import { Worker } from '../../../src/imports/worker.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { things } from '../../support/import-kind.ts';
import { UNWATCHED } from '../../support/room.ts';
import { importCollection } from '../../support/imports.ts';

const HOUR_MS = 3_600_000;
/** More than are read in one search. */
const WAITING = 150;
const ROWS = 'Key,Value\na,1\n';

describe('imports while the disk is full', () => {
  let app: TestApp;
  let hasRoom = false;
  let worker: Worker;
  beforeEach(async () => {
    app = await startTestApp({}, { importKinds: [things] });
    hasRoom = false;
    worker = new Worker(
      {
        database: app.database,
        log: pino({ level: 'silent' }),
        kinds: [things],
        zone: new ClinicZone('UTC'),
        silentMs: 60_000,
        room: { ...UNWATCHED, isEnough: async () => hasRoom },
        maxFailures: 100,
      },
      { leaseMs: HOUR_MS, pollMs: 20 },
    );
  });
  afterEach(async () => {
    await worker.stop();
    await app.close();
  });

  const stored = async (state: StoredImport['state']): Promise<StoredImport> => {
    const bytes = { total: ROWS.length, done: 0 };
    const job: StoredImport = { ...newImport(new Types.ObjectId(app.clinician.id)), state, bytes };
    const file = importFiles(app.database).openUploadStreamWithId(job._id, 'rows.csv');
    await new Promise((resolve, reject) => {
      file.once('finish', resolve).once('error', reject).end(ROWS);
    });
    await importCollection(app.database).insertOne(job);
    return job;
  };
  const count = (filter: object): Promise<number> => importCollection(app.database).countDocuments(filter);

  it('are cleared away once they have ended, however many are waiting', async () => {
    const waiting = Array.from({ length: WAITING }, (_, i): StoredImport => ({
      ...newImport(new Types.ObjectId(app.clinician.id)),
      state: i % 2 === 0 ? 'queued' : 'running',
    }));
    await importCollection(app.database).insertMany(waiting);
    const cancelled = await stored('cancelled');
    worker.start();
    await eventually('its file is gone', () => count({ _id: cancelled._id, file: null }));
    expect(await app.database.collection('importFiles.files').countDocuments()).to.equal(0);
    // The waiting ones are unchanged.
    expect(await count({ state: 'queued', attempts: 0, fence: 0 })).to.equal(WAITING / 2);
    expect(await count({ state: 'running', attempts: 0, fence: 0 })).to.equal(WAITING / 2);
  });

  it('are cleared away also while many uploads are in progress, with a full disk or not', async () => {
    const underWay = Array.from({ length: WAITING }, () => newImport(new Types.ObjectId(app.clinician.id)));
    await importCollection(app.database).insertMany(underWay);
    worker.start();
    for (hasRoom of [false, true]) {
      const cancelled = await stored('cancelled');
      await eventually('its file is gone', () => count({ _id: cancelled._id, file: null }));
    }
    expect(await count({ state: 'uploading' })).to.equal(WAITING);
  });

  it('continue when there is room', async () => {
    const { _id } = await stored('queued');
    const cancelled = await stored('cancelled');
    worker.start();
    await eventually('the worker has looked', () => count({ _id: cancelled._id, file: null }));
    expect(await count({ _id, state: 'queued' })).to.equal(1);
    hasRoom = true;
    await eventually('it is completed', () => count({ _id, state: 'completed' }));
  });
});

/** An import that arrives at one instance is left alone by the workers of others, whatever their clocks say. */
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { Types } from 'mongoose';
import { pino } from 'pino';
import { UNWATCHED } from '../../../src/database/room.ts';
import { beginArriving, stillArriving } from '../../../src/imports/arriving.ts';
import { enqueueImport } from '../../../src/imports/enqueue.ts';
import { importCollection, type StoredImport } from '../../../src/imports/model.ts';
import { newImport } from '../../../src/imports/upload.ts';
import { Worker } from '../../../src/imports/worker.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { whileClockIsOff } from '../../support/clock.ts';
import { eventually } from '../../support/eventually.ts';
import { things } from '../../support/import-kind.ts';

const SILENT_MS = 60_000;
const OFF_MS = 90_000;
const HOUR_MS = 3_600_000;

describe('an import that arrives', () => {
  let app: TestApp;
  /** An application that takes files and does not work on them. */
  beforeEach(async () => {
    app = await startTestApp({}, { importKinds: [things] });
  });
  afterEach(() => app.close());

  const stored = async (id: Types.ObjectId): Promise<StoredImport | null> =>
    importCollection(app.database).findOne({ _id: id });
  async function silentUpload(): Promise<Types.ObjectId> {
    const silent = newImport(new Types.ObjectId(app.clinician.id));
    await beginArriving(app.database, silent);
    const since = [{ $set: { updatedAt: { $subtract: ['$$NOW', 2 * SILENT_MS] } } }];
    await importCollection(app.database).updateOne({ _id: silent._id }, since);
    return silent._id;
  }
  /** Has a worker look for what is left to do, until it has cleared an upload away that broke off. */
  async function workerLooks(): Promise<void> {
    const silent = await silentUpload();
    const worker = new Worker(
      {
        database: app.database, log: pino({ level: 'silent' }), kinds: [things], clinicTimezone: 'UTC',
        silentMs: SILENT_MS, room: UNWATCHED, maxFailures: 100,
      },
      { leaseMs: HOUR_MS, pollMs: 20 },
    );
    worker.start();
    try {
      await eventually('the upload that broke off is gone', async () => (await stored(silent)) === null);
    } finally {
      await worker.stop();
    }
  }

  it('at an instance whose clock is behind, past a worker whose clock is ahead, is queued', async () => {
    const form = new TransformStream<Uint8Array, Uint8Array>();
    const writer = form.writable.getWriter();
    const write = (text: string): Promise<void> => writer.write(new TextEncoder().encode(text));
    const answer = fetch(`${app.url}/api/v1/imports`, {
      method: 'POST',
      headers: {
        'Authorization': `Bearer ${app.clinician.token}`, 'Content-Type': 'multipart/form-data; boundary=edge',
      },
      body: form.readable, duplex: 'half',
    });
    await whileClockIsOff(-OFF_MS, async () => {
      await write('--edge\r\nContent-Disposition: form-data; name="file"; filename="rows.csv"\r\n');
      await write('Content-Type: text/csv\r\n\r\nKey,Value\n');
      await eventually('it has begun', () => importCollection(app.database).findOne({ state: 'uploading' }));
    });
    await whileClockIsOff(OFF_MS, workerLooks);
    await write('a,1\n\r\n--edge--\r\n');
    await writer.close();
    expect((await answer).status).to.equal(202);
  });

  it('is left alone after a sign of life of an instance whose clock is behind', async () => {
    const id = await silentUpload();
    await whileClockIsOff(-OFF_MS, async () => stillArriving(app.database, id));
    await workerLooks();
    expect(await stored(id)).to.include({ state: 'uploading' });
  });

  it('from the service itself, whose clock is behind, is not cleared away', async () => {
    const id = new Types.ObjectId();
    const open = (): Readable => Readable.from((async function* () {
      yield 'Key,Value\n';
      await whileClockIsOff(OFF_MS, workerLooks);
      yield 'a,1\n';
    })());
    const file = { id, owner: new Types.ObjectId(app.clinician.id), kind: 'things', fileName: 'rows.csv', open };
    await whileClockIsOff(-OFF_MS, async () => enqueueImport(app.database, file));
    expect(await stored(id)).to.include({ state: 'queued' });
  });
});

/** While an import arrives at one instance, the workers of others leave it alone, whatever their clocks say. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect } from 'chai';
import { Types } from 'mongoose';
import { pino } from 'pino';
import { ClinicZone } from '../../../src/calendar/clinic-zone.ts';
import { beginArriving, endArriving, stillArriving } from '../../../src/imports/arriving.ts';
import { enqueueImport } from '../../../src/imports/enqueue.ts';
import { removeStrayFiles } from '../../../src/imports/file-store.ts';
import { importFiles, type StoredImport } from '../../../src/imports/model.ts';
import { newImport } from '../../../src/imports/upload.ts';
import { Worker } from '../../../src/imports/worker.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { whileClockIsOff } from '../../support/clock.ts';
import { eventually } from '../../support/eventually.ts';
import { whileFailing, whileHeld } from '../../support/failpoint.ts';
import { things } from '../../support/import-kind.ts';
import { UNWATCHED } from '../../support/room.ts';
import { importCollection } from '../../support/imports.ts';

const SILENT_MS = 60_000;
const OFF_MS = 90_000;
const HOUR_MS = 3_600_000;

describe('an import whose file is arriving', () => {
  let app: TestApp;
  /** An application that accepts files and does not process them. */
  beforeEach(async () => {
    app = await startTestApp({}, { importKinds: [things] });
  });
  afterEach(() => app.close());

  const stored = async (id: Types.ObjectId): Promise<StoredImport | null> =>
    importCollection(app.database).findOne({ _id: id });
  /** Makes an upload appear silent, as if its instance had been paused. */
  async function silenced(id: Types.ObjectId): Promise<void> {
    const since = [{ $set: { updatedAt: { $subtract: ['$$NOW', 2 * SILENT_MS] } } }];
    await importCollection(app.database).updateOne({ _id: id }, since);
  }
  async function silentUpload(): Promise<Types.ObjectId> {
    const silent = newImport(new Types.ObjectId(app.clinician.id));
    await beginArriving(app.database, silent);
    await silenced(silent._id);
    return silent._id;
  }
  /** Makes an upload appear silent, and waits until a worker has cleared it away. */
  async function clearedAway(id: Types.ObjectId): Promise<void> {
    await silenced(id);
    await workerLooks();
    await eventually('the upload that was paused is gone', async () => (await stored(id)) === null);
  }
  /** The numbers of stored files and of their pieces. */
  const filed = (): Promise<number[]> =>
    Promise.all(['files', 'chunks'].map((kind) => app.database.collection(`importFiles.${kind}`).countDocuments()));
  const worker = (): Worker =>
    new Worker(
      {
        database: app.database,
        log: pino({ level: 'silent' }),
        kinds: [things],
        zone: new ClinicZone('UTC'),
        silentMs: SILENT_MS,
        room: UNWATCHED,
        maxFailures: 100,
      },
      { leaseMs: HOUR_MS, pollMs: 20 },
    );
  /** Runs a worker until it has cleared away an interrupted upload. */
  async function workerLooks(): Promise<void> {
    const silent = await silentUpload();
    const looking = worker();
    looking.start();
    try {
      await eventually('the upload that broke off is gone', async () => (await stored(silent)) === null);
    } finally {
      await looking.stop();
    }
  }

  /** Starts an upload; `end` sends the rest. */
  async function begun(): Promise<{ end: (rest: string) => Promise<Response>; id: Types.ObjectId }> {
    const form = new TransformStream<Uint8Array, Uint8Array>();
    const writer = form.writable.getWriter();
    const write = (text: string): Promise<void> => writer.write(new TextEncoder().encode(text));
    const answer = fetch(`${app.url}/api/v1/imports`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${app.clinician.token}`,
        'Content-Type': 'multipart/form-data; boundary=edge',
      },
      body: form.readable,
      duplex: 'half',
    });
    await write('--edge\r\nContent-Disposition: form-data; name="file"; filename="rows.csv"\r\n');
    await write('Content-Type: text/csv\r\n\r\nKey,Value\n');
    const look = () => importCollection(app.database).findOne({ state: 'uploading' });
    const { _id } = await eventually('it has begun', look);
    const end = async (rest: string): Promise<Response> => {
      await write(rest);
      await writer.close();
      return answer;
    };
    return { end, id: _id };
  }

  it('is queued at an instance whose clock is behind, although the clock of a worker is ahead', async () => {
    const upload = await whileClockIsOff(-OFF_MS, begun);
    await whileClockIsOff(OFF_MS, workerLooks);
    expect((await upload.end('a,1\n\r\n--edge--\r\n')).status).to.equal(202);
  });

  it('is left alone after a heartbeat of an instance whose clock is behind', async () => {
    const id = await silentUpload();
    await whileClockIsOff(-OFF_MS, async () => stillArriving(app.database, id));
    await workerLooks();
    expect(await stored(id)).to.include({ state: 'uploading' });
  });

  it('is not cleared away if it comes from the service itself, whose clock is behind', async () => {
    const id = new Types.ObjectId();
    const open = (): Readable =>
      Readable.from(
        (async function* () {
          yield 'Key,Value\n';
          await whileClockIsOff(OFF_MS, workerLooks);
          yield 'a,1\n';
        })(),
      );
    const file = { id, owner: new Types.ObjectId(app.clinician.id), kind: 'things', fileName: 'rows.csv', open };
    await whileClockIsOff(-OFF_MS, async () => enqueueImport(app.database, file));
    expect(await stored(id)).to.include({ state: 'queued' });
  });

  it('has to be sent again and leaves no file if it was cleared away while its instance was paused', async () => {
    const upload = await begun();
    await clearedAway(upload.id);
    const answer = await upload.end('a,1\n\r\n--edge--\r\n');
    expect(answer.status).to.equal(503);
    expect(answer.headers.get('retry-after')).to.equal('5');
    expect(await answer.json()).to.include({ code: 'not-ready' });
    expect(await filed()).to.deep.equal([0, 0]);
  });

  it('leaves no file if it was cleared away while its instance was paused and its form is wrong, too', async () => {
    const upload = await begun();
    await clearedAway(upload.id);
    const wrong = '\r\n--edge\r\nContent-Disposition: form-data; name="dryRun"\r\n\r\nperhaps\r\n--edge--\r\n';
    expect((await upload.end(`a,1\n${wrong}`)).status).to.equal(422);
    expect(await filed()).to.deep.equal([0, 0]);
  });

  it('is answered as usual if it was cleared away meanwhile and its file cannot be removed', async () => {
    const upload = await begun();
    await clearedAway(upload.id);
    await whileFailing(app.database, { command: 'delete', collection: 'importFiles.files' }, async () => {
      const answer = await upload.end('a,1\n\r\n--edge--\r\n');
      expect(await answer.json()).to.include({ status: 503, code: 'not-ready' });
    });
    expect(await filed()).to.deep.equal([1, 1]);
    const looking = worker();
    looking.start();
    await eventually('its file is gone', async () => (await filed()).every((count) => count === 0));
    await looking.stop();
  });

  it('keeps its file and the pieces that have arrived, while files without an import are removed', async () => {
    const upload = await begun();
    await upload.end('a,1\n\r\n--edge--\r\n');
    const arriving = newImport(new Types.ObjectId(app.clinician.id));
    await beginArriving(app.database, arriving);
    const [cut, whole] = [new Types.ObjectId(), new Types.ObjectId()];
    await pipeline(Readable.from(['a,1']), importFiles(app.database).openUploadStreamWithId(whole, 'whole'));
    const pieces = app.database.collection('importFiles.chunks');
    await pieces.insertMany([arriving._id, cut].map((id) => ({ files_id: id, n: 0, data: Buffer.from('a') })));
    await removeStrayFiles(app.database, new AbortController().signal);
    expect(await pieces.distinct('files_id')).to.have.deep.members([upload.id, arriving._id]);
    expect(await filed()).to.deep.equal([1, 2]);
  });

  it('loses none of its files if too many of them have no import: imports must then have been lost', async () => {
    const data = Buffer.from('a');
    const pieces = Array.from({ length: 101 }, () => ({ files_id: new Types.ObjectId(), n: 0, data }));
    await app.database.collection('importFiles.chunks').insertMany(pieces);
    const outcome = await removeStrayFiles(app.database, new AbortController().signal).catch((error: Error) => error);
    expect(outcome)
      .to.be.an('error')
      .with.property('message')
      .that.matches(/^101 files belong to no import/);
    expect(await filed()).to.deep.equal([0, 101]);
  });

  it('does not delay a stop because of files without an import', async () => {
    for (const name of ['one', 'two', 'three']) {
      await pipeline(Readable.from(['a,1']), importFiles(app.database).openUploadStream(name));
    }
    const stopping = new AbortController();
    const removing = { command: 'delete', collection: 'importFiles.files' } as const;
    const remove = (): Promise<void> => removeStrayFiles(app.database, stopping.signal);
    await whileHeld(app.database, removing, remove, async () => stopping.abort());
    expect(await filed()).to.deep.equal([2, 2]);
  });

  it('leaves no file if it comes from the service itself and was cleared away while that was paused', async () => {
    const id = new Types.ObjectId();
    const open = (): Readable =>
      Readable.from(
        (async function* () {
          yield 'Key,Value\n';
          await clearedAway(id);
          yield 'a,1\n';
        })(),
      );
    const owner = new Types.ObjectId(app.clinician.id);
    await enqueueImport(app.database, { id, owner, kind: 'things', fileName: 'rows.csv', open });
    expect(await stored(id)).to.equal(null);
    expect(await filed()).to.deep.equal([0, 0]);
  });

  for (const collection of ['importFiles.chunks', 'importFiles.files']) {
    it(`is not queued if the last part of its file cannot be stored (${collection})`, async () => {
      const upload = await begun();
      await whileFailing(app.database, { command: 'insert', collection }, async () => {
        expect((await upload.end('a,1\n\r\n--edge--\r\n')).status).to.equal(500);
      });
      expect(await stored(upload.id)).to.include({ state: 'abandoned' });
    });
  }

  it('is queued if only the answer is lost, and keeps its file', async () => {
    const upload = await begun();
    await upload.end('a,1\n\r\n--edge--\r\n');
    await endArriving(app.database, { _id: upload.id, file: upload.id });
    expect(await stored(upload.id)).to.include({ state: 'queued' });
    expect(await filed()).to.deep.equal([1, 1]);
  });
});

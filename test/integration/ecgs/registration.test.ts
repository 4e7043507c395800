/** How an instance registers its writes: while the database fails, and after it was considered dead. */
import { expect } from 'chai';
import { mongo, Types } from 'mongoose';
import { pino } from 'pino';
import { ClinicZone } from '../../../src/calendar/clinic-zone.ts';
import { recordingsFor } from '../../../src/ecgs/access.ts';
import { blockCollection } from '../../../src/ecgs/store/content-model.ts';
import { ecgModel, instanceCollection, type StoredInstance } from '../../../src/ecgs/store/model.ts';
import { sweep } from '../../../src/ecgs/store/sweep.ts';
import { Uploads } from '../../../src/ecgs/store/uploads.ts';
import type { Problem } from '../../../src/errors.ts';
import type { DecodedRecording, DecoderEvent } from '../../../src/formats/types.ts';
import { BLOCK_SAMPLES } from '../../../src/signal/samples.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { whileFailing } from '../../support/failpoint.ts';
import { ingestEvents } from '../../support/ingest.ts';
import { noise } from '../../support/signals.ts';

const SILENT_MS = 60_000;
/** Ten minutes of heartbeats. */
const FAILURES = 60;
/** A registration has 256 ids; each takes about 20 bytes. */
const MOST_BYTES = 10_000;
/** More than are buffered to be stored together. */
const BLOCKS = 9;
const RECORDING: DecodedRecording = {
  externalId: null,
  date: null,
  patient: null,
  study: null,
  notes: null,
  subject: null,
  part: null,
  warnings: [],
  channels: [{ name: 'X', samplingRate: 500, unit: 'mV', gain: 1000, zeroLevel: 0 }],
};

const failure = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe('the registration of uploads', () => {
  let app: TestApp;

  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());

  const stored = async (instance: Types.ObjectId): Promise<StoredInstance | null> =>
    instanceCollection(app.database).findOne({ _id: instance });
  const registered = async (uploads: Uploads): Promise<string[]> =>
    ((await stored(uploads.instance))?.drafts ?? []).map(String);
  /** Bytes received by mongod from all clients. */
  async function received(): Promise<number> {
    const { network } = await app.database.getClient().db('admin').command({ serverStatus: 1 });
    return Number((network as { bytesIn: unknown }).bytesIn);
  }
  /** Lets another instance consider this one dead. */
  async function fence(uploads: Uploads): Promise<void> {
    const silent = [{ $set: { seenAt: { $subtract: ['$$NOW', 2 * SILENT_MS] } } }];
    await instanceCollection(app.database).updateOne({ _id: uploads.instance }, silent);
    const log = pino({ level: 'silent' });
    await sweep({ database: app.database, log, uploads: new Uploads(), silentMs: SILENT_MS });
    expect(await stored(uploads.instance)).to.have.property('fencedAt');
  }

  it('does not grow with the number of failures', async () => {
    const uploads = new Uploads();
    await uploads.beat(app.database);
    await whileFailing(app.database, { command: 'update', collection: 'instances' }, async () => {
      const before = await received();
      for (let failed = 0; failed < FAILURES; failed++) {
        expect(await failure(uploads.beat(app.database))).to.be.instanceOf(mongo.MongoServerError);
      }
      expect((await received()) - before).to.be.below(FAILURES * MOST_BYTES);
    });
    await uploads.beat(app.database);
    await uploads.beat(app.database);
    expect(await registered(uploads)).to.have.length(256);
  });

  it('gives new recordings current ids after a failure, since lists are in order of ids', async () => {
    const uploads = new Uploads();
    await whileFailing(app.database, { command: 'update', collection: 'instances' }, async () => {
      await failure(uploads.beat(app.database));
    });
    const { instance: later } = new Uploads();
    expect(String(await uploads.begin(app.database)) > String(later)).to.equal(true);
  });

  it('records current writes under the new id, even if that fails at first', async () => {
    const uploads = new Uploads();
    const draft = await uploads.begin(app.database);
    await fence(uploads);
    // The first command is refused by the fence.
    await whileFailing(app.database, { command: 'update', collection: 'instances', skip: 1 }, async () => {
      expect(await failure(uploads.beat(app.database))).to.be.instanceOf(mongo.MongoServerError);
    });
    await uploads.beat(app.database);
    expect(await registered(uploads)).to.include(String(draft));
  });

  it('prevents publication of an upload that was swept meanwhile, even after its marker has expired', async () => {
    const uploads = new Uploads();
    const { database } = app;
    const owner = new Types.ObjectId(app.clinician.id);
    async function* events(): AsyncGenerator<DecoderEvent> {
      for (let block = 0; block < BLOCKS; block++) {
        yield { kind: 'samples', channel: 0, samples: noise(BLOCK_SAMPLES, block) };
      }
      const [draft] = uploads.active;
      const ecg = new Types.ObjectId(draft);
      await eventually('something is stored', () => blockCollection(database).findOne({ ecg }));
      await fence(uploads);
      await uploads.beat(database);
      // Markers expire after a day.
      expect((await ecgModel(database).collection.deleteMany({ sweptAt: { $exists: true } })).deletedCount).to.equal(1);
      yield { kind: 'channel-end', channel: 0 };
      yield { kind: 'recording', recording: RECORDING };
    }
    const ingested = ingestEvents(
      events(),
      { owner: app.clinician.id, format: 'json' },
      { database, uploads, zone: new ClinicZone('UTC') },
    );
    const { code, headers } = (await failure(ingested)) as Problem;
    expect([code, headers]).to.deep.equal(['not-ready', { 'Retry-After': '5' }]);
    expect(await ecgModel(database).countDocuments(recordingsFor(owner, 'own'))).to.equal(0);
    expect(await blockCollection(database).countDocuments({ owner })).to.equal(0);
  });
});

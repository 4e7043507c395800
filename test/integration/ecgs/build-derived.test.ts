/** Envelopes and minutes of recordings that were stored before there were any, or that have lost some. */
import { expect } from 'chai';
import { type Connection, Types } from 'mongoose';
import { pino } from 'pino';
import { derived } from '../../../src/database/migrations/0012-derived.ts';
import { envelopeCollection, minuteCollection } from '../../../src/ecgs/store/content-model.ts';
import { ecgModel, type StoredEcg } from '../../../src/ecgs/store/model.ts';
import { sweep } from '../../../src/ecgs/store/sweep.ts';
import { Uploads } from '../../../src/ecgs/store/uploads.ts';
import { buildDerived, startDerivedBuilder } from '../../../src/ecgs/upload/build-derived.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { call } from '../../support/http.ts';
import { storeRecording, wave } from '../../support/stored.ts';

const log = pino({ level: 'silent' });

describe('the envelopes and minutes of recordings that have none', () => {
  let app: TestApp;
  let database: Connection;
  let ecg: StoredEcg;
  let short: StoredEcg;

  beforeEach(async () => {
    app = await startTestApp();
    ({ database } = app);
    const owner = new Types.ObjectId(app.clinician.id);
    ecg = await storeRecording(
      database,
      [
        { name: 'I', samples: wave(400_000, 1) },
        { name: 'II', samples: Float64Array.from({ length: 200_000 }, (_, i) => Math.sin(i / 99)) },
        { name: 'III', samples: wave(3_000, 2) },
      ],
      owner,
    );
    short = await storeRecording(database, [{ name: 'I', samples: wave(5_000, 3) }], owner);
  });
  afterEach(() => app.close());

  const deps = (stopping = new AbortController()) => ({
    database,
    log,
    uploads: new Uploads(),
    blockEncoding: 'packed' as const,
    stopping: stopping.signal,
  });
  const stored = async ({ _id, owner }: StoredEcg): Promise<StoredEcg | null> =>
    ecgModel(database).findOne({ _id, owner }).lean<StoredEcg>();
  const tiles = async (): Promise<string[]> => {
    const found = await envelopeCollection(database).find({ ecg: ecg._id }).toArray();
    return found
      .map(({ channel, level, tile, data }) => `${channel}/${level}/${tile} ${data.toString('base64')}`)
      .toSorted();
  };
  const minutes = async (): Promise<string[]> => {
    const found = await minuteCollection(database).find({ ecg: ecg._id }).toArray();
    return found.flatMap(({ channels }) =>
      channels.map(
        ({ channel, samplingRate, zeroLevel, table }) =>
          `${channel} at ${samplingRate} Hz about ${zeroLevel}: ${table.toString('base64')}`,
      ),
    );
  };
  /** As before there were envelopes and minutes. */
  async function forgotten(): Promise<string[]> {
    const before = await tiles();
    expect(before.length).to.equal(ecg.envelopeDocuments);
    await envelopeCollection(database).deleteMany({});
    await minuteCollection(database).deleteMany({});
    const all = [ecg, short].map(({ _id }) => _id);
    await ecgModel(database).collection.updateMany(
      { _id: { $in: all } },
      {
        $unset: { envelopeDocuments: 1, minuteDocuments: 1 },
      },
    );
    return before;
  }

  it('are built in the background after the migration, and equal those of an upload', async () => {
    const minutesBefore = await minutes();
    expect(minutesBefore).to.have.lengthOf(2);
    const before = await forgotten();
    await derived.up(database.db as never);
    expect((await stored(short))?.derivedDueAt).to.equal(undefined);
    const builder = startDerivedBuilder(deps());
    await eventually('they are built', async () => (await stored(ecg))?.envelopeDocuments !== undefined);
    await builder.stop();
    expect(await tiles()).to.deep.equal(before);
    expect(await minutes()).to.deep.equal(minutesBefore);
    const { envelopeDocuments, minuteDocuments, derivedDueAt, version } = (await stored(ecg)) as StoredEcg;
    expect([envelopeDocuments, minuteDocuments, derivedDueAt]).to.deep.equal([before.length, 1, undefined]);
    expect(version).to.equal(ecg.version);
    expect(await buildDerived(deps())).to.equal(0);
  });

  it('are built again from the beginning if the instance that built them has been killed', async () => {
    const before = await forgotten();
    await derived.up(database.db as never);
    // What a killed instance leaves: some tiles, and a time after which another one may begin.
    const [first = ''] = before;
    const [channel, level, tile] = (first.split(' ')[0] as string).split('/').map(Number);
    const of = { ecg: ecg._id, owner: ecg.owner, writer: new Types.ObjectId() };
    const rest = { channel, level, tile, type: 'int16', data: 'something else' };
    await envelopeCollection(database).insertOne({ _id: new Types.ObjectId(), ...of, ...rest } as never);
    await ecgModel(database).collection.updateOne(
      { _id: ecg._id },
      { $set: { derivedDueAt: new Date(Date.now() + 600_000) } },
    );
    expect(await buildDerived(deps())).to.equal(0);
    await ecgModel(database).collection.updateOne({ _id: ecg._id }, { $set: { derivedDueAt: new Date(0) } });
    expect(await buildDerived(deps())).to.equal(1);
    expect(await tiles()).to.deep.equal(before);
  });

  it('are left for later when the service stops', async () => {
    await forgotten();
    await derived.up(database.db as never);
    const stopping = new AbortController();
    stopping.abort();
    expect(await buildDerived(deps(stopping))).to.equal(0);
    expect((await stored(ecg))?.derivedDueAt).to.be.instanceOf(Date);
  });

  it('are built anew if the check finds that tiles are lost, and not by every check', async () => {
    const before = await tiles();
    await envelopeCollection(database).deleteOne({ ecg: ecg._id });
    const { uploads } = app.app;
    await sweep({ database, log, uploads, silentMs: 60_000 });
    expect((await stored(ecg))?.envelopeDocuments).to.equal(undefined);
    expect(await buildDerived(deps())).to.equal(1);
    expect(await tiles()).to.deep.equal(before);
    await sweep({ database, log, uploads, silentMs: 60_000 });
    expect((await stored(ecg))?.derivedDueAt).to.equal(undefined);
  });

  it('are built anew if the check finds that minutes are lost', async () => {
    const before = await minutes();
    await minuteCollection(database).deleteMany({ ecg: ecg._id });
    const { uploads } = app.app;
    await sweep({ database, log, uploads, silentMs: 60_000 });
    expect((await stored(ecg))?.derivedDueAt).to.be.instanceOf(Date);
    expect(await buildDerived(deps())).to.equal(1);
    expect(await minutes()).to.deep.equal(before);
  });

  it('have only minutes where there are none in recordings with envelopes', async () => {
    const before = await minutes();
    const envelopes = envelopeCollection(database);
    const ids = async (): Promise<unknown[]> =>
      (await envelopes.find({ ecg: ecg._id }).sort({ _id: 1 }).toArray()).map(({ _id }) => _id.toHexString());
    const tileIds = await ids();
    await minuteCollection(database).deleteMany({});
    await ecgModel(database).collection.updateOne({ _id: ecg._id }, { $unset: { minuteDocuments: 1 } });
    await derived.up(database.db as never);
    expect(await buildDerived(deps())).to.equal(1);
    expect(await minutes()).to.deep.equal(before);
    expect(await ids()).to.deep.equal(tileIds);
  });

  it('do not stop those of others if a block is missing', async () => {
    const other = await storeRecording(database, [{ name: 'I', samples: wave(70_000, 4) }], ecg.owner);
    await forgotten();
    await ecgModel(database).collection.updateOne(
      { _id: other._id },
      { $unset: { envelopeDocuments: 1, minuteDocuments: 1 } },
    );
    await database.collection('ecgBlocks').deleteOne({ ecg: ecg._id });
    await derived.up(database.db as never);
    expect(await buildDerived(deps())).to.equal(1);
    expect((await stored(other))?.envelopeDocuments).to.equal(3);
  });

  it('are removed with their recording', async () => {
    const { token } = app.clinician;
    expect((await call(app, 'DELETE', `/ecgs/${ecg._id.toHexString()}`, { token })).status).to.equal(204);
    expect([await tiles(), await minutes()]).to.deep.equal([[], []]);
  });
});

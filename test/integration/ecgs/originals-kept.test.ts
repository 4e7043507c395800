/** Uploaded files are never left without a recording, and no recording without the files that it names. */
import { expect } from 'chai';
import { mongo, Types } from 'mongoose';
import { pino } from 'pino';
import { check } from '../../../src/ecgs/store/check-stored.ts';
import { ecgModel } from '../../../src/ecgs/store/model.ts';
import { chunkCollection, fileCollection } from '../../../src/ecgs/store/original-model.ts';
import { sweep, type SweepDeps } from '../../../src/ecgs/store/sweep.ts';
import { Uploads } from '../../../src/ecgs/store/uploads.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { whileFailing } from '../../support/failpoint.ts';
import { type Answer, call } from '../../support/http.ts';
import { integrityOf } from '../../support/integrity.ts';
import { dicomSending, send, signalsOf } from '../../support/sendings.ts';

const SILENT_MS = 60_000;

describe('the files of uploads that are interrupted', () => {
  let app: TestApp;
  let token: string;
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => lines.push(JSON.parse(line)) });
  beforeEach(async () => {
    app = await startTestApp();
    ({ token } = app.clinician);
  });
  afterEach(() => app.close());

  const deps = (): SweepDeps => ({ database: app.database, log, uploads: app.app.uploads, silentMs: SILENT_MS });
  const left = async (): Promise<number[]> =>
    Promise.all([chunkCollection, fileCollection].map((one) => one(app.database).countDocuments({})));
  const post = (signal: number[]): Promise<Answer> =>
    call(app, 'POST', '/ecgs', { token, body: { leads: [{ name: 'I', signal }] } });
  const remove = async (id: string): Promise<number> => (await call(app, 'DELETE', `/ecgs/${id}`, { token })).status;
  const chunkOf = (ecg: Types.ObjectId, writer: Types.ObjectId) => ({
    _id: new Types.ObjectId(),
    files_id: new Types.ObjectId(),
    n: 0,
    data: new mongo.Binary(Buffer.from('x')),
    ecg,
    owner: new Types.ObjectId(app.clinician.id),
    writer,
  });

  for (const [command, collection] of [
    ['insert', 'ecgOriginals.chunks'],
    ['insert', 'ecgOriginals.files'],
    ['insert', 'ecgBlocks'],
    ['insert', 'ecgs'],
  ] as const) {
    it(`are removed, and nothing is published, if the ${command} into ${collection} fails`, async () => {
      await whileFailing(app.database, { command, collection }, async () => {
        expect((await post([1, -1])).status).to.equal(500);
      });
      expect(await left()).to.deep.equal([0, 0]);
      expect(await ecgModel(app.database).countDocuments({ version: { $gte: 1 } })).to.equal(0);
      expect((await post([1, -1])).status).to.equal(201);
      expect(await left()).to.deep.equal([1, 1]);
    });
  }

  it('are removed by the sweeper if the instance that wrote them has died', async () => {
    const dead = new Uploads();
    const draft = await dead.begin(app.database);
    await post([1, -1]);
    await chunkCollection(app.database).insertOne(chunkOf(draft, dead.instance));
    expect(await sweep(deps())).to.include({ removed: 0, orphans: 0 });
    const silent = [{ $set: { seenAt: { $subtract: ['$$NOW', 2 * SILENT_MS] } } }];
    await app.database.collection<{ _id: Types.ObjectId }>('instances').updateOne({ _id: dead.instance }, silent);
    expect(await sweep(deps())).to.include({ removed: 1 });
    expect(await left()).to.deep.equal([1, 1]);
  });

  it('are removed by the hourly check if they belong to no recording', async () => {
    await post([1, -1]);
    await chunkCollection(app.database).insertOne(chunkOf(new Types.ObjectId(), new Types.ObjectId()));
    expect(await check(deps())).to.include({ orphans: 1, hollow: 0 });
    expect(await left()).to.deep.equal([1, 1]);
  });

  it('are missed by the hourly check until the same file is sent again', async () => {
    const { id } = (await post([1, -1])).json;
    for (const one of [chunkCollection, fileCollection]) {
      await one(app.database).deleteMany({});
      expect(await check(deps())).to.include({ hollow: 1 });
      expect(lines.at(-1)).to.include({
        msg: 'recordings lack samples, marks or files: restore them from a backup, or upload them again',
      });
      expect((await post([1, -1])).json.id).to.equal(id);
      expect(await check(deps())).to.include({ hollow: 0 });
      expect(await left()).to.deep.equal([1, 1]);
    }
  });

  it('are handed to the other recording of their file, or stay, if the removal of the first fails', async () => {
    const { json } = await send(app, token, await dicomSending('pair', signalsOf(1, { I: 300, II: 300 })));
    const [first, second] = [json.id as string, json.siblings[0].id as string];
    const holds = async (id: string): Promise<number> =>
      chunkCollection(app.database).countDocuments({ ecg: new Types.ObjectId(id) });
    expect([await holds(first), await holds(second)]).to.deep.equal([1, 0]);
    await whileFailing(app.database, { command: 'update', collection: 'ecgOriginals.files' }, async () => {
      expect(await remove(first)).to.equal(500);
    });
    expect([await holds(first), await holds(second)]).to.deep.equal([1, 0]);
    await whileFailing(app.database, { command: 'delete', collection: 'ecgBlocks' }, async () => {
      expect(await remove(first)).to.equal(500);
    });
    expect([await holds(first), await holds(second)]).to.deep.equal([0, 1]);
    await sweep(deps());
    expect((await call(app, 'GET', `/ecgs/${second}/original`, { token })).status).to.equal(200);
    expect(await remove(second)).to.equal(204);
    expect(await left()).to.deep.equal([0, 0]);
  });

  it('survive the removal of recordings of one file at the same moment only as long as one of them', async () => {
    for (let round = 0; round < 5; round++) {
      const { json } = await send(app, token, await dicomSending('pair', signalsOf(round, { I: 30, II: 30 })));
      const ids = [json.id as string, json.siblings[0].id as string];
      expect(await Promise.all(ids.map(remove))).to.deep.equal([204, 204]);
      expect(await left()).to.deep.equal([0, 0]);
    }
    expect(await integrityOf(app.database))
      .to.include({ recordings: 0 })
      .and.deep.include({ orphans: [], hollow: [] });
  });
});

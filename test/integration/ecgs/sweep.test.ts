/**
 * Remains of crashes are found by their registration, and healthy recordings are neither changed nor repeatedly
 * examined.
 */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { pino } from 'pino';
import { check, checkDue } from '../../../src/ecgs/store/check-stored.ts';
import { auditUploads } from '../../../src/ecgs/store/audited.ts';
import { blockCollection, type StoredBlocks } from '../../../src/ecgs/store/content-model.ts';
import { ecgModel, instanceCollection } from '../../../src/ecgs/store/model.ts';
import { claim } from '../../../src/ecgs/store/settle.ts';
import { sweep, type SweepDeps } from '../../../src/ecgs/store/sweep.ts';
import { Uploads } from '../../../src/ecgs/store/uploads.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { made, somebody } from '../../support/directory.ts';
import { whileHeld } from '../../support/failpoint.ts';
import { call } from '../../support/http.ts';

const SILENT_MS = 60_000;

describe('the sweeper', () => {
  let app: TestApp;
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { level: 'info' },
    { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  );

  beforeEach(async () => {
    app = await startTestApp();
    lines.length = 0;
  });
  afterEach(() => app.close());

  const deps = (uploads = app.app.uploads): SweepDeps => ({
    database: app.database,
    log,
    uploads,
    silentMs: SILENT_MS,
  });
  const blockOf = (ecg: Types.ObjectId, writer: Types.ObjectId): StoredBlocks => ({
    _id: new Types.ObjectId(),
    ecg,
    owner: new Types.ObjectId(app.clinician.id),
    writer,
    blocks: [],
  });
  const upload = async (signal: number[]): Promise<string> =>
    (await call(app, 'POST', '/ecgs', { token: app.clinician.token, body: { leads: [{ name: 'I', signal }] } })).json
      .id as string;
  /** Makes an instance appear silent for a while, by the database's clock. */
  const silence = async (instance: Types.ObjectId, ms: number): Promise<unknown> =>
    instanceCollection(app.database).updateOne({ _id: instance }, [{ $set: { seenAt: { $subtract: ['$$NOW', ms] } } }]);

  it('registers every recording before anything of it is stored, and removes the entry afterwards', async () => {
    const id = await upload([1, -1]);
    const instance = { _id: app.app.uploads.instance };
    const registered = async (): Promise<string[]> =>
      ((await instanceCollection(app.database).findOne(instance))?.drafts ?? []).map(String);
    expect(await registered()).to.include(id);
    // The audit event is written before that.
    await app.app.uploads.beat(app.database);
    expect(await registered()).to.include(id);
    await auditUploads(app.database, app.app.uploads);
    await app.app.uploads.beat(app.database);
    expect(await registered())
      .to.have.length(256)
      .and.not.include(id);
  });

  it('removes what a dead instance was writing, and leaves its published recordings', async () => {
    const dead = new Uploads();
    const [draft, empty] = [await dead.begin(app.database), await dead.begin(app.database)];
    const published = new Types.ObjectId(await upload([1, -1]));
    await instanceCollection(app.database).updateOne({ _id: dead.instance }, { $push: { drafts: published } });
    await blockCollection(app.database).insertOne(blockOf(draft, dead.instance));
    expect(await sweep(deps())).to.deep.equal({ removed: 0, orphans: 0, hollow: 0 });
    await silence(dead.instance, 2 * SILENT_MS);
    expect(await sweep(deps())).to.deep.equal({ removed: 1, orphans: 0, hollow: 0 });
    expect(await blockCollection(app.database).countDocuments({ ecg: draft })).to.equal(0);
    expect(await blockCollection(app.database).countDocuments({ ecg: published })).to.equal(1);
    expect(await ecgModel(app.database).collection.countDocuments({ _id: empty })).to.equal(0);
    expect((await instanceCollection(app.database).findOne({ _id: dead.instance }))?.drafts).to.deep.equal([]);
  });

  it('gives an instance that was considered dead a new registration, under which it continues', async () => {
    const paused = new Uploads();
    const draft = await paused.begin(app.database);
    const before = paused.instance;
    await blockCollection(app.database).insertOne(blockOf(draft, before));
    await silence(before, 2 * SILENT_MS);
    await sweep(deps());
    await paused.beat(app.database);
    expect(paused.instance.equals(before)).to.equal(false);
    expect((await instanceCollection(app.database).findOne({ _id: paused.instance }))?.drafts?.map(String)).to.include(
      String(draft),
    );
    const late = ecgModel(app.database).collection.insertOne({
      _id: draft,
      owner: new Types.ObjectId(app.clinician.id),
    });
    expect(
      await late.then(
        () => null,
        (error: { code?: number }) => error.code,
      ),
    ).to.equal(11_000);
  });

  it('keeps the writes of an instance that started during the sweep', async () => {
    // Two orphans around it: the sweep has begun when the new instance registers itself and writes.
    const [first, mine, last] = [new Types.ObjectId(), new Types.ObjectId(), new Types.ObjectId()];
    const gone = new Types.ObjectId();
    const newcomer = new Uploads();
    await blockCollection(app.database).insertMany([blockOf(first, gone), blockOf(last, gone)]);
    const clearing = { command: 'delete', collection: 'ecgBlocks' } as const;
    const swept = await whileHeld(
      app.database,
      clearing,
      () => sweep(deps()),
      async () => {
        expect(await ecgModel(app.database).collection.findOne({ _id: first })).not.to.equal(null);
        await newcomer.begin(app.database);
        await blockCollection(app.database).insertOne(blockOf(mine, newcomer.instance));
      },
    );
    expect(swept).to.include({ removed: 2 });
    expect(await blockCollection(app.database).countDocuments({ ecg: { $in: [first, last] } })).to.equal(0);
    expect(await blockCollection(app.database).countDocuments({ ecg: mine })).to.equal(1);
  });

  it('keeps the writes of a silent instance until it is fenced, since it may still publish them', async () => {
    const silent = new Uploads();
    const draft = await silent.begin(app.database);
    await blockCollection(app.database).insertOne(blockOf(draft, silent.instance));
    await silence(silent.instance, 2 * SILENT_MS);
    expect(await check(deps())).to.include({ orphans: 0 });
    expect(await blockCollection(app.database).countDocuments({ ecg: draft })).to.equal(1);
    expect(await sweep(deps())).to.include({ removed: 1 });
    expect(await blockCollection(app.database).countDocuments({ ecg: draft })).to.equal(0);
  });

  it('uses the clock of the database: an instance with a wrong clock neither dies nor kills', async () => {
    const other = new Uploads();
    const draft = await other.begin(app.database);
    await blockCollection(app.database).insertOne(blockOf(draft, other.instance));
    const now = Date.now;
    Date.now = () => now() + 3 * SILENT_MS;
    try {
      expect(await sweep(deps())).to.include({ removed: 0 });
    } finally {
      Date.now = now;
    }
    expect(await blockCollection(app.database).countDocuments({ ecg: draft })).to.equal(1);
  });

  it('removes what a paused writer wrote after its recording was swept', async () => {
    const place = { id: new Types.ObjectId(), owner: new Types.ObjectId(app.clinician.id) };
    expect(await claim(app.database, place)).to.equal(true);
    await blockCollection(app.database).insertOne(blockOf(place.id, app.app.uploads.instance));
    await sweep(deps());
    expect(await blockCollection(app.database).countDocuments({ ecg: place.id })).to.equal(0);
  });

  it('finds the marked places without reading any recording', async () => {
    for (let i = 1; i <= 5; i++) await upload([i, -i]);
    const place = { id: new Types.ObjectId(), owner: new Types.ObjectId(app.clinician.id) };
    await claim(app.database, place);
    const { db } = app.database;
    await db!.command({ profile: 2 });
    await sweep(deps());
    await db!.command({ profile: 0 });
    const profiles = db!.collection<{ docsExamined: number; nreturned: number }>('system.profile');
    const isMarked = { op: 'query', ns: `${db!.databaseName}.ecgs`, 'command.filter.sweptAt': { $exists: true } };
    const found = await profiles.find(isMarked).toArray();
    expect(found.map(({ docsExamined, nreturned }) => [docsExamined, nreturned])).to.deep.equal([[1, 1]]);
  });

  it('shows markers to nobody', async () => {
    await claim(app.database, { id: new Types.ObjectId(), owner: new Types.ObjectId(app.clinician.id) });
    const { json } = await call(app, 'GET', '/ecgs?total=true', { token: app.clinician.token });
    expect(json).to.deep.equal({ items: [], nextCursor: null, total: 0 });
  });

  it('reports recordings that lack samples at every sweep until they are complete or deleted', async () => {
    const [hollow] = [await upload([1, -1]), await upload([2, -2])];
    await blockCollection(app.database).deleteMany({ ecg: new Types.ObjectId(hollow) });
    for (let pass = 0; pass < 2; pass++) {
      expect(await sweep(deps())).to.include({ hollow: 1 });
      expect(lines.filter(({ level }) => level === 50).at(-1))
        .to.include({ recordings: 1 })
        .and.property('ids')
        .deep.equal([hollow]);
    }
    expect(
      (
        await call(app, 'POST', '/ecgs', {
          token: app.clinician.token,
          body: { leads: [{ name: 'I', signal: [1, -1] }] },
        })
      ).status,
    ).to.equal(200);
    expect(await sweep(deps())).to.include({ hollow: 0 });
  });

  it('removes a recording whose owner was deleted during its publication, and frees its patient', async () => {
    const { token } = app.admin;
    const patient = await made(app, '/patients', somebody());
    const body = { patient, leads: [{ name: 'I', signal: [1, -1] }] };
    const late = (await call(app, 'POST', '/ecgs', { token: app.other.token, body })).json.id as string;
    const kept = await upload([2, -2]);
    await app.database.collection('users').deleteOne({ _id: new Types.ObjectId(app.other.id) });
    expect((await call(app, 'DELETE', `/patients/${patient}`, { token })).status).to.equal(409);
    expect(await sweep(deps())).to.include({ removed: 1 });
    const left = await ecgModel(app.database)
      .find({ version: { $gte: 1 } })
      .lean();
    expect(left.map(({ _id }) => String(_id))).to.deep.equal([kept]);
    expect(await blockCollection(app.database).countDocuments({ ecg: new Types.ObjectId(late) })).to.equal(0);
    expect((await call(app, 'DELETE', `/patients/${patient}`, { token })).status).to.equal(204);
  });

  it('removes no recording without an owner that is older than two days', async () => {
    const id = new Types.ObjectId(await upload([1, -1]));
    const createdAt = new Date(Date.now() - 3 * 86_400_000);
    await ecgModel(app.database).collection.updateOne({ _id: id }, { $set: { createdAt } });
    await app.database.collection('users').deleteOne({ _id: new Types.ObjectId(app.clinician.id) });
    expect(await sweep(deps())).to.include({ removed: 0 });
    expect(await ecgModel(app.database).countDocuments({ _id: id, version: { $gte: 1 } })).to.equal(1);
    expect(lines.some(({ level, recordings, owners }) => level === 50 && recordings === 1 && owners)).to.equal(true);
  });

  it('removes no recordings if many have no owner, since then users were lost', async () => {
    const first = await ecgModel(app.database).collection.findOne({ _id: new Types.ObjectId(await upload([1, -1])) });
    const copies = Array.from({ length: 50 }, (_, apart) => ({
      ...first,
      _id: new Types.ObjectId(),
      apart: String(apart),
    }));
    await ecgModel(app.database).collection.insertMany(copies);
    await app.database.collection('users').deleteOne({ _id: new Types.ObjectId(app.clinician.id) });
    expect(await sweep(deps())).to.include({ removed: 0 });
    expect(await ecgModel(app.database).countDocuments({ version: { $gte: 1 } })).to.equal(51);
    expect(lines.some(({ level, recordings, owners }) => level === 50 && recordings === 51 && owners)).to.equal(true);
    // Up to fifty may have been published late.
    await ecgModel(app.database).collection.deleteOne({ _id: copies[0]!._id });
    expect(await sweep(deps())).to.include({ removed: 50 });
  });

  it('checks on one instance at a time', async () => {
    const turns = await Promise.all(Array.from({ length: 8 }, async () => checkDue(app.database)));
    expect(turns.filter(Boolean)).to.have.length(1);
    expect(await checkDue(app.database)).to.equal(false);
  });
});

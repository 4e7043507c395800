/** Leases and fences, tested separately: a worker that has lost one cannot renew, release or end what others hold. */
import { expect } from 'chai';
import { type ClientSession, Types } from 'mongoose';
import { ClinicZone } from '../../../src/calendar/clinic-zone.ts';
import { commitBatch, Fenced } from '../../../src/imports/commit.ts';
import { leased, raiseFence, releaseLease, renewLease, takeLease } from '../../../src/imports/lease.ts';
import { leaseCollection, type StoredImport } from '../../../src/imports/model.ts';
import { endImport } from '../../../src/imports/run.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { call } from '../../support/http.ts';
import { things } from '../../support/import-kind.ts';
import { importCollection } from '../../support/imports.ts';

const LONG_MS = 600_000;

describe('the lease of an import', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());

  const stored = (id: Types.ObjectId) => leaseCollection(app.database).findOne({ _id: id });
  /** Lets a lease expire. */
  const runOut = (id: Types.ObjectId) =>
    leaseCollection(app.database).updateOne({ _id: id }, { $set: { expiresAt: new Date(0) } });

  it('cannot be taken while it is valid, and can be taken once it has expired', async () => {
    const id = new Types.ObjectId();
    const first = await takeLease(app.database, id, LONG_MS);
    expect(await takeLease(app.database, id, LONG_MS)).to.equal(null);
    expect((await stored(id))!.holder.equals(first!.holder)).to.equal(true);
    await runOut(id);
    const second = await takeLease(app.database, id, LONG_MS);
    expect((await stored(id))!.holder.equals(second!.holder)).to.equal(true);
  });

  it('is renewed by its holder only', async () => {
    const id = new Types.ObjectId();
    const lost = (await takeLease(app.database, id, LONG_MS))!;
    await runOut(id);
    const held = (await takeLease(app.database, id, LONG_MS))!;
    const before = await stored(id);
    expect(await renewLease(app.database, lost, 2 * LONG_MS)).to.equal(false);
    expect(await stored(id)).to.deep.equal(before);
    expect(await renewLease(app.database, held, 2 * LONG_MS)).to.equal(true);
    expect((await stored(id))!.expiresAt.getTime()).to.be.above(before!.expiresAt.getTime() + LONG_MS / 2);
  });

  it('is released by its holder only', async () => {
    const id = new Types.ObjectId();
    const lost = (await takeLease(app.database, id, LONG_MS))!;
    await runOut(id);
    const held = (await takeLease(app.database, id, LONG_MS))!;
    await releaseLease(app.database, lost);
    expect((await stored(id))!.holder.equals(held.holder)).to.equal(true);
    await releaseLease(app.database, held);
    expect(await stored(id)).to.equal(null);
  });

  it('is independent of that of another import', async () => {
    const [a, b] = [new Types.ObjectId(), new Types.ObjectId()];
    const lease = (await takeLease(app.database, a, LONG_MS))!;
    await takeLease(app.database, b, LONG_MS);
    await releaseLease(app.database, lease);
    expect(await stored(b)).not.to.equal(null);
    expect(await leased(app.database, [a, b])).to.deep.equal(new Set([b.toHexString()]));
    expect(await leased(app.database, [a])).to.deep.equal(new Set());
    await runOut(b);
    expect(await leased(app.database, [a, b])).to.deep.equal(new Set());
  });
});

describe('the fence of an import', () => {
  let app: TestApp;
  let id: Types.ObjectId;
  const sessions: ClientSession[] = [];
  /** An application that accepts files and does not process them. */
  before(async () => {
    app = await startTestApp({}, { importKinds: [things] });
  });
  after(() => app.close());
  afterEach(async () => {
    for (const session of sessions.splice(0)) await session.endSession();
  });
  beforeEach(async () => {
    const form = new FormData();
    form.set('file', new Blob(['Key,Value\na,1\n'], { type: 'text/csv' }), 'rows.csv');
    const answer = await call(app, 'POST', '/imports', { token: app.clinician.token, body: form });
    id = new Types.ObjectId(answer.json.id as string);
  });

  const stored = async (): Promise<StoredImport> => (await importCollection(app.database).findOne({ _id: id }))!;
  const session = async (): Promise<ClientSession> => {
    const opened = await app.database.startSession();
    sessions.push(opened);
    return opened;
  };
  const raised = async (): Promise<StoredImport> => (await raiseFence(app.database, await stored(), await session()))!;
  const set = (changes: Partial<StoredImport>) =>
    importCollection(app.database).updateOne({ _id: id }, { $set: changes });
  const ending = (job: StoredImport, state: 'completed' | 'failed'): Promise<unknown> =>
    endImport(app.database, job, { state }).catch((error: unknown) => error);
  const commit = async (job: StoredImport): Promise<unknown> => {
    const own = await session();
    const common = { database: app.database, session: own, importId: id };
    const context = {
      ...common,
      userId: job.owner,
      createMissing: false,
      source: 'csv',
      dialect: 'plain',
      zone: new ClinicZone('UTC'),
      now: new Date(),
    };
    const row = { item: { key: 'a', value: 1, note: '' }, digest: '' };
    const entry = { line: 2, end: { offset: 14, line: 3 }, row, errors: [] };
    return commitBatch({ ...common, fence: job.fence, dryRun: false, kind: things, context }, [entry]).catch(
      (error: unknown) => error,
    );
  };

  it('keeps workers with an older fence from writing rows, and from ending the import', async () => {
    const behind = await raised();
    await raised();
    const before = await stored();
    for (const state of ['completed', 'failed'] as const) {
      expect(await ending(behind, state)).to.be.instanceOf(Fenced);
    }
    expect(await commit(behind)).to.be.instanceOf(Fenced);
    expect(await stored()).to.deep.equal(before);
    expect(await app.database.collection('things').countDocuments()).to.equal(0);
  });

  for (const state of ['cancelled', 'completed', 'failed'] as const) {
    it(`is not raised again, and lets nothing through, once the import is ${state}`, async () => {
      const job = await raised();
      await set({ state });
      const before = await stored();
      expect(await raiseFence(app.database, before, await session())).to.equal(null);
      expect(await ending(job, 'failed')).to.be.instanceOf(Fenced);
      expect(await commit(job)).to.be.instanceOf(Fenced);
      expect(await stored()).to.deep.equal(before);
      expect(await app.database.collection('things').countDocuments()).to.equal(0);
    });
  }

  it('is independent of that of another import', async () => {
    const job = await raised();
    const imports = importCollection(app.database);
    const { _id: other } = (await imports.findOne({ _id: { $ne: id } }))!;
    await imports.updateOne({ _id: other }, { $set: { state: 'running', fence: job.fence } });
    const before = await imports.findOne({ _id: other });
    await endImport(app.database, job, { state: 'completed' });
    expect(await imports.findOne({ _id: other })).to.deep.equal(before);
    expect((await stored()).state).to.equal('completed');
  });
});

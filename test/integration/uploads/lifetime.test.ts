/** How uploads end without a recording: expiry, the sweep, the quota, and who may see them. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { pino } from 'pino';
import { uploadPieces } from '../../../src/uploads/model.ts';
import { sweepStrayPieces, sweepUploads } from '../../../src/uploads/sweep.ts';
import { LIMITS, startTestApp, type TestApp } from '../../support/app.ts';
import { call } from '../../support/http.ts';
import {
  ask,
  begin,
  begun,
  metadataOf,
  noise,
  offsetOf,
  patch,
  readUpload,
  record,
  TUS,
  uploadedFile,
} from '../../support/uploads.ts';

const DAY = 86_400_000;

describe('an upload', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());
  const user = () => app.clinician;
  const deps = () => ({ database: app.database, log: pino({ level: 'silent' }) });
  const stored = (id: string) => app.database.collection('uploads').findOne({ _id: new Types.ObjectId(id) });
  const pieces = (id: string) => uploadPieces(app.database).countDocuments({ upload: new Types.ObjectId(id) });

  /** Lets time pass for an upload. */
  const age = (id: string, ms: number) =>
    app.database
      .collection('uploads')
      .updateOne({ _id: new Types.ObjectId(id) }, [{ $set: { expiresAt: { $subtract: ['$expiresAt', ms] } } }]);

  describe('that has expired', () => {
    it('is answered with 410, whatever is asked', async () => {
      const id = await begun(app, user(), 10, 'Doe_Jane.edf');
      await patch(app, user(), id, 0, noise(4));
      await age(id, DAY + 1_000);
      expect((await ask(app, user(), id)).status).to.equal(410);
      const { token } = user();
      for (const answer of [
        await patch(app, user(), id, 4, noise(1)),
        await readUpload(app, user(), id),
        await record(app, user(), [id]),
        await call(app, 'DELETE', `/uploads/${id}`, { token, headers: TUS }),
      ])
        expect(answer.json).to.include({ status: 410, code: 'upload-expired' });
      const { json } = await call(app, 'GET', '/uploads?limit=200', { token });
      expect(json.items.map((one: { id: string }) => one.id)).to.not.include(id);
    });

    it('is swept: its bytes and its name are removed, and it is forgotten after a week', async () => {
      const id = await begun(app, user(), 10, 'Doe_Jane.edf');
      await patch(app, user(), id, 0, noise(4));
      const current = await begun(app, user(), 10);
      await patch(app, user(), current, 0, noise(4));
      await age(id, DAY + 1_000);
      await sweepUploads(deps());
      expect([await pieces(id), await pieces(current)]).to.deep.equal([0, 1]);
      expect(await stored(id)).to.include({ state: 'expired', name: null, metadata: null });
      expect((await ask(app, user(), id)).status).to.equal(410);
      await age(id, 7 * DAY);
      await sweepUploads(deps());
      expect((await ask(app, user(), id)).status).to.equal(404);
      expect(await offsetOf(app, user(), current)).to.equal(4);
    });

    it('takes no bytes that arrive after the sweep', async () => {
      const id = await begun(app, user(), 10);
      await age(id, DAY + 1_000);
      await sweepUploads(deps());
      // As seen by a request that has begun before.
      await age(id, -2 * DAY);
      await app.database.collection('uploads').updateOne({ _id: new Types.ObjectId(id) }, { $set: { offset: 0 } });
      expect((await patch(app, user(), id, 0, noise(1))).status).to.equal(410);
      expect(await pieces(id)).to.equal(0);
    });
  });

  it('lives longer with every byte', async () => {
    const id = await begun(app, user(), 10);
    await age(id, DAY / 2);
    const before = (await stored(id))!['expiresAt'] as Date;
    await patch(app, user(), id, 0, noise(4));
    expect(((await stored(id))!['expiresAt'] as Date).getTime() - before.getTime()).to.be.within(DAY / 2 - 1, DAY);
  });

  it('that was removed by half is removed by the sweep', async () => {
    const bytes = noise(10);
    for (const state of ['done', 'terminated']) {
      const id = await uploadedFile(app, user(), bytes);
      await app.database.collection('uploads').updateOne({ _id: new Types.ObjectId(id) }, { $set: { state } });
      await sweepUploads(deps());
      expect(await pieces(id)).to.equal(0);
      expect((await stored(id)) === null).to.equal(state === 'terminated');
    }
  });

  it('that no longer exists leaves no pieces', async () => {
    const id = await uploadedFile(app, user(), noise(10));
    const gone = await uploadedFile(app, user(), noise(10));
    await app.database.collection('uploads').deleteOne({ _id: new Types.ObjectId(gone) });
    await sweepStrayPieces(deps());
    expect([await pieces(id), await pieces(gone)]).to.deep.equal([1, 0]);
  });

  it("of somebody else is a 404, and isn't listed", async () => {
    const id = await begun(app, app.other, 10);
    expect((await ask(app, user(), id)).status).to.equal(404);
    const { token } = user();
    for (const answer of [
      await patch(app, user(), id, 0, noise(1)),
      await readUpload(app, user(), id),
      await record(app, user(), [id]),
      await call(app, 'DELETE', `/uploads/${id}`, { token, headers: TUS }),
    ])
      expect(answer.json).to.include({ status: 404, code: 'not-found' });
    const { json } = await call(app, 'GET', '/uploads?limit=200', { token });
    expect(json.items.map((one: { id: string }) => one.id)).to.not.include(id);
    expect(await offsetOf(app, app.other, id)).to.equal(0);
  });

  it('is in the list of its owner, the latest first, in pages', async () => {
    const owner = await app.newUser('clinician');
    const ids = [];
    for (const name of ['a', 'b', 'c']) ids.unshift(await begun(app, owner, 10, name));
    const first = await call(app, 'GET', '/uploads?limit=2&total=true', { token: owner.token });
    const path = `/uploads?limit=2&cursor=${first.json.nextCursor}`;
    const second = await call(app, 'GET', path, { token: owner.token });
    const listed = [...first.json.items, ...second.json.items].map(({ id }) => id);
    expect(listed).to.deep.equal(ids);
    expect([first.json.total, second.json.nextCursor]).to.deep.equal([3, null]);
  });
});

describe('the quota of uploads', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp({ limits: { ...LIMITS, maxPendingUploads: 5, maxPendingUploadBytes: 1_000 } });
  });
  after(() => app.close());

  it('counts declared bytes, until an upload is deleted or made into a recording', async () => {
    const owner = await app.newUser('clinician');
    const csv = Buffer.from(`II\n${'1\n-1\n'.repeat(100)}`);
    const used = await uploadedFile(app, owner, csv, 'a.csv');
    const unused = await begun(app, owner, 400);
    const refused = await begin(app, owner, 100);
    expect(refused.json).to.include({ status: 413, code: 'upload-quota-exceeded' });
    expect(refused.json.detail).to.include('MAX_PENDING_UPLOAD_BYTES_PER_USER').and.include('GET /uploads');
    expect((await begin(app, app.other, 1_000)).status).to.equal(201);
    expect((await record(app, owner, [used], { samplingRate: 100 })).status).to.equal(201);
    const now = await begun(app, owner, 600);
    expect((await begin(app, owner, 100)).status).to.equal(413);
    for (const id of [now, unused]) await call(app, 'DELETE', `/uploads/${id}`, { token: owner.token, headers: TUS });
    expect((await begin(app, owner, 1_000)).status).to.equal(201);
  });

  it('counts uploads', async () => {
    const owner = await app.newUser('clinician');
    for (let i = 0; i < 5; i++) await begun(app, owner, 1);
    const refused = await begin(app, owner, 1);
    expect(refused.json).to.include({ status: 413, code: 'upload-quota-exceeded' });
    expect(refused.json.detail).to.include('MAX_PENDING_UPLOADS_PER_USER');
    const { json } = await call(app, 'GET', '/uploads?total=true', { token: owner.token });
    expect(json.total).to.equal(5);
  });

  it('is never exceeded by requests at the same time', async () => {
    const owner = await app.newUser('clinician');
    const headers = { 'Upload-Metadata': metadataOf('a') };
    const answers = await Promise.all(Array.from({ length: 20 }, () => begin(app, owner, 300, null, headers)));
    const accepted = answers.filter(({ status }) => status === 201).length;
    expect(accepted).to.be.at.most(3);
    const { json } = await call(app, 'GET', '/uploads?total=true', { token: owner.token });
    expect(json.total).to.equal(accepted);
  });
});

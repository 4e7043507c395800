/** The owner and the version of a recording: every change and deletion checks both in the write itself. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { auditCollection } from '../../../src/audit/model.ts';
import { blockCollection } from '../../../src/ecgs/store/content-model.ts';
import { ecgModel } from '../../../src/ecgs/store/model.ts';
import { Recordings } from '../../../src/ecgs/store/recordings.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { call } from '../../support/http.ts';

const AT_ONCE = 8;
const allAtOnce = <T>(one: (i: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: AT_ONCE }, (_, i) => one(i)));

const ofLead = (id: string, samples: string) => ({
  resource: {
    resourceType: 'Observation',
    id,
    status: 'final',
    code: { text: 'ECG' },
    component: [
      {
        code: { text: 'I' },
        valueSampledData: { origin: { value: 0, unit: 'mV' }, period: 2, factor: 0.005, dimensions: 1, data: samples },
      },
    ],
  },
});

describe('changes of a recording', () => {
  let app: TestApp;
  let token: string;
  let id: string;
  let sent = 0;
  let mine: Recordings;
  let theirs: Recordings;

  before(async () => {
    app = await startTestApp();
    token = app.clinician.token;
    mine = new Recordings(app.database, app.clinician.id);
    theirs = new Recordings(app.database, app.other.id);
  });
  after(() => app.close());
  beforeEach(async () => {
    // Each is different: equal content would be the same recording.
    const body = { leads: [{ name: 'I', signal: [1, -1, ++sent] }] };
    id = (await call(app, 'POST', '/ecgs', { token, body })).json.id;
  });

  const patch = (notes: string, headers: Record<string, string> = {}) =>
    call(app, 'PATCH', `/ecgs/${id}`, { token, body: { notes }, headers });
  const ifFirst = { 'If-Match': '"1"' };

  it('at once with the same If-Match let exactly one succeed', async () => {
    const answers = await allAtOnce((i) => patch(`note ${i}`, ifFirst));
    const winner = answers.findIndex(({ status }) => status === 200);
    expect(answers.map(({ status }, i) => (i === winner ? 200 : status))).to.deep.equal(
      answers.map((_, i) => (i === winner ? 200 : 412)),
    );
    expect((await call(app, 'GET', `/ecgs/${id}`, { token })).json).to.include({ notes: `note ${winner}`, version: 2 });
  });

  it('at once without If-Match: each is a version', async () => {
    const answers = await allAtOnce((i) => patch(`note ${i}`));
    const versions = answers.map(({ status, json }) => [status, json.version]).toSorted(([, a], [, b]) => a - b);
    expect(versions).to.deep.equal(answers.map((_, i) => [200, i + 2]));
  });

  it('that say what is there already keep the version, and are not audited', async () => {
    const change = (body: object, headers = {}) => call(app, 'PATCH', `/ecgs/${id}`, { token, body, headers });
    const said = {
      notes: 'a',
      externalId: `kept ${sent}`,
      date: '2026-01-15T09:30:00Z',
      zeroLevel: 1,
      samplingRate: 100,
    };
    const first = await change(said);
    expect(first.json, first.text).to.include({ version: 2 });
    for (const [name, value] of Object.entries(said)) {
      const again = await change({ [name]: value }, { 'If-Match': '"2"' });
      expect([again.status, again.headers.get('etag'), again.json], name).to.deep.equal([200, '"2"', first.json]);
    }
    expect((await change({ notes: 'a' }, { 'If-Match': '"1"' })).status).to.equal(412);
    const events = await auditCollection(app.database)
      .find({ id: new Types.ObjectId(id), action: 'update' })
      .toArray();
    expect(events).to.have.length(1);
    expect((await change({ ...said, notes: 'b' })).json).to.include({ notes: 'b', version: 3 });
  });

  it('and its deletion at once with the same If-Match let one succeed', async () => {
    const answers = await allAtOnce((i) =>
      i % 2 === 0 ? patch(`note ${i}`, ifFirst) : call(app, 'DELETE', `/ecgs/${id}`, { token, headers: ifFirst }),
    );
    expect(answers.filter(({ status }) => status < 300)).to.have.length(1);
    for (const { status } of answers) expect(status).to.be.oneOf([200, 204, 404, 412]);
  });

  it('on an outdated version change nothing', async () => {
    const seen = await mine.get(id);
    expect(await mine.update(seen, { notes: 'first' })).to.include({ version: 2 });
    expect(await mine.update(seen, { notes: 'second' })).to.equal(null);
    expect(await mine.remove(seen, seen.version)).to.equal(false);
    expect(await mine.get(id)).to.include({ notes: 'first', version: 2 });
    expect(await blockCollection(app.database).countDocuments({ ecg: seen._id })).to.equal(1);
  });

  it('by somebody else change nothing, even if the owner found it', async () => {
    const seen = await mine.get(id);
    expect(await theirs.update(seen, { notes: 'theirs' })).to.equal(null);
    expect(await theirs.remove(seen, null)).to.equal(false);
    expect(await mine.get(id)).to.include({ notes: seen.notes, version: 1 });
    expect(await blockCollection(app.database).countDocuments({ ecg: seen._id })).to.equal(1);
  });

  it('cannot be read, listed or counted by somebody else', async () => {
    for (const withBlockTables of [false, true]) {
      const code = await theirs.get(id, { withBlockTables }).catch((error: { code: string }) => error.code);
      expect(code).to.equal('not-found');
    }
    expect([await theirs.ids({}, 5, 'owned'), await theirs.patients(5)]).to.deep.equal([[], []]);
    const byId = { _id: (await mine.get(id))._id };
    expect([await theirs.list([byId], { _id: 1 }, 5, 'owned'), await theirs.count(byId, 5, 'owned')]).to.deep.equal([
      [],
      0,
    ]);
    expect([
      (await mine.list([byId], { _id: 1 }, 5, 'owned')).length,
      await mine.count(byId, 5, 'owned'),
    ]).to.deep.equal([1, 1]);
  });

  it('are counted no further than requested', async () => {
    const before = await mine.count({}, 1_000, 'owned');
    expect(before).to.be.at.least(2);
    expect(await mine.count({}, before - 1, 'owned')).to.equal(before - 1);
  });
});

describe('recordings of one file', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());

  it('do not name one that has been deleted, and those of others are not changed', async () => {
    const { token } = app.clinician;
    const entry = [ofLead('a', '1 -2'), ofLead('b', '3 -4'), ofLead('c', '5 -6')];
    const raw = JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry });
    const sent = await call(app, 'POST', '/ecgs', { token, raw, headers: { 'Content-Type': 'application/fhir+json' } });
    expect(sent.status, sent.text).to.equal(201);
    const [first] = await ecgModel(app.database).find({ externalId: 'a' }).lean();
    const siblings = async (externalId: string): Promise<string[]> =>
      (await call(app, 'GET', `/ecgs?externalId=${externalId}`, { token })).json.items[0].siblings;
    const ids = [...(await siblings('a')), String(first!._id)];
    expect(new Set(ids)).to.have.property('size', 3);
    expect(await siblings('b')).to.include(String(first!._id));

    // A recording of somebody else that names this one, and is named by it: no change affects another owner.
    const foreign = (
      await call(app, 'POST', '/ecgs', {
        token: app.other.token,
        body: { leads: [{ name: 'I', signal: [1, -1] }] },
      })
    ).json.id as string;
    const { _id: foreignId } = await new Recordings(app.database, app.other.id).get(foreign);
    await ecgModel(app.database).updateOne({ _id: foreignId }, { $set: { siblings: [first!._id] } });
    await ecgModel(app.database).updateOne({ _id: first!._id }, { $push: { siblings: foreignId } });

    expect((await call(app, 'DELETE', `/ecgs/${String(first!._id)}`, { token })).status).to.equal(204);
    const [b, c] = ids.filter((id) => id !== String(first!._id));
    expect([await siblings('b'), await siblings('c')].flat()).to.have.members([b, c]);
    expect((await call(app, 'GET', `/ecgs/${foreign}`, { token: app.other.token })).json.siblings).to.deep.equal([
      String(first!._id),
    ]);
  });
});

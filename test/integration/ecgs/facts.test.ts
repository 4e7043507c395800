/** The date and the id of a recording can be set later if its file leaves them open, and only then. */
import { expect } from 'chai';
import { ecgModel } from '../../../src/ecgs/store/model.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call } from '../../support/http.ts';
import { made } from '../../unit/formats/edf/support.ts';

const body = (more: object = {}): object => ({
  samplingRate: 100,
  leads: [{ name: 'II', signal: [1, -1] }],
  ...more,
});

describe('the date and the id of a recording', () => {
  let app: TestApp;
  let token: string;
  before(async () => {
    app = await startTestApp({ clinicTimezone: 'Europe/Berlin' });
  });
  after(() => app.close());
  beforeEach(async () => {
    ({ token } = await app.newUser('clinician'));
  });

  const post = (more: object = {}, query = ''): Promise<Answer> =>
    call(app, 'POST', `/ecgs${query}`, { token, body: body(more) });
  const change = (id: string, patch: object): Promise<Answer> =>
    call(app, 'PATCH', `/ecgs/${id}`, { token, body: patch });
  const edf = (startDate: string): Promise<Answer> =>
    call(app, 'POST', '/ecgs?id=given', {
      token,
      raw: made({ startDate, signals: [{ label: 'II', records: [[1, -1]] }] }),
      headers: { 'Content-Type': 'application/octet-stream' },
    });

  it('are set, corrected and removed if the file leaves them open', async () => {
    const { id, open } = (await post()).json;
    expect(open).to.deep.equal(['date', 'externalId']);
    const first = await change(id, { date: '2026-01-15T10:30', externalId: ' a ' });
    expect(first.status, first.text).to.equal(200);
    expect(first.json).to.include({ date: '2026-01-15T09:30:00.000Z', externalId: 'a', version: 2 });
    expect((await change(id, { date: '2026-01-16T00:00:00Z', externalId: 'b' })).json).to.include({
      date: '2026-01-16T00:00:00.000Z',
      externalId: 'b',
    });
    expect((await call(app, 'GET', '/ecgs?externalId=b&dateFrom=2026-01-16', { token })).json.items).to.have.length(1);
    const none = await change(id, { date: null, externalId: null });
    expect(none.json).to.deep.include({ date: null, externalId: null, open: ['date', 'externalId'] });
  });

  it('stay as the file states them', async () => {
    const { id, open } = (await post({ id: 'own', date: '2026-01-15T09:30:00Z' })).json;
    expect(open).to.deep.equal([]);
    for (const [patch, stated] of [
      [{ date: '2026-01-16T00:00:00Z' }, 'date (2026-01-15T09:30:00.000Z)'],
      [{ externalId: 'other' }, 'externalId (own)'],
      [{ externalId: null, notes: 'x' }, 'externalId (own)'],
    ] as const) {
      const { status, json } = await change(id, patch);
      expect([status, json.code]).to.deep.equal([409, 'already-known']);
      expect(json.detail).to.include(stated);
    }
    expect((await call(app, 'GET', `/ecgs/${id}`, { token })).json).to.include({ notes: null, version: 1 });
  });

  it('can be corrected if the sender, not the file, gave them', async () => {
    const { id, open } = (await edf('15.01.26')).json;
    expect(open).to.deep.equal(['externalId']);
    expect((await change(id, { externalId: 'corrected' })).json.externalId).to.equal('corrected');
    expect((await change(id, { date: '2026-01-15' })).json.code).to.equal('already-known');
    const again = await edf('15.01.26');
    expect([again.status, again.json.externalId]).to.deep.equal([201, 'given']);
  });

  it('are open in recordings of earlier versions where nothing is known', async () => {
    const { id } = (await post({ id: 'old' })).json;
    const ecgs = ecgModel(app.database);
    await ecgs.updateOne({ externalId: 'old', version: 1 }, { $unset: { open: 1, fileName: 1, recordName: 1 } });
    expect((await call(app, 'GET', `/ecgs/${id}`, { token })).json).to.deep.include({
      open: ['date'],
      fileName: null,
      recordName: null,
    });
    expect((await change(id, { externalId: 'x' })).json.code).to.equal('already-known');
    expect((await change(id, { date: '2026-01-15' })).status).to.equal(200);
  });

  it('do not hide that the same file comes again', async () => {
    const { id } = (await post()).json;
    await change(id, { date: '2026-01-15T10:30', externalId: 'set later' });
    for (const query of ['', '?id=set%20later']) {
      const again = await post({}, query);
      expect([again.status, again.json.id]).to.deep.equal([200, id]);
    }
    expect((await post({}, '?id=another')).status).to.equal(201);
  });

  it('are refused if another recording has the id, or would be the same without it', async () => {
    const { id } = (await post()).json;
    const other = (await post({}, '?id=taken')).json;
    const taken = await change(id, { externalId: 'taken' });
    expect([taken.status, taken.json.code]).to.deep.equal([409, 'external-id-taken']);
    expect(taken.json.detail).to.include('"taken"');
    const same = await change(other.id, { externalId: null });
    expect([same.status, same.json.code]).to.deep.equal([409, 'content-exists']);
    expect((await call(app, 'GET', `/ecgs/${id}`, { token })).json.version).to.equal(1);
  });

  it('are checked', async () => {
    const { id } = (await post()).json;
    for (const [patch, path] of [
      [{ date: 'yesterday' }, '/date'],
      [{ date: '2026-03-29T02:30' }, '/date'],
      [{ externalId: '' }, '/externalId'],
      [{ externalId: 'x'.repeat(201) }, '/externalId'],
    ] as const) {
      const { status, json } = await change(id, patch);
      expect([status, json.errors?.[0]?.path]).to.deep.equal([422, path]);
    }
  });
});

/** The reader's own annotations: made, listed among the others, changed and deleted. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { MAX_OWN_ANNOTATIONS } from '../../../src/ecgs/annotations/marks.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call } from '../../support/http.ts';
import { annotate, codeOf, eventsOf, faultOf, fourSeconds } from '../../support/marks.ts';

describe('own annotations', () => {
  let app: TestApp;
  let token: string;
  let id: string;
  before(async () => {
    app = await startTestApp();
    ({ token } = app.clinician);
  });
  after(() => app.close());
  beforeEach(async () => {
    id = await fourSeconds(app, token);
  });

  const get = (path: string): Promise<Answer> => call(app, 'GET', `/ecgs/${id}${path}`, { token });
  const make = (body: object): Promise<Answer> => annotate(app, token, id, body);
  const change = (mark: string, body: object, headers: Record<string, string> = {}): Promise<Answer> =>
    call(app, 'PATCH', `/ecgs/${id}/annotations/${mark}`, { token, body, headers });
  const remove = (mark: string, headers: Record<string, string> = {}): Promise<Answer> =>
    call(app, 'DELETE', `/ecgs/${id}/annotations/${mark}`, { token, headers });

  it('are a point in time or a period, with who and when', async () => {
    const point = await make({ at: 1.25, channel: 'II', code: 'V', text: 'premature' });
    expect(point.status, point.text).to.equal(201);
    expect(point.headers.get('location')).to.equal(`/api/v1/ecgs/${id}/annotations/${point.json.id}`);
    expect(point.headers.get('etag')).to.equal('"1"');
    const { id: mark, createdAt, changedAt, ...said } = point.json;
    expect(said).to.deep.equal({
      source: 'own',
      at: 1.25,
      duration: null,
      channel: 'II',
      code: 'V',
      text: 'premature',
      value: null,
      createdBy: app.clinician.id,
      version: 1,
    });
    expect(createdAt).to.equal(changedAt);
    expect((await get(`/annotations/${mark}`)).json).to.deep.equal(point.json);

    const period = await make({ from: 0.2, to: 0.6, text: 'noise' });
    expect(period.json).to.include({ at: 0.2, duration: 0.4, channel: null, code: null });
    expect((await get('')).json, 'the recording').to.include({ version: 1, annotations: 0 });
  });

  it('are named measurements, and QT with RR has QTc', async () => {
    const { json } = await make({ from: 1, to: 1.4, channel: 'II', value: { kind: 'QT', ms: 400, rrMs: 800 } });
    expect(json.value).to.include({ kind: 'QT', ms: 400, mV: null, rrMs: 800 });
    expect(json.value.qtc.bazett).to.be.closeTo(447.2135955, 1e-6);
    expect(json.value.qtc.hodges).to.equal(426.25);
    const amplitude = await make({ at: 1, channel: 'II', value: { kind: 'ST', mV: -0.12 } });
    expect(amplitude.json.value).to.deep.equal({ kind: 'ST', ms: null, mV: -0.12, rrMs: null, qtc: null });
  });

  for (const [what, body, path, message] of [
    ['without a time', { text: 'a' }, '/at', /must be given/],
    ['with a point and a period', { at: 1, from: 1, to: 2, text: 'a' }, '/at', /together/],
    ['with half of a period', { from: 1, text: 'a' }, '/to', /together with from/],
    ['with a period that runs backwards', { from: 2, to: 1, text: 'a' }, '/to', /before from/],
    ['that say nothing', { at: 1 }, '', /code, text or value/],
    ['that say nothing but null', { at: 1, text: null, code: null }, '', /code, text or value/],
    ['before the first sample', { at: -1, text: 'a' }, '/at', /at least 0/],
    ['of an unknown channel', { at: 1, channel: 'V9', text: 'a' }, '/channel', /no channel/],
    ['with a code of several words', { at: 1, code: 'a beat' }, '/code', /visible ASCII/],
    ['with a measurement of nothing', { at: 1, value: { kind: 'QT' } }, '/value', /ms or mV/],
    ['with an RR interval of something else', { at: 1, value: { kind: 'PR', ms: 1, rrMs: 800 } }, '/value/rrMs', /QT/],
    ['with an RR interval too short', { at: 1, value: { kind: 'QT', ms: 1, rrMs: 99 } }, '/value/rrMs', /at least 100/],
    ['with an RR interval too long', { at: 1, value: { kind: 'QT', ms: 1, rrMs: 1e5 } }, '/value/rrMs', /most 10,000/],
    ['with too high a voltage', { at: 1, channel: 'II', value: { kind: 'ST', mV: 101 } }, '/value/mV', /most 100/],
    ['with too low a voltage', { at: 1, channel: 'II', value: { kind: 'ST', mV: -101 } }, '/value/mV', /least -100/],
    ['with a voltage of a bare channel', { at: 1, channel: 'raw', value: { kind: 'ST', mV: 1 } }, '/value/mV', /calib/],
    ['with a voltage of a pressure', { at: 1, channel: 'slow', value: { kind: 'ST', mV: 1 } }, '/value/mV', /calib/],
  ] as const) {
    it(`are refused ${what}`, async () => {
      const answer = await make(body);
      expect(answer.status, answer.text).to.equal(422);
      expect(answer.json.errors[0].path).to.equal(path);
      expect(answer.json.errors[0].message).to.match(message);
      expect((await get('/annotations')).json.items).to.deep.equal([]);
    });
  }

  it('lie inside the recording, and inside their channel', async () => {
    expect((await make({ at: 4, text: 'the end' })).status).to.equal(201);
    expect(codeOf(await make({ at: 4.001, text: 'a' }))).to.deep.equal([422, 'window-outside']);
    expect(codeOf(await make({ from: 1, to: 5, text: 'a' }))).to.deep.equal([422, 'window-outside']);
    expect(codeOf(await make({ at: 3, channel: 'slow', text: 'a' }))).to.deep.equal([422, 'window-outside']);
    const { json } = await make({ at: 3, text: 'a' });
    expect(codeOf(await change(json.id, { channel: 'slow' }))).to.deep.equal([422, 'window-outside']);
  });

  it('are refused while the recording has no sampling rate', async () => {
    const leads = [{ name: 'I', signal: [1, -1, 2] }];
    const { json } = await call(app, 'POST', '/ecgs?duplicate=allow', { token, body: { leads } });
    expect(codeOf(await annotate(app, token, json.id, { at: 0, text: 'a' }))).to.deep.equal([
      422,
      'sampling-rate-unknown',
    ]);
  });

  it('are changed in part, as of a version, and the last meaning cannot be taken away', async () => {
    const { json } = await make({ at: 1, channel: 'II', text: 'first' });
    const changed = await change(json.id, { from: 1, to: 2, text: 'second' }, { 'If-Match': '"1"' });
    expect(changed.status, changed.text).to.equal(200);
    expect(changed.headers.get('etag')).to.equal('"2"');
    expect(changed.json).to.include({ at: 1, duration: 1, channel: 'II', text: 'second', version: 2 });
    expect(changed.json.createdAt).to.equal(json.createdAt);
    expect(Date.parse(changed.json.changedAt)).to.be.at.least(Date.parse(json.changedAt));
    expect((await get(`/annotations/${json.id}`)).json).to.deep.equal(changed.json);
    expect(codeOf(await change(json.id, { text: 'third' }, { 'If-Match': '"1"' }))).to.deep.equal([
      412,
      'version-stale',
    ]);
    expect(faultOf(await change(json.id, { text: null }))).to.deep.equal([422, '', 'must leave a code, text or value']);
    expect((await change(json.id, { channel: null, code: 'N', text: null })).json).to.include({
      channel: null,
      code: 'N',
      text: null,
      version: 3,
    });
    expect(codeOf(await change(json.id, {}))).to.deep.equal([422, 'validation-failed']);
  });

  it('are deleted as of a version', async () => {
    const { json } = await make({ at: 1, text: 'a' });
    expect(codeOf(await remove(json.id, { 'If-Match': '"7"' }))).to.deep.equal([412, 'version-stale']);
    expect((await remove(json.id, { 'If-Match': '"1"' })).status).to.equal(204);
    expect(codeOf(await remove(json.id))).to.deep.equal([404, 'not-found']);
    expect(codeOf(await get(`/annotations/${json.id}`))).to.deep.equal([404, 'not-found']);
    expect(codeOf(await change(json.id, { text: 'b' }))).to.deep.equal([404, 'not-found']);
  });

  it('belong to their recording and to its owner', async () => {
    const { json } = await make({ at: 1, text: 'a' });
    const elsewhere = await fourSeconds(app, token);
    const [path, body] = [`/ecgs/${elsewhere}/annotations/${json.id}`, { text: 'b' }];
    expect((await call(app, 'GET', path, { token })).status).to.equal(404);
    expect((await call(app, 'PATCH', path, { token, body })).status).to.equal(404);
    expect((await call(app, 'DELETE', path, { token })).status).to.equal(404);
    const foreign = { token: app.other.token };
    expect((await call(app, 'GET', `/ecgs/${id}/annotations/${json.id}`, foreign)).status).to.equal(404);
    expect(
      (await call(app, 'POST', `/ecgs/${id}/annotations`, { ...foreign, body: { at: 1, text: 'b' } })).status,
    ).to.equal(404);
    expect((await get('/annotations')).json.items).to.deep.equal([json]);
  });

  it('are listed in order of time by pages, windows, codes and sources', async () => {
    const times = [3, 1, 2, 1, 0, 3.5];
    for (const [i, at] of times.entries()) await make({ at, code: i % 2 === 0 ? 'N' : 'V', text: String(i) });
    const listed = async (query: string): Promise<string[]> => {
      const texts: string[] = [];
      for (let cursor = ''; ;) {
        const { json } = await get(`/annotations?${query}${cursor}`);
        texts.push(...json.items.map(({ text }: { text: string }) => text));
        if (json.nextCursor === null) return texts;
        cursor = `&cursor=${json.nextCursor}`;
      }
    };
    for (const limit of [1, 2, 5, 6, 7])
      expect(await listed(`limit=${limit}`)).to.deep.equal(['4', '1', '3', '2', '0', '5'], `${limit}`);
    expect(await listed('from=1&to=3&limit=1')).to.deep.equal(['1', '3', '2']);
    expect(await listed('code=V&limit=2')).to.deep.equal(['1', '3', '5']);
    expect(await listed('source=own')).to.have.length(6);
    expect(await listed('source=file')).to.deep.equal([]);
    expect((await get('/annotations?from=9')).json.code).to.equal('window-outside');
    expect((await get('/annotations?source=mine')).json.code).to.equal('invalid-query');
    const forged = Buffer.from(JSON.stringify([1, 3, 'x', 0, 0])).toString('base64url');
    expect((await get(`/annotations?cursor=${forged}`)).json.code).to.equal('invalid-cursor');
  });

  it('are limited in number', async () => {
    const ecgs = app.database.collection('ecgs');
    await ecgs.updateOne({ _id: new Types.ObjectId(id) }, { $set: { marks: MAX_OWN_ANNOTATIONS - 1 } });
    const last = await make({ at: 1, text: 'the last' });
    expect(last.status).to.equal(201);
    expect(codeOf(await make({ at: 1, text: 'one more' }))).to.deep.equal([409, 'too-many-annotations']);
    await remove(last.json.id);
    expect((await make({ at: 1, text: 'another' })).status).to.equal(201);
  });

  it('are all kept if many are made at the same time', async () => {
    const answers = await Promise.all([0, 1, 2, 3, 4, 5].map((at) => make({ at: at / 2, text: `${at}` })));
    expect(answers.map(({ status }) => status)).to.deep.equal([201, 201, 201, 201, 201, 201]);
    expect((await get('/annotations')).json.items).to.have.length(6);
    const stored = await app.database.collection('ecgs').findOne({ _id: new Types.ObjectId(id) });
    expect(stored).to.include({ marks: 6, readerRevision: 6 });
  });

  it('are audited by the names of their fields', async () => {
    const own = await app.newUser('clinician');
    const mine = await fourSeconds(app, own.token);
    const { json } = await annotate(app, own.token, mine, { at: 1, text: 'a' });
    const path = `/ecgs/${mine}/annotations/${json.id}`;
    await call(app, 'PATCH', path, { token: own.token, body: { text: 'b', code: 'N' } });
    await call(app, 'DELETE', path, { token: own.token });
    const events = (await eventsOf(app, 'annotation')).filter(
      (event) => String((event as { by: unknown }).by) === own.id,
    );
    const common = {
      by: new Types.ObjectId(own.id),
      resource: 'annotation',
      id: new Types.ObjectId(json.id as string),
      patient: null,
      ecg: new Types.ObjectId(mine),
    };
    expect(events).to.deep.equal([
      { ...common, action: 'create' },
      { ...common, action: 'update', fields: ['code', 'text'] },
      { ...common, action: 'delete' },
    ]);
  });

  it('are removed with their recording, and a late one is refused', async () => {
    await make({ at: 1, text: 'a' });
    expect((await call(app, 'DELETE', `/ecgs/${id}`, { token })).status).to.equal(204);
    expect(await app.database.collection('ecgMarks').countDocuments({ ecg: new Types.ObjectId(id) })).to.equal(0);
    expect(codeOf(await make({ at: 1, text: 'late' }))).to.deep.equal([404, 'not-found']);
  });
});

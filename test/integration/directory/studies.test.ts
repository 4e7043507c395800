/** All studies over HTTP. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { aStudy, made, somebody } from '../../support/directory.ts';
import { whileHeld } from '../../support/failpoint.ts';
import { type Answer, call as callApp } from '../../support/http.ts';

describe('/studies', () => {
  let app: TestApp;
  let patients: string[];
  let ids: string[];
  before(async () => {
    app = await startTestApp({ clinicTimezone: 'America/Sao_Paulo' });
    patients = [await made(app, '/patients', somebody()), await made(app, '/patients', somebody())];
    const all = [
      { type: 'ECG', bodyPart: 'Chest', urgencyLevel: 'HIGH', performedAt: '2026-01-01T12:00:00Z' },
      { type: 'Ecg', urgencyLevel: 'LOW', performedAt: '2026-01-02' },
      { type: 'X-Ray', bodyPart: 'CHEST', urgencyLevel: 'MID', performedAt: '2026-01-03' },
      { type: 'XRAY', urgencyLevel: 'HIGH' },
    ];
    ids = [];
    for (const [i, study] of all.entries())
      ids.push(await made(app, '/studies', { patient: patients[i % 2], ...study }));
  });
  after(async () => app.close());

  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
    callApp(app, method, path, { token: app.admin.token, body, headers });
  const listed = async (query: string): Promise<number[]> =>
    (await call('GET', `/studies?${query}`)).json.items.map(({ id }: { id: string }) => ids.indexOf(id));

  it('refuses a patient who is removed at the same time, like one who does not exist', async () => {
    const who = await made(app, '/patients', somebody());
    const post = () => call('POST', '/studies', { patient: who, ...aStudy() });
    const answers = [
      await whileHeld(app.database, { command: 'insert', collection: 'studies' }, post, async () => {
        expect((await call('DELETE', `/patients/${who}`)).status).to.equal(204);
      }),
      await post(),
    ];
    for (const { json } of answers) {
      expect(json).to.include({ status: 422, code: 'reference-unknown' });
      expect(json.errors).to.deep.equal([{ path: '/patient', message: 'is not a patient of the directory' }]);
    }
    expect(await app.database.collection('studies').countDocuments({ patient: new Types.ObjectId(who) })).to.equal(0);
  });

  it('lists all studies, the latest first, those without a date last', async () => {
    expect(await listed('')).to.deep.equal([2, 1, 0, 3]);
    expect(await listed('sort=performedAt')).to.deep.equal([3, 0, 1, 2]);
  });

  it('filters by patient, urgency, type, body part and when it was performed', async () => {
    expect(await listed(`patient=${patients[0]}`)).to.deep.equal([2, 0]);
    expect(await listed('urgencyLevel=HIGH')).to.deep.equal([0, 3]);
    expect(await listed('type=ecg')).to.deep.equal([1, 0]);
    expect(await listed('type=x%20ray')).to.deep.equal([2]);
    expect(await listed('bodyPart=chest')).to.deep.equal([2, 0]);
    expect(await listed('performedAtFrom=2026-01-02&performedAtTo=2026-01-03')).to.deep.equal([1]);
    expect(await listed('performedAtFrom=2026-01-02T03:00:00Z')).to.deep.equal([2, 1]);
    expect(await listed('performedAtTo=2026-01-02')).to.deep.equal([0]);
    expect(await listed('type=ecg&urgencyLevel=HIGH')).to.deep.equal([0]);
    expect((await call('GET', '/studies?total=true&performedAtTo=2026-01-03&limit=1')).json.total).to.equal(2);
  });

  for (const query of [
    'urgencyLevel=SOON',
    'patient=x',
    'performedAtFrom=yesterday',
    'performedAtFrom=2026-01-02&performedAtTo=2026-01-01',
    'performedAtFrom=2026-01-02&performedAtTo=2026-01-02T02:59:59Z',
    'performedAtTo=2018-11-04T00:30:00',
    'performedAtFrom=9999-12-31T23:00:00-05:00',
    'sort=type',
    'type=a&type=b',
    'type[$ne]=a',
    'cursor=x',
  ]) {
    it(`refuses ?${query}`, async () => expect((await call('GET', `/studies?${query}`)).status).to.equal(400));
  }

  it('refuses a time that the clocks skipped or showed twice, unless an offset makes it unique', async () => {
    const path = `/patients/${patients[0]}`;
    for (const [clock, why] of [
      ['2018-11-04T00:30:00', 'skipped'],
      ['2018-02-17T23:30:00', 'repeated'],
    ] as const) {
      const { json } = await call('POST', '/studies', { patient: patients[0], ...aStudy({ performedAt: clock }) });
      expect(json, clock).to.include({ status: 422, code: 'validation-failed' });
      expect(json.errors[0]).to.include({ path: '/performedAt' }).and.property('message').contains(why);
      const encounter = (await call('POST', `${path}/encounters`, { start: clock, stop: clock })).json;
      expect(encounter.errors?.map((error: { path: string }) => error.path)).to.deep.equal(['/start', '/stop']);
      const study = await made(app, '/studies', { patient: patients[0]!, ...aStudy() });
      expect((await call('PATCH', `/studies/${study}`, { performedAt: clock })).status).to.equal(422);
      expect((await call('PATCH', `/studies/${study}`, { performedAt: `${clock}-03:00` })).json.performedAt).to.equal(
        `${clock.startsWith('2018-11') ? '2018-11-04T03:30:00' : '2018-02-18T02:30:00'}.000Z`,
      );
      await call('DELETE', `/studies/${study}`);
    }
    const day = (await call('POST', `${path}/encounters`, { start: '2018-11-04' })).json;
    expect(day.start, 'a day begins where its clocks do').to.equal('2018-11-04T03:00:00.000Z');
  });

  it("reads, changes and deletes a study without its patient's address", async () => {
    const created = await call('POST', '/studies', { patient: patients[0], ...aStudy() });
    const path = `/studies/${created.json.id}`;
    expect(created.headers.get('location')).to.equal(`/api/v1${path}`);
    expect((await call('GET', path)).json).to.deep.equal(created.json);
    expect((await call('PATCH', path, { bodyPart: 'HAND' }, { 'If-Match': '"1"' })).json).to.include({
      bodyPart: 'HAND',
      version: 2,
    });
    expect((await call('PATCH', path, { bodyPart: 'HAND' }, { 'If-Match': '"1"' })).status).to.equal(412);
    expect((await call('DELETE', path)).status).to.equal(204);
    expect((await call('GET', path)).status).to.equal(404);
  });

  it('refuses an unknown patient', async () => {
    const answer = await call('POST', '/studies', { patient: 'a'.repeat(24), ...aStudy() });
    expect(answer.json).to.include({ status: 422, code: 'reference-unknown' });
    expect(answer.json.errors[0].path).to.equal('/patient');
    expect((await call('POST', '/studies', { patient: 'MRN', ...aStudy() })).json.code).to.equal('validation-failed');
  });
});

/** Lists, changes and windows of recordings over HTTP. */
import { expect } from 'chai';
import { type Principal, startTestApp, type TestApp } from '../../support/app.ts';
import { aStudy, made, somebody } from '../../support/directory.ts';
import { call } from '../../support/http.ts';

describe('GET /ecgs', () => {
  let app: TestApp;
  let owner: Principal;
  let patients: string[];
  let study: string;
  const get = async (query: string) => call(app, 'GET', `/ecgs?${query}`, { token: owner.token });
  const ids = async (query: string): Promise<string[]> =>
    (await get(query)).json.items.map((ecg: { externalId: string }) => ecg.externalId);

  before(async () => {
    app = await startTestApp();
    owner = app.clinician;
    patients = [await made(app, '/patients', somebody()), await made(app, '/patients', somebody())];
    study = await made(app, `/patients/${patients[1]}/studies`, aStudy());
    const dates = ['2026-01-03', '2026-01-01T12:00:00', null, '2026-01-02T23:30:00-02:00', '2026-01-01'];
    for (const [i, date] of dates.entries()) {
      const body = {
        id: `e${i}`,
        date,
        patient: patients[i % 2],
        study: i === 3 ? study : null,
        leads: [{ name: 'I', signal: [i, -1] }],
      };
      expect((await call(app, 'POST', '/ecgs', { token: owner.token, body })).status).to.equal(201);
    }
  });
  after(async () => app.close());

  it('shows the latest upload first', async () => expect(await ids('')).to.deep.equal(['e4', 'e3', 'e2', 'e1', 'e0']));

  it('shows nothing to another clinician', async () => {
    expect((await call(app, 'GET', '/ecgs?total=true', { token: app.other.token })).json).to.deep.equal({
      items: [],
      nextCursor: null,
      total: 0,
    });
  });

  it('is complete when read in pages, each recording once', async () => {
    for (const filter of ['', '&dateFrom=2026-01-01']) {
      const seen: string[] = [];
      let cursor = '';
      do {
        const { json } = await get(`limit=2${filter}${cursor}`);
        seen.push(...json.items.map((ecg: { externalId: string }) => ecg.externalId));
        cursor = json.nextCursor === null ? '' : `&cursor=${json.nextCursor}`;
      } while (cursor !== '');
      expect(seen).to.deep.equal(filter === '' ? ['e4', 'e3', 'e2', 'e1', 'e0'] : ['e3', 'e0', 'e1', 'e4']);
    }
  });

  it('is read to its end if several recordings have the same time', async () => {
    const { token } = app.other;
    for (let i = 0; i < 5; i += 1) {
      const body = { id: `same ${i}`, date: '2026-03-01T12:00:00Z', leads: [{ name: 'I', signal: [i, -1] }] };
      expect((await call(app, 'POST', '/ecgs', { token, body })).status).to.equal(201);
    }
    const seen: string[] = [];
    for (let cursor = '', pages = 0; pages < 5; pages += 1) {
      const { json } = await call(app, 'GET', `/ecgs?limit=2&dateFrom=2026-01-01${cursor}`, { token });
      seen.push(...json.items.map((ecg: { externalId: string }) => ecg.externalId));
      if (json.nextCursor === null) break;
      cursor = `&cursor=${json.nextCursor}`;
    }
    expect(seen).to.deep.equal([4, 3, 2, 1, 0].map((i) => `same ${i}`));
    const { items } = (await call(app, 'GET', '/ecgs', { token })).json;
    for (const { id } of items) await call(app, 'DELETE', `/ecgs/${id}`, { token });
  });

  it('treats date bounds as half-open, lists the latest recording first, and omits undated ones', async () => {
    expect(await ids('dateFrom=2026-01-01&dateTo=2026-01-03')).to.deep.equal(['e1', 'e4']);
    expect(await ids('dateFrom=2026-01-03T01:30:00Z')).to.deep.equal(['e3']);
    expect(await ids('dateFrom=2026-01-02T23:30:00-02:00&dateTo=2026-01-04')).to.deep.equal(['e3']);
  });

  it('filters by patient, study and external id, and counts', async () => {
    expect(await ids(`patient=${patients[1]}`)).to.deep.equal(['e3', 'e1']);
    expect(await ids(`study=${study}`)).to.deep.equal(['e3']);
    expect(await ids('externalId=e2')).to.deep.equal(['e2']);
    expect((await get(`patient=${patients[0]}&total=true&limit=1`)).json.total).to.equal(3);
  });

  for (const query of [
    'owner=x',
    'limit=0',
    'limit=x',
    'dateFrom=yesterday',
    'cursor=abc',
    'patient[$ne]=x',
    'patient=a&patient=b',
    'dateFrom=9999-12-31T23:59:00-05:00',
    'dateTo=0000-01-01T00:00:00%2B01:00',
  ]) {
    it(`refuses ?${query}`, async () => expect((await get(query)).status).to.equal(400));
  }
});

describe('one recording', () => {
  let app: TestApp;
  let token: string;
  let path: string;
  let version: string;

  before(async () => {
    app = await startTestApp();
    token = app.clinician.token;
  });
  after(async () => app.close());
  beforeEach(async () => {
    const created = await call(app, 'POST', '/ecgs', {
      token,
      body: {
        leads: [
          { name: 'I', signal: [1, -1, 1, -1, 1] },
          { name: 'II', signal: [2, 2], samplingRate: 1 },
        ],
      },
    });
    path = `/ecgs/${created.json.id}`;
    version = created.headers.get('etag') ?? '';
  });

  it('is changed if If-Match names its version, and not if it names an older one', async () => {
    const patient = await made(app, '/patients', somebody());
    const changed = await call(app, 'PATCH', path, {
      token,
      body: { notes: 'a', patient },
      headers: { 'If-Match': version },
    });
    expect(changed.json).to.include({ notes: 'a', patient, study: null, version: 2 });
    expect(changed.headers.get('etag')).to.equal('"2"');
    expect(
      (await call(app, 'PATCH', path, { token, body: { notes: 'b' }, headers: { 'If-Match': version } })).status,
    ).to.equal(412);
    expect((await call(app, 'DELETE', path, { token, headers: { 'If-Match': version } })).status).to.equal(412);
    expect((await call(app, 'GET', path, { token })).json.notes).to.equal('a');
    expect((await call(app, 'DELETE', path, { token, headers: { 'If-Match': '"2"' } })).status).to.equal(204);
    expect((await call(app, 'GET', path, { token })).status).to.equal(404);
  });

  it('accepts a sampling rate and a unit if they are unknown, and keeps its windows correct', async () => {
    const changed = await call(app, 'PATCH', path, { token, body: { samplingRate: 2, unit: 'mV', gain: 1 } });
    expect(
      changed.json.channels.map((c: { samplingRate: number; unit: string }) => [c.samplingRate, c.unit]),
    ).to.deep.equal([
      [2, 'mV'],
      [1, 'mV'],
    ]);
    const { json } = await call(app, 'GET', `${path}/insights?from=0.5&to=1.5`, { token });
    expect(
      json.channels.map((c: { samples: number; zeroCrossings: number }) => [c.samples, c.zeroCrossings]),
    ).to.deep.equal([
      [2, 1],
      [1, 0],
    ]);
    expect((await call(app, 'PATCH', path, { token, body: { zeroLevel: 1 } })).status).to.equal(200);
  });

  it('answers a window without samples with zero counts and no statistics', async () => {
    await call(app, 'PATCH', path, { token, body: { samplingRate: 2 } });
    const { json } = await call(app, 'GET', `${path}/insights?from=2.1`, { token });
    expect(json.channels[0]).to.deep.include({
      samples: 0,
      zeroCrossings: 0,
      duration: 0,
      crossingsPerSecond: null,
      minimum: null,
      mean: null,
      standardDeviation: null,
    });
    expect((await call(app, 'GET', `${path}/insights?from=1&to=1`, { token })).json.channels[0].samples).to.equal(0);
  });

  it('swaps minimum and maximum if the gain is negative', async () => {
    const { json } = await call(app, 'POST', '/ecgs', {
      token,
      body: { gain: -2, zeroLevel: 1, leads: [{ name: 'I', signal: [-3, 5] }] },
    });
    const insights = await call(app, 'GET', `/ecgs/${json.id}/insights`, { token });
    expect(insights.json.channels[0]).to.include({
      minimum: -2,
      maximum: 2,
      mean: 0,
      standardDeviation: 2,
      zeroCrossings: 1,
    });
  });

  it('answers for a missing channel as for a missing recording', async () => {
    const [channel, ecg] = [
      await call(app, 'GET', `${path}/channels/V9/samples`, { token }),
      await call(app, 'GET', '/ecgs/000000000000000000000000/channels/I/samples', { token }),
    ];
    expect(channel.status).to.equal(404);
    expect({ ...channel.json, requestId: '' }).to.deep.equal({ ...ecg.json, requestId: '' });
  });

  it('is shown only to its owner, even if many users ask for many at the same time', async () => {
    const ids = [
      path,
      ...(
        await Promise.all(
          Array.from(
            { length: 3 },
            async (_, i) =>
              (await call(app, 'POST', '/ecgs', { token, body: { leads: [{ name: 'I', signal: [1, i] }] } })).json
                .id as string,
          ),
        )
      ).map((id) => `/ecgs/${id}`),
    ];
    const asked = [...ids, ...ids, '/ecgs/000000000000000000000000'].flatMap((address) =>
      [app.clinician, app.other].map((user) => ({ address, user })),
    );
    const answers = await Promise.all(
      asked.map(({ address, user }) => call(app, 'GET', address, { token: user.token })),
    );
    for (const [i, { address, user }] of asked.entries()) {
      const own = user === app.clinician && ids.includes(address);
      expect([answers[i]!.status, answers[i]!.json.id], `${user.email} ${address}`).to.deep.equal(
        own ? [200, address.split('/').at(-1)] : [404, undefined],
      );
    }
  });

  for (const query of [
    'from=-1',
    'from=x',
    'from=2&to=1',
    'from=',
    'deadBand=-1',
    'gaps=maybe',
    'from=1&from=2',
    'from=1e999',
    'from=-1e-9',
    'from=0x1',
    'from=01',
    'from=.5',
    'from=1,5',
    'to=Infinity',
    'deadBand=NaN',
  ]) {
    it(`refuses insights?${query}`, async () =>
      expect((await call(app, 'GET', `${path}/insights?${query}`, { token })).status).to.equal(400));
  }

  it('accepts every number as written by JSON, JavaScript and Python', async () => {
    await call(app, 'PATCH', path, { token, body: { samplingRate: 2 } });
    for (const query of [
      `from=${1 / 3}&to=${5 / 18}e1`,
      'from=1e-07&to=1E2',
      'deadBand=0.30000000000000004',
      'to=123456789012345678',
      'from=-0&deadBand=1e-320',
      'deadBand=1e308',
      'to=1e308',
    ]) {
      expect((await call(app, 'GET', `${path}/insights?${query}`, { token })).status, query).to.equal(200);
    }
    expect(
      (await call(app, 'GET', `${path}/insights?deadBand=1e308`, { token })).json.channels[0].zeroCrossings,
    ).to.equal(0);
    expect(
      (await call(app, 'GET', `${path}/insights?deadBand=0.2777777777777778`, { token })).json.definition.deadBand,
    ).to.equal(0.2777777777777778);
  });

  it('refuses texts that UTF-8 cannot represent', async () => {
    const { status, json } = await call(app, 'PATCH', path, {
      token,
      raw: '{"notes":"a\\ud800b","patient":"\\udc00","study":"\\ud83d\\ude00"}',
    });
    expect(status).to.equal(422);
    expect(json.errors.map((error: { path: string }) => error.path)).to.have.members(['/notes', '/patient']);
  });

  it('provides samples only as JSON and bytes', async () => {
    expect((await call(app, 'GET', `${path}/channels/I/samples`, { token, accept: 'image/png' })).status).to.equal(406);
  });
});

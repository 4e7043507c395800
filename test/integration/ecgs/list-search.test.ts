/** Search, filters, orders and the short form of lists of recordings. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { pino } from 'pino';
import { fillListed } from '../../../src/ecgs/store/fill-listed.ts';
import { MAX_SORTED } from '../../../src/ecgs/listing.ts';
import { type Principal, startTestApp, type TestApp } from '../../support/app.ts';
import { aStudy, made, somebody } from '../../support/directory.ts';
import { call } from '../../support/http.ts';

interface Sent {
  id: string;
  notes?: string;
  date?: string;
  samplingRate?: number;
  unit?: string;
  gain?: number;
  patient?: string;
  leads: { name: string; signal: (number | null)[] }[];
}

const wave = (count: number): number[] => Array.from({ length: count }, (_, i) => (i % 2 === 0 ? i + 1 : -i));

describe('the list of recordings', () => {
  let app: TestApp;
  let owner: Principal;
  let maria: string;

  const get = async (query: string, path = '/ecgs') => call(app, 'GET', `${path}?${query}`, { token: owner.token });
  const ids = async (query: string, path?: string): Promise<string[]> => {
    const { status, json } = await get(query, path);
    expect(status, JSON.stringify(json)).to.equal(200);
    return json.items.map((ecg: { externalId: string }) => ecg.externalId);
  };
  const send = async (body: Sent, token = owner.token): Promise<string> => made(app, '/ecgs', body, token);

  before(async () => {
    app = await startTestApp();
    owner = app.clinician;
    maria = await made(app, '/patients', somebody({ firstName: 'María', lastName: 'Sousa-Lima' }));
    const scale = { unit: 'mV', gain: 100 };
    await send({ id: 'plain', leads: [{ name: 'odd', signal: [1, -1] }] });
    const holter = { name: 'MLII', signal: wave(500) };
    await send({
      id: 'holter',
      notes: 'Síncope at night',
      date: '2026-01-02',
      samplingRate: 10,
      ...scale,
      leads: [holter],
    });
    const leads = [
      { name: 'I', signal: wave(20) },
      { name: 'V1', signal: [3, 3, 3, 3, 3, 3, 3, 3] },
    ];
    await send({ id: 'rest', date: '2026-01-01', samplingRate: 2, patient: maria, ...scale, leads });
    const gappy = { name: 'II', signal: [1, null, null, null] };
    await send({ id: 'gappy', notes: 'maria again', date: '2026-01-03', samplingRate: 4, ...scale, leads: [gappy] });
    await send({ id: 'theirs', notes: 'Síncope', leads: [{ name: 'I', signal: [1, -1] }] }, app.other.token);
  });
  after(async () => app.close());

  const FOUND: Record<string, string[]> = {
    'q=sincope': ['holter'],
    'q=NIGHT+sinc': ['holter'],
    'q=night+gap': [],
    'q=ncope': [],
    'q=hol': ['holter'],
    'q=mlii': ['holter'],
    'q=v1': ['rest'],
    'q=ii': ['gappy', 'holter'],
    'q=lima': ['rest'],
    'q=maria': ['gappy', 'rest'],
    'q=maria+rest': ['rest'],
    'q=maria+again+gappy': ['gappy'],
    'lead=II': ['gappy', 'holter'],
    'lead=I': ['rest'],
    'lead=II&q=night': ['holter'],
    'format=json': ['gappy', 'rest', 'holter', 'plain'],
    'format=wfdb': [],
    'hasAnnotations=false': ['gappy', 'rest', 'holter', 'plain'],
    'hasAnnotations=true': [],
    'check=sampling-rate-missing': ['plain'],
    'check=unit-missing': ['plain'],
    'check=lead-unknown': ['plain'],
    'check=mostly-missing': ['gappy'],
    'check=nothing-recorded': [],
    'check=lead-off': ['gappy', 'rest'],
    'durationFrom=10&durationTo=50': ['holter', 'rest'],
    'durationFrom=10.5': ['holter'],
    'durationTo=1': ['gappy'],
    'samplingRateFrom=4': ['holter', 'gappy'],
    'samplingRateTo=2': ['rest'],
    'samplingRateFrom=2&durationFrom=1&dateFrom=2026-01-02': ['gappy', 'holter'],
    'sort=createdAt': ['plain', 'holter', 'rest', 'gappy'],
    'sort=date': ['plain', 'rest', 'holter', 'gappy'],
    'sort=-date': ['gappy', 'holter', 'rest', 'plain'],
    'sort=duration': ['plain', 'gappy', 'rest', 'holter'],
    'sort=-duration': ['holter', 'rest', 'gappy', 'plain'],
    'sort=samplingRate': ['plain', 'rest', 'gappy', 'holter'],
    'sort=-samplingRate&format=json': ['holter', 'gappy', 'rest', 'plain'],
    'sort=duration&q=maria': ['gappy', 'rest'],
    'sort=-createdAt&durationFrom=1': ['gappy', 'rest', 'holter'],
  };
  it('finds recordings with annotations of their reader, as long as there are some', async () => {
    const { token } = app.clinician;
    const { items } = (await call(app, 'GET', '/ecgs?q=holter', { token })).json as { items: { id: string }[] };
    const path = `/ecgs/${items[0]?.id}/annotations`;
    const { id } = (await call(app, 'POST', path, { token, body: { at: 0, text: 'seen' } })).json as { id: string };
    expect(await ids('hasAnnotations=true')).to.deep.equal(['holter']);
    expect(await ids('hasAnnotations=false&sort=-duration')).to.deep.equal(['rest', 'gappy', 'plain']);
    await call(app, 'DELETE', `${path}/${id}`, { token });
    expect(await ids('hasAnnotations=true')).to.deep.equal([]);
    expect(await ids('hasAnnotations=false&q=holter')).to.deep.equal(['holter']);
  });

  for (const [query, expected] of Object.entries(FOUND)) {
    it(`finds ${expected.join(', ') || 'nothing'} with ?${query}, also in pages and in its total`, async () => {
      expect(await ids(query)).to.deep.equal(expected);
      const paged: string[] = [];
      let cursor = '';
      do {
        const { json } = await get(`${query}&limit=1&total=true${cursor}`);
        expect(json.total).to.equal(expected.length);
        paged.push(...json.items.map((ecg: { externalId: string }) => ecg.externalId));
        cursor = json.nextCursor === null ? '' : `&cursor=${json.nextCursor}`;
      } while (cursor !== '');
      expect(paged).to.deep.equal(expected);
    });
  }

  it('combines search with patient, study and id', async () => {
    const study = await made(app, `/patients/${maria}/studies`, aStudy());
    expect(await ids(`patient=${maria}&q=v1`)).to.deep.equal(['rest']);
    expect(await ids(`patient=${maria}&q=night`)).to.deep.equal([]);
    expect(await ids(`study=${study}&q=v1`)).to.deep.equal([]);
    expect(await ids('externalId=holter&q=sincope')).to.deep.equal(['holter']);
    expect(await ids('externalId=holter&lead=I')).to.deep.equal([]);
  });

  it('follows changes of notes, of the sampling rate and of the name of a patient', async () => {
    const id = await send({ id: 'changing', notes: 'before', leads: [{ name: 'I', signal: [1, -1, 2, -2] }] });
    const patch = async (path: string, body: object) =>
      expect((await call(app, 'PATCH', path, { token: owner.token, body })).status).to.equal(200);
    await patch(`/ecgs/${id}`, { notes: 'afterwards', samplingRate: 2, patient: maria });
    expect(await ids('q=before')).to.deep.equal([]);
    expect(await ids('q=afterwards')).to.deep.equal(['changing']);
    expect(await ids('durationFrom=2&durationTo=2')).to.deep.equal(['changing']);
    expect(await ids('check=sampling-rate-missing&q=changing')).to.deep.equal([]);
    await patch(`/patients/${maria}`, { lastName: 'Nogueira' });
    expect(await ids('q=nogueira')).to.deep.equal(['changing', 'rest']);
    expect(await ids('q=sousa')).to.deep.equal([]);
    await patch(`/patients/${maria}`, { lastName: 'Sousa-Lima' });
    expect((await call(app, 'DELETE', `/ecgs/${id}`, { token: owner.token })).status).to.equal(204);
    expect(await ids('q=afterwards')).to.deep.equal([]);
  });

  it('is short on request: the crossings of each lead in place of the channels', async () => {
    const { json } = await get('view=short&q=rest');
    const { id, createdAt, updatedAt, ...rest } = json.items[0];
    expect({ id, createdAt, updatedAt }).to.have.all.keys('id', 'createdAt', 'updatedAt');
    expect(rest).to.deep.equal({
      externalId: 'rest',
      date: '2026-01-01T00:00:00.000Z',
      patient: maria,
      patientName: 'María Sousa-Lima',
      subject: null,
      study: null,
      notes: null,
      format: 'json',
      fileName: null,
      recordName: null,
      part: null,
      annotations: 0,
      duration: 10,
      samplingRate: 2,
      checks: ['lead-off'],
      leads: [
        { name: 'I', lead: 'I', zeroCrossings: 19, crossingsPerSecond: 1.9 },
        { name: 'V1', lead: 'V1', zeroCrossings: 0, crossingsPerSecond: 0 },
      ],
      version: 1,
    });
  });

  it('names what a check of the recording finds, as far as it needs no samples', async () => {
    const { json } = await get('view=short');
    for (const { id, checks } of json.items as { id: string; checks: string[] }[]) {
      const found = (await call(app, 'GET', `/ecgs/${id}/checks`, { token: owner.token })).json.findings;
      expect(found.map(({ code }: { code: string }) => code)).to.include.members(checks);
    }
  });

  it('is that of one patient under the address of the patient', async () => {
    expect(await ids('', `/patients/${maria}/ecgs`)).to.deep.equal(['rest']);
    expect(await ids('q=gappy', `/patients/${maria}/ecgs`)).to.deep.equal([]);
    const { other } = app;
    expect((await call(app, 'GET', `/patients/${maria}/ecgs`, { token: other.token })).json.items).to.deep.equal([]);
    expect((await get('', `/patients/${'a'.repeat(24)}/ecgs`)).status).to.equal(404);
    expect((await get(`patient=${maria}`, `/patients/${maria}/ecgs`)).status).to.equal(400);
  });

  it('refuses what it does not know, and a cursor of another order', async () => {
    for (const query of ['q=%20', 'lead=MLII', 'format=x', 'check=clipped', 'sort=notes', 'view=long'])
      expect((await get(query)).status, query).to.equal(400);
    const { status, json } = await get('durationFrom=2&durationTo=1');
    expect([status, json.errors]).to.deep.equal([
      400,
      [{ path: '/durationTo', message: 'must not be less than durationFrom' }],
    ]);
    const backwards = await get('dateFrom=2026-02-01&dateTo=2026-01-31T23:00:00%2B01:00');
    expect([backwards.status, backwards.json.errors]).to.deep.equal([
      400,
      [{ path: '/dateTo', message: 'must not be before dateFrom' }],
    ]);
    expect((await get('dateFrom=2026-02-01&dateTo=2026-02-01')).status).to.equal(200);
    const { nextCursor } = (await get('limit=1&sort=date')).json;
    expect((await get(`sort=-date&cursor=${nextCursor}`)).json.code).to.equal('invalid-cursor');
  });

  it('finds recordings of an earlier version as soon as what is searched has been added to them', async () => {
    const ecgs = app.database.collection('ecgs');
    await ecgs.updateMany({ externalId: { $in: ['holter', 'rest'] } }, { $unset: { listed: 1 } });
    expect(await ids('q=sincope')).to.deep.equal([]);
    expect((await get('view=short&externalId=holter')).json.items[0].duration).to.equal(50);
    const deps = { database: app.database, log: pino({ level: 'silent' }) };
    expect(await fillListed(deps)).to.equal(2);
    expect(await fillListed(deps)).to.equal(0);
    expect(await ids('q=sincope')).to.deep.equal(['holter']);
    expect(await ids('sort=-duration')).to.deep.equal(['holter', 'rest', 'gappy', 'plain']);
  });
});

describe('the list of many recordings', () => {
  const MANY = MAX_SORTED + 500;
  let app: TestApp;
  let token: string;
  before(async () => {
    app = await startTestApp();
    ({ token } = app.clinician);
    const owner = new Types.ObjectId(app.clinician.id);
    const unknown = { patient: null, study: null, notes: null, subject: null, part: null };
    const one = { ...unknown, owner, version: 1, siblings: [], channels: [], format: 'json', createdAt: new Date() };
    const documents = Array.from({ length: MANY }, (_, i) => ({
      ...one,
      updatedAt: one.createdAt,
      externalId: `e${i}`,
      apart: `${i}`,
      date: new Date(Date.UTC(2026, 0, 1) + i * 60_000),
      annotations: i % 100 === 0 ? 1 : 0,
      listed: {
        terms: [
          'common',
          '=lead:I',
          '=format:json',
          ...(i % 100 === 7 ? ['rare'] : []),
          ...(i < MAX_SORTED + 200 ? ['early'] : []),
        ],
        duration: i % 50,
        samplingRate: i % 1_000 === 3 ? 250 : 500,
      },
    }));
    await app.database.collection('ecgs').insertMany(documents);
  });
  after(async () => {
    await app.database.collection('ecgs').deleteMany({ channels: [] });
    await app.close();
  });

  /** The greatest numbers of index entries and recordings that one command reads. */
  async function looked(query: string): Promise<{ keys: number; documents: number; externalIds: string[] }> {
    const db = app.database.db!;
    await db.command({ profile: 2 });
    const { status, json } = await call(app, 'GET', `/ecgs?${query}`, { token });
    await db.command({ profile: 0 });
    expect(status).to.equal(200);
    const all = await db
      .collection('system.profile')
      .find({ ns: `${db.databaseName}.ecgs`, docsExamined: { $exists: true } })
      .toArray();
    await db.collection('system.profile').drop();
    return {
      keys: Math.max(...all.map(({ keysExamined }) => keysExamined as number)),
      documents: Math.max(...all.map(({ docsExamined }) => docsExamined as number)),
      externalIds: json.items.map((ecg: { externalId: string }) => ecg.externalId),
    };
  }

  const PAGE = 51;
  const EARLY = ['q=early', 'q=early&sort=-date', 'q=early+com&sort=-date', 'q=early&lead=I'];
  for (const query of [
    '',
    'q=common',
    'lead=I',
    'sort=duration',
    'sort=-date&q=com',
    'q=common&sort=-samplingRate',
    ...EARLY,
  ]) {
    it(`reads no more than a page with ?${query}`, async () => {
      const { documents, externalIds } = await looked(query);
      expect(externalIds).to.have.length(50);
      expect(documents).to.be.at.most(PAGE);
    });
  }

  for (const [query, matches] of Object.entries({
    'q=rare': MANY / 100,
    'q=rare+common&sort=-duration': MANY / 100,
    'hasAnnotations=true&sort=date': MANY / 100,
    'samplingRateTo=300&sort=date': 3,
    'samplingRateTo=300&lead=I&sort=createdAt': 3,
  })) {
    it(`reads only what ?${query} finds`, async () => {
      const { documents, externalIds } = await looked(query);
      expect(externalIds).to.have.length(Math.min(matches, 50));
      expect(documents).to.be.at.most(matches);
    });
  }

  it('sorts few matches of a search by another order, page by page', async () => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const { json } = await call(app, 'GET', `/ecgs?q=rare&sort=duration&limit=9${cursor}`, { token });
      seen.push(...json.items.map((ecg: { externalId: string }) => ecg.externalId));
      cursor = json.nextCursor === null ? '' : `&cursor=${json.nextCursor}`;
    } while (cursor !== '');
    const rare = Array.from({ length: MANY / 100 }, (_, i) => `e${100 * i + 7}`);
    expect(seen).to.deep.equal(rare);
  });
});

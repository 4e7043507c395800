/** Patients over HTTP: input and output of each route. */
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { made, manyPatients, somebody } from '../../support/directory.ts';
import { type Answer, call as callApp } from '../../support/http.ts';

const FULL = {
  identifiers: [{ system: 'hospital-number', value: '4711' }],
  prefix: 'Mrs.',
  firstName: 'José Maria',
  middleName: 'Q.',
  lastName: 'Ångström-Lopez',
  suffix: 'PhD',
  maidenName: 'Quitzon',
  birthDate: '1944-04-23',
  deathDate: '2016-02-29',
  sex: 'female',
  email: 'jose@clinic.example',
  phone: '+1 (555) 010-0100 ext. 7',
  ssn: '999-32-8568',
  driversLicense: 'S99943184',
  passport: 'X50394909X',
  birthPlace: 'Barnstable  Massachusetts  US',
  address: {
    line: '764 Feest Green',
    city: 'Wareham',
    state: 'Massachusetts',
    county: 'Plymouth County',
    fips: '25023',
    zip: '00000',
    country: 'US',
    lat: 41.76,
    lon: -70.74,
  },
  maritalStatus: 'married',
  race: 'white',
  ethnicity: 'nonhispanic',
  language: 'en',
  healthcareExpenses: 760647.76,
  healthcareCoverage: 848585.96,
  income: 41235,
  isActive: true,
};

const paths = ({ json }: Answer): string[] => json.errors.map((error: { path: string }) => error.path);
const plain = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();

describe('/patients', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(async () => app.close());

  const call = (method: string, path: string, options: Parameters<typeof callApp>[3] = {}): Promise<Answer> =>
    callApp(app, method, path, { token: app.clinician.token, ...options });
  const create = (more: object = {}): Promise<Answer> => call('POST', '/patients', { body: somebody(more) });

  describe('creating', () => {
    it('stores every field, and returns the creator, the address and the age at death', async () => {
      const answer = await call('POST', '/patients', { body: FULL });
      expect(answer.status, answer.text).to.equal(201);
      expect(answer.json).to.deep.include({
        ...FULL,
        age: 71,
        version: 1,
        createdBy: app.clinician.id,
        updatedBy: app.clinician.id,
      });
      expect(answer.headers.get('location')).to.equal(`/api/v1/patients/${answer.json.id}`);
      expect(answer.headers.get('etag')).to.equal('"1"');
      expect((await call('GET', `/patients/${answer.json.id}`)).json).to.deep.equal(answer.json);
      expect((await call('GET', `/patients/${answer.json.id}/basic`)).json).to.deep.equal({
        id: answer.json.id,
        name: 'Mrs. José Maria Q. Ångström-Lopez PhD',
        firstName: 'José Maria',
        lastName: 'Ångström-Lopez',
        birthDate: '1944-04-23',
        deathDate: '2016-02-29',
        age: 71,
        sex: 'female',
        isActive: true,
      });
    });

    it('returns null for unknown values', async () => {
      const { json } = await create();
      expect(json).to.include({
        sex: 'unknown',
        email: null,
        ssn: null,
        address: null,
        income: null,
        deathDate: null,
        isActive: true,
      });
      expect(json.identifiers).to.deep.equal([]);
    });

    const tomorrow = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
    const refused: [object, string][] = [
      [{ birthDate: '2023-02-29' }, '/birthDate'],
      [{ birthDate: '1944-4-23' }, '/birthDate'],
      [{ birthDate: tomorrow }, '/birthDate'],
      [{ birthDate: '1700-01-01' }, '/birthDate'],
      [{ birthDate: null }, '/birthDate'],
      [{ deathDate: '1944-04-22' }, '/deathDate'],
      [{ deathDate: tomorrow }, '/deathDate'],
      [{ ssn: '000-12-3456' }, '/ssn'],
      [{ ssn: '666-12-3456' }, '/ssn'],
      [{ ssn: '123-00-4567' }, '/ssn'],
      [{ ssn: '123-45-0000' }, '/ssn'],
      [{ ssn: '12-345-6789' }, '/ssn'],
      [{ ssn: '123-456789' }, '/ssn'],
      [{ firstName: '' }, '/firstName'],
      [{ lastName: ' ' }, '/lastName'],
      [{ lastName: 'x'.repeat(201) }, '/lastName'],
      [{ lastName: 'a\u0000b' }, '/lastName'],
      [{ lastName: '\ud800' }, '/lastName'],
      [{ lastName: '\u200b' }, '/lastName'],
      [{ lastName: 'Rat\u202ekE' }, '/lastName'],
      [{ address: { city: '\u2067\u2069' } }, '/address/city'],
      [{ sex: 'F' }, '/sex'],
      [{ email: 'nobody' }, '/email'],
      [{ phone: 'call me' }, '/phone'],
      [{ maritalStatus: 'M' }, '/maritalStatus'],
      [{ income: -1 }, '/income'],
      [{ income: '1' }, '/income'],
      [{ address: { lat: 91 } }, '/address/lat'],
      [{ address: { planet: 'x' } }, '/address/planet'],
      [{ isActive: 'yes' }, '/isActive'],
      [{ version: 7 }, '/version'],
      [{ facets: [] }, '/facets'],
      [
        {
          identifiers: [
            { system: 'a', value: '1' },
            { system: 'a', value: '1' },
          ],
        },
        '/identifiers',
      ],
      [{ identifiers: [{ system: 'a' }] }, '/identifiers/0/value'],
      [{ lastName: { $ne: null } }, '/lastName'],
    ];
    for (const [more, path] of refused) {
      it(`refuses ${JSON.stringify(more).slice(0, 60)} with a reason`, async () => {
        const answer = await create(more);
        expect(answer.json, answer.text).to.include({ status: 422, code: 'validation-failed' });
        expect(answer.json.errors.map((error: { path: string }) => error.path)).to.deep.equal([path]);
        expect(answer.json.errors[0].message).to.be.a('string').and.not.equal('');
      });
    }

    it('reports all errors at once, including fields that contradict each other', async () => {
      expect(paths(await create({ email: 'nobody', birthDate: '2999-01-01', deathDate: '1990-01-01' }))).to.deep.equal([
        '/email',
        '/birthDate',
        '/deathDate',
      ]);
      expect(paths(await create({ income: -1, birthDate: '1944-02-30', deathDate: 7 }))).to.have.members([
        '/income',
        '/birthDate',
        '/deathDate',
      ]);
      const { json } = await create();
      expect(
        paths(await call('PATCH', `/patients/${json.id}`, { body: { email: 'nobody', deathDate: '2999-01-01' } })),
      ).to.deep.equal(['/email', '/deathDate']);
      expect(paths(await call('POST', '/patients', { body: [] }))).to.deep.equal(['']);
    });

    it('stores an SSN in one form, and accepts nine digits', async () => {
      expect((await create({ ssn: ' 219099999 ' })).json.ssn).to.equal('219-09-9999');
    });

    it('refuses a body that is not JSON, or not declared as JSON', async () => {
      expect((await call('POST', '/patients', { raw: '{' })).status).to.equal(400);
      expect(
        (await call('POST', '/patients', { raw: '{}', headers: { 'Content-Type': 'text/plain' } })).status,
      ).to.equal(415);
    });

    it('keeps identifiers unique, even when two concurrent requests use the same one', async () => {
      const identifiers = [{ system: 'unique', value: 'A' }];
      const two = await Promise.all([create({ identifiers }), create({ identifiers })]);
      expect(two.map(({ status }) => status)).to.have.members([201, 409]);
      expect(two.find(({ status }) => status === 409)?.json).to.include({ code: 'identifier-taken' });
      expect(
        (
          await create({
            identifiers: [
              { system: 'unique', value: 'B' },
              { system: 'other', value: 'A' },
            ],
          })
        ).status,
      ).to.equal(201);
      const { json } = await create();
      expect((await call('PATCH', `/patients/${json.id}`, { body: { identifiers } })).json.code).to.equal(
        'identifier-taken',
      );
    });
  });

  describe('changing', () => {
    it('changes the named fields, increments the version, and makes the new name searchable', async () => {
      const { json } = await create({ email: 'a@b.example' });
      const answer = await callApp(app, 'PATCH', `/patients/${json.id}`, {
        token: app.admin.token,
        body: { lastName: 'Zimmermann', address: { city: 'Hull' }, email: null, isActive: false },
      });
      expect(answer.status, answer.text).to.equal(200);
      expect(answer.json).to.deep.include({
        lastName: 'Zimmermann',
        firstName: 'Terrilyn',
        email: null,
        isActive: false,
        version: 2,
        createdBy: app.clinician.id,
        updatedBy: app.admin.id,
      });
      expect(answer.json.address).to.include({ city: 'Hull', state: null });
      expect(answer.headers.get('etag')).to.equal('"2"');
      expect((await call('GET', '/patients?q=zimmer&isActive=false&city=hull')).json.items).to.deep.equal([
        answer.json,
      ]);
      expect((await call('GET', '/patients?q=zimmer&isActive=true')).json.items).to.deep.equal([]);
    });

    it('respects If-Match, and lets one of two concurrent changes through', async () => {
      const { json } = await create();
      const change = (version: string) =>
        call('PATCH', `/patients/${json.id}`, { body: { income: 1 }, headers: { 'If-Match': version } });
      expect((await change('"2"')).json).to.include({ status: 412, code: 'version-stale' });
      const both = await Promise.all([change('"1"'), change('"1"')]);
      expect(both.map(({ status }) => status)).to.have.members([200, 412]);
      expect((await call('DELETE', `/patients/${json.id}`, { headers: { 'If-Match': '"1"' } })).status).to.equal(412);
      expect((await call('DELETE', `/patients/${json.id}`, { headers: { 'If-Match': '"2"' } })).status).to.equal(204);
    });

    it('loses no concurrent change without If-Match', async () => {
      const { json } = await create();
      const bodies = [{ income: 5 }, { race: 'x' }, { phone: '1' }, { suffix: 'Jr.' }, { passport: 'P' }];
      expect(
        (await Promise.all(bodies.map((body) => call('PATCH', `/patients/${json.id}`, { body })))).map(
          ({ status }) => status,
        ),
      ).to.deep.equal(bodies.map(() => 200));
      expect((await call('GET', `/patients/${json.id}`)).json).to.include({
        income: 5,
        race: 'x',
        phone: '1',
        suffix: 'Jr.',
        passport: 'P',
        version: 6,
      });
    });

    it('checks a new date against the stored one', async () => {
      const { json } = await create();
      expect(
        (await call('PATCH', `/patients/${json.id}`, { body: { deathDate: '1940-01-01' } })).json.errors,
      ).to.deep.equal([{ path: '/deathDate', message: 'is before birthDate' }]);
      expect((await call('PATCH', `/patients/${json.id}`, { body: {} })).status).to.equal(422);
      expect((await call('PATCH', `/patients/${'0'.repeat(24)}`, { body: { income: 1 } })).status).to.equal(404);
    });
  });

  it('records who did what and when, but no values', async () => {
    const { json } = await create();
    await call('PATCH', `/patients/${json.id}`, { body: { ssn: '219-09-9999' } });
    await callApp(app, 'DELETE', `/patients/${json.id}`, { token: app.admin.token });
    const events = (await app.database.collection('auditEvents').find().sort({ _id: 1 }).toArray()).filter(
      (event) => String(event['id']) === json.id,
    );
    expect(
      events.map((event) => [event['action'], event['resource'], String(event['by']), event['fields'] ?? null]),
    ).to.deep.equal([
      ['create', 'patient', app.clinician.id, null],
      ['update', 'patient', app.clinician.id, ['ssn']],
      ['delete', 'patient', app.admin.id, null],
    ]);
    expect(JSON.stringify(events)).not.to.contain('219-09');
  });
});

describe('GET /patients', () => {
  let app: TestApp;
  let all: {
    id: string;
    firstName: string;
    lastName: string;
    birthDate: string;
    sex: string;
    isActive: boolean;
    city: string;
  }[];
  before(async () => {
    app = await startTestApp();
    const stored = await manyPatients(app, 60, 7);
    all = stored.map((patient) => ({
      id: patient._id.toHexString(),
      firstName: patient.firstName!,
      lastName: patient.lastName!,
      birthDate: patient.birthDate!,
      sex: patient.sex,
      isActive: patient.isActive,
      city: patient.address!.city!,
    }));
  });
  after(async () => app.close());

  const get = (query: string): Promise<Answer> => callApp(app, 'GET', `/patients?${query}`, { token: app.admin.token });
  const everything = async (query: string): Promise<string[]> => {
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const { json, text } = await get(`limit=7&${query}${cursor}`);
      expect(json.items, text).to.be.an('array');
      seen.push(...json.items.map(({ id }: { id: string }) => id));
      if (json.nextCursor === null) return seen;
      cursor = `&cursor=${json.nextCursor}`;
    }
  };
  const where = (is: (patient: (typeof all)[number]) => boolean): string[] => all.filter(is).map(({ id }) => id);

  const orders: Record<string, (patient: (typeof all)[number]) => string> = {
    name: ({ lastName, firstName, id }) => [plain(lastName), plain(firstName), id].join('\t'),
    firstName: ({ lastName, firstName, id }) => [plain(firstName), plain(lastName), id].join('\t'),
    birthDate: ({ birthDate, id }) => [birthDate, id].join('\t'),
    city: ({ city, lastName, id }) => [plain(city), plain(lastName), id].join('\t'),
    createdAt: ({ id }) => String(all.findIndex((patient) => patient.id === id)).padStart(4, '0'),
    updatedAt: ({ id }) => String(all.findIndex((patient) => patient.id === id)).padStart(4, '0'),
  };
  for (const [order, key] of Object.entries(orders)) {
    const inOrder = (is: (patient: (typeof all)[number]) => boolean): string[] =>
      all
        .filter(is)
        .toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
        .map(({ id }) => id);

    it(`is read page by page in the order of ${order}, forwards and backwards, with each patient once`, async () => {
      const expected = all.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)).map(({ id }) => id);
      expect(await everything(`sort=${order}`)).to.deep.equal(expected);
      expect(await everything(`sort=-${order}`)).to.deep.equal(expected.toReversed());
    });
    it(`is filtered and searched in the order of ${order}`, async () => {
      expect(await everything(`sort=${order}&sex=female&isActive=true`)).to.deep.equal(
        inOrder(({ sex, isActive }) => sex === 'female' && isActive),
      );
      expect(await everything(`sort=${order}&q=clara`)).to.deep.equal(
        inOrder(({ firstName }) => firstName === 'Clara'),
      );
      expect(await everything(`sort=-${order}&birthDateFrom=1950-01-01&birthDateTo=1980-12-31`)).to.deep.equal(
        inOrder(({ birthDate }) => birthDate >= '1950-01-01' && birthDate <= '1980-12-31').toReversed(),
      );
    });
  }

  it('is by default in the order of names, or of dates of birth if filtered by them', async () => {
    expect(await everything('')).to.deep.equal(await everything('sort=name'));
    expect(await everything('birthDateFrom=1900-01-01')).to.deep.equal(await everything('sort=birthDate'));
  });

  it('includes the bounds of a range of birth dates', async () => {
    const { birthDate, id } = all[10]!;
    expect(await everything(`birthDateFrom=${birthDate}&birthDateTo=${birthDate}`)).to.deep.equal([id]);
  });

  it('filters by city and state regardless of case and accents, and by both together', async () => {
    expect(await everything('city=SAO%20PAULO')).to.have.members(where(({ city }) => city === 'São Paulo'));
    expect(await everything('state=massachusetts&sex=male')).to.have.members(where(({ sex }) => sex === 'male'));
    expect(await everything('isActive=false&city=boston')).to.have.members(
      where(({ isActive, city }) => !isActive && city === 'Boston'),
    );
    expect(await everything('city=nowhere')).to.deep.equal([]);
  });

  it('finds by beginnings of words of the name, by SSN and by identifier', async () => {
    expect(await everything('q=FAB')).to.have.members(where(({ firstName }) => firstName === 'Fábio'));
    expect(await everything('q=al+cla')).to.have.members(
      where(({ firstName, lastName }) => firstName === 'Clara' && lastName.startsWith('Al')),
    );
    expect(await everything('q=900-10-0005')).to.deep.equal([all[4]!.id]);
    expect(await everything('q=900100005')).to.deep.equal([all[4]!.id]);
    expect(await everything('q=P-17')).to.deep.equal([all[17]!.id]);
    expect(await everything('q=900-10')).to.deep.equal([]);
    expect(await everything('q=lara')).to.deep.equal([]);
    expect(await everything('q=.*lara')).to.deep.equal([]);
  });

  it('shows the number of patients on request, also in a search', async () => {
    expect((await get('total=true&limit=1')).json).to.include({ total: 60 });
    expect((await get('total=true&limit=1&q=clara&sex=male')).json.total).to.equal(
      where(({ firstName, sex }) => firstName === 'Clara' && sex === 'male').length,
    );
    expect((await get('total=true&limit=1&birthDateTo=1960-01-01')).json.total).to.equal(
      where(({ birthDate }) => birthDate <= '1960-01-01').length,
    );
  });

  it('shows each patient with their studies, the newest first', async () => {
    const { json } = await get('include=studies,conditions&limit=60');
    for (const patient of json.items) {
      expect(patient.studies.count).to.equal(2);
      expect(patient.studies.items.map((study: { patient: string }) => study.patient)).to.deep.equal([
        patient.id,
        patient.id,
      ]);
      expect(patient.studies.items[0].performedAt > patient.studies.items[1].performedAt).to.equal(true);
      expect(patient).not.to.have.property('encounters');
    }
  });

  for (const [query, code] of [
    ['limit=0', 'invalid-query'],
    ['limit=201', 'invalid-query'],
    ['sort=ssn', 'invalid-query'],
    ['q=', 'invalid-query'],
    ['q=...', 'invalid-query'],
    ['q=a&q=b', 'invalid-query'],
    ['q[$ne]=a', 'invalid-query'],
    ['sex=F', 'invalid-query'],
    ['birthDateFrom=1944', 'invalid-query'],
    ['birthDateTo=2023-02-29', 'invalid-query'],
    ['include=users', 'invalid-query'],
    ['include=', 'invalid-query'],
    ['isActive=1', 'invalid-query'],
    ['name=x', 'invalid-query'],
    ['cursor=x', 'invalid-cursor'],
    ['cursor=W3siJG5lIjpudWxsfV0', 'invalid-cursor'],
  ] as const) {
    it(`refuses ?${query}`, async () => {
      const answer = await get(query);
      expect([answer.status, answer.json.code]).to.deep.equal([400, code]);
    });
  }

  it('accepts a cursor only in its own order', async () => {
    const { nextCursor } = (await get('limit=7&sort=name')).json;
    expect((await get(`limit=7&cursor=${nextCursor}`)).status, 'the order of lists that name none').to.equal(200);
    for (const other of ['sort=-name', 'sort=birthDate', 'birthDateFrom=1900-01-01'])
      expect((await get(`limit=7&${other}&cursor=${nextCursor}`)).json, other).to.include({
        status: 400,
        code: 'invalid-cursor',
      });
  });

  it('limits the documents shown with a patient, but counts all of them', async () => {
    const id = await made(app, '/patients', { firstName: 'Zz', lastName: 'Zz', birthDate: '1990-01-01' });
    for (let i = 0; i < 23; i += 1)
      await made(app, `/patients/${id}/encounters`, { start: `2026-01-${String(i + 1).padStart(2, '0')}` });
    const [patient] = (await get('q=zz&include=encounters,studies')).json.items;
    expect(patient.encounters.count).to.equal(23);
    expect(patient.encounters.items.map(({ start }: { start: string }) => start.slice(8, 10))).to.deep.equal(
      Array.from({ length: 20 }, (_, i) => String(23 - i).padStart(2, '0')),
    );
    expect(patient.studies).to.deep.equal({ count: 0, items: [] });
  });
});

/** Patients over HTTP: input and output of each route. */
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { somebody } from '../../support/directory.ts';
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

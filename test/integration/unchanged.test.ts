/** A change to what is there already keeps a document's version, who changed it and when, and is no audit event. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { AUDIT_EVENTS } from '../../src/audit/model.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { made, somebody } from '../support/directory.ts';
import { call } from '../support/http.ts';
import { fourSeconds } from '../support/marks.ts';

const BODIES = {
  patient: {
    firstName: 'Terrilyn',
    birthDate: '1944-04-23',
    identifiers: [{ system: 'mrn', value: 'unchanged 1' }],
    address: { city: 'Wareham', lat: 41.7 },
  },
  study: { urgencyLevel: 'LOW', type: 'ECG', performedAt: '2026-01-15T09:30:00Z' },
  encounter: { start: '2026-01-15T09:30:00Z', class: 'ambulatory', totalClaimCost: 12.5 },
  attendance: {
    externalId: 'unchanged 1',
    client: { name: 'C' },
    technician: { name: 'T' },
    base: { name: 'B' },
    deadline: '2026-01-15',
    attendedAt: '2026-01-15T09:30:00Z',
  },
  user: { email: 'unchanged@clinic.example', fullName: 'Same Name', role: 'clinician' },
  annotation: { from: 0.1, to: 0.4, text: 'here', value: { kind: 'QT', ms: 400, rrMs: 800 } },
};

describe('a change that changes nothing', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());

  const child = async (kind: string, body: object): Promise<[string, object]> => {
    const path = `/patients/${await made(app, '/patients', somebody())}/${kind}`;
    return [`${path}/${await made(app, path, body)}`, body];
  };
  const top = async (path: string, body: object): Promise<[string, object]> => [
    `${path}/${await made(app, path, body)}`,
    body,
  ];
  /** Creates one of a resource; returns its path, and a change to what it is already. */
  const RESOURCES: Record<string, () => Promise<[string, object]>> = {
    'a patient': () => top('/patients', { ...somebody(), ...BODIES.patient }).then(([path]) => [path, BODIES.patient]),
    'a study': () => child('studies', BODIES.study),
    'an encounter': () => child('encounters', BODIES.encounter),
    'a condition of an encounter': async () => {
      const [path] = await child('encounters', BODIES.encounter);
      const [patient = '', encounter] = path.split('/encounters/');
      const body = { code: 'J32', description: 'x', start: '2019-04-16', encounter };
      return top(`${patient}/conditions`, body);
    },
    'an attendance': () => top('/attendances', BODIES.attendance),
    'a user': () =>
      top('/users', { ...BODIES.user, password: 'correct horse battery' }).then(([p]) => [p, BODIES.user]),
    'an annotation': async () => {
      const { token } = app.clinician;
      const path = `/ecgs/${await fourSeconds(app, token)}/annotations`;
      return [`${path}/${await made(app, path, BODIES.annotation, token)}`, BODIES.annotation];
    },
  };

  const updates = (id: string): Promise<number> =>
    app.database.collection(AUDIT_EVENTS).countDocuments({ id: new Types.ObjectId(id), action: 'update' });

  for (const [what, make] of Object.entries(RESOURCES))
    it(`leaves ${what} as it is, and any other change counts`, async () => {
      const [path, same] = await make();
      const { token } = what === 'an annotation' ? app.clinician : app.admin;
      const before = await call(app, 'GET', path, { token });
      const method = what === 'an attendance' ? 'PUT' : 'PATCH';
      const answer = await call(app, method, path, { token, body: same, headers: { 'If-Match': '"1"' } });
      expect(answer.status, answer.text).to.equal(200);
      expect(answer.headers.get('etag')).to.equal('"1"');
      const { created: _created, ...document } = answer.json;
      expect(document).to.deep.equal(before.json);
      expect((await call(app, 'GET', path, { token })).json).to.deep.equal(before.json);
      expect(await updates(before.json.id)).to.equal(0);
      const [name] = ['lastName', 'description', 'externalId', 'fullName', 'text'].filter((one) => one in before.json);
      const other = await call(app, 'PATCH', path, { token, body: { ...same, [name as string]: 'another' } });
      expect(other.json.version, other.text).to.equal(2);
      expect(await updates(before.json.id)).to.equal(1);
    });

  it('may call zero minus zero', async () => {
    const { token } = app.clinician;
    const own = `/ecgs/${await fourSeconds(app, token)}`;
    const documents: [string, string][] = [
      [(await child('encounters', { ...BODIES.encounter, baseCost: 0 }))[0], '{"baseCost":-0}'],
      [(await top('/patients', { ...somebody(), address: { lat: 0, lon: 0 }, income: 0 }))[0], '{"income":-0.0}'],
      [(await top('/patients', { ...somebody(), address: { lat: 0 } }))[0], '{"address":{"lat":-0}}'],
      [`${own}/annotations/${await made(app, `${own}/annotations`, { at: 0, text: 'x' }, token)}`, '{"at":-0}'],
    ];
    for (const [path, raw] of documents) {
      const answer = await call(app, 'PATCH', path, { token, raw });
      expect(answer.json, raw).to.include({ version: 1 });
    }
  });

  it('in an old version is refused nevertheless', async () => {
    const [path, same] = await top('/patients', { ...somebody(), firstName: 'Terrilyn' });
    const headers = { 'If-Match': '"7"' };
    const { status } = await call(app, 'PATCH', path, { token: app.admin.token, body: same, headers });
    expect(status).to.equal(412);
  });
});

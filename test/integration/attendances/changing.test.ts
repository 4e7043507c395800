/** Changing and removing attendances over HTTP. */
import { expect } from 'chai';
import { type Kind, namedModel } from '../../../src/attendances/model.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { whileHeld } from '../../support/failpoint.ts';
import { type Answer, call as callApp } from '../../support/http.ts';
import { attendance, paths } from './bodies.ts';

describe('/attendances', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp({ clinicTimezone: 'America/Fortaleza' });
  });
  after(() => app.close());

  const call = (method: string, path: string, options: Parameters<typeof callApp>[3] = {}): Promise<Answer> =>
    callApp(app, method, path, { token: app.clinician.token, ...options });
  const post = (body: object): Promise<Answer> => call('POST', '/attendances', { body });
  const named = (kind: Kind, name: string): Promise<number> => namedModel(app.database, kind).countDocuments({ name });

  describe('changing', () => {
    let id: string;
    let body: ReturnType<typeof attendance>;
    beforeEach(async () => {
      body = attendance();
      ({ id } = (await post(body)).json);
    });
    const patch = (change: object, headers = {}): Promise<Answer> =>
      call('PATCH', `/attendances/${id}`, { body: change, headers, token: app.admin.token });

    it('PATCH changes the named fields, records who changed them, and creates new names', async () => {
      const answer = await patch({ attendedAt: '2026-01-17T10:00:00Z', base: { name: `Base of ${id}` } });
      expect(answer.json).to.deep.include({
        onTime: false,
        attendedAt: '2026-01-17T10:00:00.000Z',
        deadline: '2026-01-15',
        created: ['base'],
        version: 2,
        createdBy: app.clinician.id,
        updatedBy: app.admin.id,
      });
      expect(answer.headers.get('etag')).to.equal('"2"');
      expect((await patch({ deadline: '2026-01-17' })).json).to.include({ onTime: true, version: 3 });
      expect((await patch({ attendedAt: null })).json).to.include({ onTime: null, attendedAt: null });
    });

    it('PUT replaces everything', async () => {
      await patch({ attendedAt: '2026-01-10' });
      const answer = await call('PUT', `/attendances/${id}`, { body: { ...body, deadline: '2026-01-15T10:00:00Z' } });
      expect(answer.json).to.deep.include({
        attendedAt: null,
        onTime: null,
        deadline: '2026-01-15T10:00:00.000Z',
        created: [],
        version: 3,
      });
      expect((await call('PUT', `/attendances/${id}`, { body: { deadline: '2026-01-15' } })).status).to.equal(422);
      expect((await call('PUT', `/attendances/${'0'.repeat(24)}`, { body: attendance() })).status).to.equal(404);
    });

    it('requires the version in If-Match', async () => {
      expect((await patch({ deadline: '2026-01-16' }, { 'If-Match': '"1"' })).status).to.equal(200);
      for (const tag of ['"1"', '"3"', 'W/"2"', 'x']) {
        expect((await patch({ deadline: '2026-01-17' }, { 'If-Match': tag })).json.code).to.equal('version-stale');
        expect((await call('PUT', `/attendances/${id}`, { body, headers: { 'If-Match': tag } })).status).to.equal(412);
        expect((await call('DELETE', `/attendances/${id}`, { headers: { 'If-Match': tag } })).status).to.equal(412);
      }
      expect(
        (await patch({ deadline: '2026-01-17', client: { name: `Stale ${id}` } }, { 'If-Match': '"1"' })).status,
      ).to.equal(412);
      expect(await named('client', `Stale ${id}`)).to.equal(0);
      expect((await call('DELETE', `/attendances/${id}`, { headers: { 'If-Match': '"2"' } })).status).to.equal(204);
      expect((await call('GET', `/attendances/${id}`)).status).to.equal(404);
    });

    it('DELETE does not remove an attendance that was changed after its version was compared', async () => {
      const removed = await whileHeld(
        app.database,
        { command: 'delete', collection: 'attendances' },
        () => call('DELETE', `/attendances/${id}`, { headers: { 'If-Match': '"1"' } }),
        async () => {
          expect((await patch({ deadline: '2026-01-16' })).status).to.equal(200);
        },
      );
      expect(removed.status).to.equal(412);
      expect((await call('GET', `/attendances/${id}`)).json.version).to.equal(2);
    });

    it('the deadline and the attended time concurrently leaves a state that follows from both', async () => {
      const both = await Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          patch(
            i % 2 === 0
              ? { deadline: `2026-01-1${i}` }
              : { attendedAt: `2026-01-1${i}T12:00`, base: { name: `Both ${id} ${i}` } },
          ),
        ),
      );
      expect(both.map(({ status }) => status)).to.deep.equal(Array.from({ length: 10 }, () => 200));
      const { json } = await call('GET', `/attendances/${id}`);
      expect(json).to.include({ version: 11, onTime: json.attendedAt <= json.deadlineAt });
    });

    it('twice concurrently with the same If-Match lets one change through', async () => {
      const two = await Promise.all([1, 2].map((i) => patch({ deadline: `2026-02-0${i}` }, { 'If-Match': '"1"' })));
      expect(two.map(({ status }) => status)).to.have.members([200, 412]);
    });

    it('refuses an external id that is taken, and an empty body', async () => {
      const other = (await post(attendance())).json;
      expect((await patch({ externalId: other.externalId })).status).to.equal(409);
      expect((await patch({ externalId: other.externalId, client: { name: 'Never either' } })).status).to.equal(409);
      expect(await named('client', 'Never either')).to.equal(0);
      expect((await patch({ externalId: body.externalId })).status).to.equal(200);
      expect((await patch({})).status).to.equal(422);
      expect(paths(await patch({ deadline: null, version: 7 }))).to.have.members(['/deadline', '/version']);
    });
  });
});

/** Creating attendances over HTTP, with their clients, technicians and bases. */
import { expect } from 'chai';
import { attendanceModel, type Kind, namedModel } from '../../../src/attendances/model.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call as callApp } from '../../support/http.ts';
import { versionIn } from '../../support/versions.ts';
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

  for (const [method, path] of [
    ['GET', ''],
    ['POST', ''],
    ['GET', '/x'],
    ['PUT', '/x'],
    ['PATCH', '/x'],
    ['DELETE', '/x'],
    ['GET', '/indicators'],
  ] as const) {
    it(`${method} /attendances${path} requires a log-in`, async () =>
      expect((await callApp(app, method, `/attendances${path}`)).status).to.equal(401));
  }

  describe('a period', () => {
    it("begins with the first day and ends with the last, at midnight in the clinic's time zone", async () => {
      const client = { name: 'At Midnight' };
      const at = {
        before: '2031-03-09T23:59:59.999',
        first: '2031-03-10T00:00',
        last: '2031-03-11T23:59:59.999',
        behind: '2031-03-12T00:00',
      };
      for (const [externalId, deadline] of Object.entries(at)) {
        expect((await post(attendance({ externalId, client, deadline: `${deadline}-03:00` }))).status).to.equal(201);
      }
      const { json } = await call(
        'GET',
        '/attendances?client=at midnight&deadlineFrom=2031-03-10&deadlineTo=2031-03-11',
      );
      expect(json.items.map(({ externalId }: { externalId: string }) => externalId)).to.have.members(['first', 'last']);
      const { groups } = (await call('GET', '/attendances/indicators?from=2031-03-10&to=2031-03-11')).json;
      expect(groups.map(({ open, late }: { open: number; late: number }) => open + late)).to.deep.equal([2]);
    });
  });

  describe('creating', () => {
    it('returns the attendance, its address, and what was created for it', async () => {
      const body = attendance({
        client: { name: ' New  Client ' },
        technician: { name: 'New Technician' },
        base: { name: 'New Base' },
        attendedAt: '2026-01-15T23:30:00-03:00',
      });
      const answer = await post(body);
      expect(answer.status, answer.text).to.equal(201);
      expect(answer.json).to.deep.include({
        externalId: body.externalId,
        deadline: '2026-01-15',
        deadlineAt: '2026-01-16T02:59:59.999Z',
        attendedAt: '2026-01-16T02:30:00.000Z',
        onTime: true,
        version: 1,
      });
      expect(answer.json).to.include({ createdBy: app.clinician.id, updatedBy: app.clinician.id });
      expect(answer.json.created).to.deep.equal(['client', 'technician', 'base']);
      expect(answer.json.client.name).to.equal('New Client');
      expect(answer.headers.get('location')).to.equal(`/api/v1/attendances/${answer.json.id}`);
      expect(answer.headers.get('etag')).to.equal('"1"');
      const { created: _, ...rest } = answer.json;
      const read = await call('GET', `/attendances/${answer.json.id}`);
      expect(read.json).to.deep.equal(rest);
      expect(versionIn(read.headers)).to.equal(1);
    });

    it('finds names regardless of case and surrounding space, or by id, and creates none twice', async () => {
      const first = (await post(attendance())).json;
      const second = (
        await post(
          attendance({
            client: { name: '  MERCADO central ' },
            technician: { id: first.technician.id },
            base: { name: 'Another Base' },
          }),
        )
      ).json;
      expect([second.client, second.technician]).to.deep.equal([first.client, first.technician]);
      expect(second.created).to.deep.equal(['base']);
      expect((await post(attendance({ client: { name: 'Mercado C\u00E9ntral' } }))).json.created).to.deep.equal([
        'client',
      ]);
    });

    it('creates a name in many concurrent requests once, and reports it in one of them', async () => {
      const answers = await Promise.all(
        Array.from({ length: 24 }, (_, i) =>
          post(
            attendance({
              client: { name: `Crowd ${i % 2}` },
              technician: { name: i % 3 === 0 ? 'CROWD' : 'crowd' },
              base: { name: 'Crowd' },
            }),
          ),
        ),
      );
      expect(answers.map(({ status, text }) => (status === 201 ? '' : text)).join('')).to.equal('');
      for (const [kind, count] of [
        ['client', 2],
        ['technician', 1],
        ['base', 1],
      ] as const) {
        expect(await namedModel(app.database, kind).countDocuments({ key: /^crowd/ }), kind).to.equal(count);
        expect(
          answers.filter(({ json }) => json.created.includes(kind)),
          kind,
        ).to.have.length(count);
        expect(new Set(answers.map(({ json }) => json[kind].id)).size, kind).to.equal(count);
      }
    });

    it('refuses an external id that is taken, even by a concurrent request, and stores nothing', async () => {
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, i) => post(attendance({ externalId: ' same ', client: { name: `Loser ${i}` } }))),
      );
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).to.deep.equal([
        201,
        ...Array.from({ length: 7 }, () => 409),
      ]);
      expect(answers.find(({ status }) => status === 409)?.json.code).to.equal('attendance-id-taken');
      expect(await namedModel(app.database, 'client').countDocuments({ key: /^loser/ })).to.equal(1);
      expect((await post(attendance({ externalId: 'same', base: { name: 'Never made' } }))).status).to.equal(409);
      expect(await named('base', 'Never made')).to.equal(0);
    });

    it('reports all errors at once, and stores nothing', async () => {
      const answer = await post(
        attendance({
          deadline: '2026-02-30',
          attendedAt: '15/01/2026',
          client: { id: '0'.repeat(24) },
          base: { id: 'x' },
          technician: { name: 'Nobody' },
        }),
      );
      expect([answer.status, answer.json.code]).to.deep.equal([422, 'validation-failed']);
      expect(paths(answer)).to.have.members(['/deadline', '/attendedAt', '/client/id', '/base/id']);
      expect(await named('technician', 'Nobody')).to.equal(0);
    });

    const ref = { name: 'X' };
    for (const [more, path] of [
      [{ externalId: ' ' }, '/externalId'],
      [{ externalId: 5 }, '/externalId'],
      [{ externalId: 'x'.repeat(201) }, '/externalId'],
      [{ externalId: 'a\u0000' }, '/externalId'],
      [{ externalId: { $ne: null } }, '/externalId'],
      [{ client: 'Mercado' }, '/client'],
      [{ client: {} }, '/client'],
      [{ client: { ...ref, id: '0'.repeat(24) } }, '/client'],
      [{ client: { name: '' } }, '/client/name'],
      [{ client: { name: 'x'.repeat(201) } }, '/client/name'],
      [{ base: { ...ref, city: 'X' } }, '/base/city'],
      [{ technician: null }, '/technician'],
      [{ deadline: null }, '/deadline'],
      [{ deadline: 'x'.repeat(41) }, '/deadline'],
      [{ deadline: '2026-01-15T25:00' }, '/deadline'],
      [{ attendedAt: '' }, '/attendedAt'],
      [{ attendedAt: '-' }, '/attendedAt'],
      [{ onTime: true }, '/onTime'],
      [{ deadline: '1026-01-15' }, '/deadline'],
    ] as [object, string][]) {
      it(`refuses ${JSON.stringify(more).slice(0, 60)}`, async () => {
        const answer = await post(attendance(more));
        expect(answer.status).to.equal(422);
        expect(paths(answer)).to.deep.equal([path]);
      });
    }

    it('refuses a body that is not JSON', async () => {
      expect((await call('POST', '/attendances', { raw: '{' })).status).to.equal(400);
      expect(
        (
          await call('POST', '/attendances', {
            raw: 'a=b',
            headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
          })
        ).status,
      ).to.equal(415);
    });
  });

  describe('on time or not', () => {
    const cases: [string, string | null, boolean | null][] = [
      ['2026-01-15', null, null],
      ['2026-01-15', '2026-01-15', true],
      ['2026-01-15', '2026-01-15T23:59:59.999', true],
      ['2026-01-15', '2026-01-16T00:00', false],
      ['2026-01-15', '2026-01-16T02:59:59Z', true],
      ['2026-01-15', '2026-01-16', false],
      ['2026-01-15T12:00', '2026-01-15T15:00Z', true],
      ['2026-01-15T12:00', '2026-01-15T15:00:00.001Z', false],
      ['2026-01-15T12:00', '2026-01-15', true],
      ['2026-01-15T12:00', '2026-01-16', false],
    ];
    for (const [deadline, attendedAt, onTime] of cases) {
      it(`${attendedAt} is ${onTime} for ${deadline}`, async () =>
        expect((await post(attendance({ deadline, attendedAt }))).json.onTime).to.equal(onTime));
    }
  });

  it('stores no attendance with a dangling reference', async () => {
    const ids = await attendanceModel(app.database).find({}, { client: 1, technician: 1, base: 1 }).lean();
    for (const kind of ['client', 'technician', 'base'] as const) {
      const distinct = [...new Set(ids.map((one) => one[kind].toHexString()))];
      expect(await namedModel(app.database, kind).countDocuments({ _id: { $in: distinct } })).to.equal(distinct.length);
    }
  });
});

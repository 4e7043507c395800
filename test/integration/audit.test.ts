/** Each change is recorded once, in one collection: who did what to which document, without values. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { pino } from 'pino';
import { ClinicZone } from '../../src/calendar/clinic-zone.ts';
import { AUDIT_EVENTS, type AuditEvent } from '../../src/audit/model.ts';
import { auditUploads } from '../../src/ecgs/store/audited.ts';
import { sweep } from '../../src/ecgs/store/sweep.ts';
import { instanceCollection } from '../../src/ecgs/store/model.ts';
import { Uploads } from '../../src/ecgs/store/uploads.ts';
import { Problem } from '../../src/errors.ts';
import { userModel } from '../../src/users/model.ts';
import { type Principal, startTestApp, type TestApp } from '../support/app.ts';
import { decoded } from '../support/decoded.ts';
import { aStudy, made, somebody } from '../support/directory.ts';
import { whileFailing, whileHeld } from '../support/failpoint.ts';
import { type Answer, call } from '../support/http.ts';
import { ingestEvents } from '../support/ingest.ts';
import { things } from '../support/import-kind.ts';
import { imported, send } from '../support/imports.ts';

const SILENT_MS = 60_000;
const log = pino({ level: 'silent' });
const sum = (of: AuditEvent[]): number => of.reduce((all, { count = 0 }) => all + count, 0);

describe('the audit', () => {
  let app: TestApp;
  let sent = 0;
  before(async () => {
    app = await startTestApp({}, { importKinds: [things] });
  });
  after(() => app.close());

  const as = (user: Principal, method: string, path: string, body?: unknown): Promise<Answer> =>
    call(app, method, path, { token: user.token, ...(body !== undefined && { body }) });
  const eventsOf = async (id: string): Promise<AuditEvent[]> =>
    app.database
      .collection<AuditEvent>(AUDIT_EVENTS)
      .find({ id: new Types.ObjectId(id) })
      .sort({ at: 1, _id: 1 })
      .toArray();
  /** Action, user, and the changed fields or other details. */
  const told = async (id: string): Promise<unknown[][]> =>
    (await eventsOf(id)).map(({ action, by, fields, along }) => [
      action,
      by && String(by),
      ...(fields ? [fields] : []),
      ...(along ? [along] : []),
    ]);

  const upload = async (more: object = {}, user = app.clinician): Promise<string> => {
    const answer = await as(user, 'POST', '/ecgs', { leads: [{ name: 'I', signal: [1, -1, ++sent] }], ...more });
    expect(answer.status, answer.text).to.equal(201);
    return answer.json.id as string;
  };

  const tell = (): Promise<void> => auditUploads(app.database, app.app.uploads);
  /** Publishes a recording as an instance would. */
  const published = async (uploads: Uploads, confirm?: () => Promise<void>): Promise<string> => {
    const options = {
      owner: app.clinician.id,
      format: 'json' as const,
      ...(confirm && { confirm }),
    };
    const deps = { database: app.database, uploads, zone: new ClinicZone('UTC') };
    const [one] = await ingestEvents(decoded({ samples: [7, -7, ++sent] }), options, deps);
    return String(one?.ecg._id);
  };

  const logIn = (email: string, password: string): Promise<Answer> =>
    call(app, 'POST', '/auth/login', { body: { email, password } });

  describe('of recordings', () => {
    it('records who has uploaded, changed and removed one, with its patient', async () => {
      const patient = await made(app, '/patients', somebody());
      const id = await upload({ patient });
      await tell();
      const change = { patient: null, notes: 'not to be told', zeroLevel: 2 };
      expect((await as(app.clinician, 'PATCH', `/ecgs/${id}`, change)).status).to.equal(200);
      expect((await as(app.clinician, 'DELETE', `/ecgs/${id}`)).status).to.equal(204);
      expect(await told(id)).to.deep.equal([
        ['create', app.clinician.id],
        ['update', app.clinician.id, Object.keys(change)],
        ['delete', app.clinician.id],
      ]);
      const events = await eventsOf(id);
      expect(events.map((event) => event.patient && String(event.patient))).to.deep.equal([patient, null, null]);
      expect(events.map(({ resource }) => resource)).to.deep.equal(['ecg', 'ecg', 'ecg']);
      expect(JSON.stringify(events)).not.to.include('not to be told');
    });

    it('records an upload once, however often it is attempted', async () => {
      const id = await upload();
      await Promise.all([tell(), tell()]);
      await tell();
      expect(await told(id)).to.deep.equal([['create', app.clinician.id]]);
      expect(app.app.uploads.unaudited.size).to.equal(0);
    });

    it('records an upload at the next attempt if the first one failed', async () => {
      const id = await upload();
      await whileFailing(app.database, { command: 'update', collection: AUDIT_EVENTS }, async () => {
        expect(await tell().catch((error: unknown) => error)).to.be.instanceOf(Error);
      });
      await tell();
      expect(await told(id)).to.deep.equal([['create', app.clinician.id]]);
    });

    it('records the upload of one that is removed before it was recorded, and only once', async () => {
      const id = await upload();
      expect((await as(app.clinician, 'DELETE', `/ecgs/${id}`)).status).to.equal(204);
      await tell();
      expect(await told(id)).to.deep.equal([
        ['create', app.clinician.id],
        ['delete', app.clinician.id],
      ]);
    });

    it('records nothing for one that existed, was refused, or could not be changed or removed', async () => {
      const signal = { leads: [{ name: 'I', signal: [5, -5, ++sent] }], id: `audited-${sent}` };
      const { json } = await as(app.clinician, 'POST', '/ecgs', signal);
      await tell();
      expect((await as(app.clinician, 'POST', '/ecgs', signal)).status).to.equal(200);
      const other = { ...signal, leads: [{ name: 'I', signal: [6, -6] }] };
      expect((await as(app.clinician, 'POST', '/ecgs', other)).status).to.equal(409);
      expect((await as(app.other, 'PATCH', `/ecgs/${json.id}`, { notes: 'theirs' })).status).to.equal(404);
      expect((await as(app.other, 'DELETE', `/ecgs/${json.id}`)).status).to.equal(404);
      expect((await as(app.clinician, 'PATCH', `/ecgs/${json.id}`, { patient: 'nobody' })).status).to.equal(422);
      const before = await app.database.collection(AUDIT_EVENTS).countDocuments();
      await tell();
      expect(await app.database.collection(AUDIT_EVENTS).countDocuments()).to.equal(before);
      expect(await told(json.id)).to.deep.equal([['create', app.clinician.id]]);
    });

    it('records an upload whose instance died before it could record it', async () => {
      const dead = new Uploads();
      const id = await published(dead);
      await dead.beat(app.database);
      const silent = [{ $set: { seenAt: { $subtract: ['$$NOW', 2 * SILENT_MS] } } }];
      await instanceCollection(app.database).updateOne({ _id: dead.instance }, silent);
      expect(await told(id)).to.deep.equal([]);
      const neighbour = { database: app.database, log, uploads: app.app.uploads, silentMs: SILENT_MS };
      await sweep(neighbour);
      await sweep(neighbour);
      expect(await told(id)).to.deep.equal([['create', app.clinician.id]]);
    });

    it('records nothing for an upload whose user had lost access when it was published', async () => {
      const { uploads } = app.app;
      let id = '';
      const refuse = async (): Promise<void> => {
        [id] = [...uploads.active] as [string];
        throw new Problem('token-invalid', 'The account is gone.');
      };
      expect(await published(uploads, refuse).catch((error: unknown) => error)).to.be.instanceOf(Problem);
      await sweep({ database: app.database, log, uploads, silentMs: SILENT_MS });
      expect(await told(id)).to.deep.equal([]);
    });

    it('records an upload whose user could not be confirmed, after that is resolved', async () => {
      const { uploads } = app.app;
      let id = '';
      const fail = async (): Promise<void> => {
        [id] = [...uploads.active] as [string];
        throw new Error('the database did not answer');
      };
      expect(await published(uploads, fail).catch((error: unknown) => error)).to.be.instanceOf(Error);
      await sweep({ database: app.database, log, uploads, silentMs: SILENT_MS });
      expect(await told(id)).to.deep.equal([['create', app.clinician.id]]);
    });
  });

  describe('of users', () => {
    const newUser = { fullName: 'Ana Luz', role: 'clinician', password: 'a password of Ana' };

    it('records who created, changed, deactivated, activated and removed one', async () => {
      const { json } = await as(app.admin, 'POST', '/users', { ...newUser, email: `ana-${++sent}@clinic.example` });
      const path = `/users/${json.id}`;
      for (const body of [{ fullName: 'Ana M. Luz', role: 'admin' }, { isActive: false }, { isActive: true }]) {
        expect((await as(app.admin, 'PATCH', path, body)).status).to.equal(200);
      }
      expect((await as(app.admin, 'PATCH', path, { password: 'another password' })).status).to.equal(200);
      expect((await as(app.admin, 'DELETE', path)).status).to.equal(204);
      expect(await told(json.id)).to.deep.equal([
        ['create', app.admin.id],
        ['update', app.admin.id, ['fullName', 'role']],
        ['deactivate', app.admin.id, ['isActive']],
        ['activate', app.admin.id, ['isActive']],
        ['update', app.admin.id, ['password']],
        ['delete', app.admin.id],
      ]);
      expect(JSON.stringify(await eventsOf(json.id))).not.to.match(/Ana|password"?:|argon/);
    });

    it('records nothing for one that could not be created or removed', async () => {
      const before = await app.database.collection(AUDIT_EVENTS).countDocuments();
      const { email, id } = await app.newUser('clinician');
      expect((await as(app.admin, 'POST', '/users', { ...newUser, email })).status).to.equal(409);
      expect((await as(app.admin, 'DELETE', `/users/${app.admin.id}`)).status).to.equal(409);
      expect((await as(app.clinician, 'DELETE', `/users/${id}`)).status).to.equal(403);
      expect(await app.database.collection(AUDIT_EVENTS).countDocuments()).to.equal(before);
    });

    it("records log-ins, log-outs and changes of a user's own password", async () => {
      const user = await app.newUser('clinician');
      const { json } = await logIn(user.email, user.password);
      const anew = { currentPassword: user.password, newPassword: 'another password' };
      expect((await call(app, 'PUT', '/auth/password', { token: json.accessToken, body: anew })).status).to.equal(204);
      const { json: again } = await logIn(user.email, anew.newPassword);
      expect((await call(app, 'POST', '/auth/logout', { token: again.accessToken })).status).to.equal(204);
      expect(await told(user.id)).to.deep.equal([
        ['log-in', user.id],
        ['update', user.id, ['password']],
        ['log-in', user.id],
        ['log-out', user.id],
      ]);
    });

    it('records one log-out of a token, however often it is ended, and none of a user who was removed', async () => {
      const [user, removed] = [await app.newUser('clinician'), await app.newUser('clinician')];
      // The first is held, so that others are admitted before it takes effect.
      const logOuts = await whileHeld(
        app.database,
        { command: 'update', collection: 'users' },
        async () => Promise.all(Array.from({ length: 6 }, () => as(user, 'POST', '/auth/logout'))),
        async () => undefined,
      );
      expect(new Set(logOuts.map(({ status }) => status))).to.include(204);
      expect(await told(user.id)).to.deep.equal([['log-out', user.id]]);
      expect((await userModel(app.database).findById(user.id).lean())?.endedTokens).to.have.length(1);

      expect((await as(removed, 'GET', '/auth/me')).status).to.equal(200);
      await userModel(app.database).deleteOne({ _id: removed.id });
      expect((await as(removed, 'POST', '/auth/logout')).status).to.be.oneOf([204, 401]);
      expect(await told(removed.id)).to.deep.equal([]);
    });

    it('counts the failed log-ins of an hour in one event, without their sender', async () => {
      const user = await app.newUser('clinician');
      const failing = { action: 'log-in-failed' } as const;
      const events = app.database.collection<AuditEvent>(AUDIT_EVENTS);
      await events.deleteMany(failing);
      const wrong = Array.from({ length: 12 }, () => logIn(user.email, 'a wrong password'));
      expect((await Promise.all(wrong)).map(({ status }) => status)).to.include.members([401, 429]);
      const nobody = Array.from({ length: 3 }, (_, i) => logIn(`nobody-${i}@clinic.example`, 'a wrong password'));
      expect((await Promise.all(nobody)).map(({ status }) => status)).to.deep.equal([401, 401, 401]);
      const found = await events.find(failing).toArray();
      // A new hour may begin in the meantime.
      expect(sum(found.filter(({ id }) => id !== null))).to.equal(12);
      expect(sum(found.filter(({ id }) => id === null))).to.equal(3);
      expect(found.length).to.be.at.most(4);
      expect(new Set(found.map(({ by }) => by))).to.deep.equal(new Set([null]));
      expect(found.filter(({ id }) => id !== null).map(({ id }) => String(id))).to.include(user.id);
      expect(JSON.stringify(found)).not.to.match(/@|wrong|127\.0\.0\.1/);
    });

    it('lets nobody log in whose log-in it cannot record', async () => {
      const user = await app.newUser('clinician');
      await whileFailing(app.database, { command: 'insert', collection: AUDIT_EVENTS }, async () => {
        const { status, json } = await logIn(user.email, user.password);
        expect([status >= 500, json.accessToken]).to.deep.equal([true, undefined]);
      });
    });
  });

  describe('of attendances', () => {
    it('records who created, changed and removed one, and what was created with it', async () => {
      const body = {
        externalId: `audited ${++sent}`,
        deadline: '2026-01-15',
        client: { name: `client ${sent}` },
        technician: { name: `technician ${sent}` },
        base: { name: 'an audited base' },
      };
      const { json } = await as(app.clinician, 'POST', '/attendances', body);
      const path = `/attendances/${json.id}`;
      const other = { client: { name: `other client ${sent}` } };
      expect((await as(app.admin, 'PATCH', path, { attendedAt: '2026-01-14' })).status).to.equal(200);
      expect((await as(app.admin, 'PATCH', path, other)).status).to.equal(200);
      expect((await as(app.clinician, 'DELETE', path)).status).to.equal(204);
      expect(await told(json.id)).to.deep.equal([
        ['create', app.clinician.id, { clients: 1, technicians: 1, bases: 1 }],
        ['update', app.admin.id, ['attendedAt']],
        ['update', app.admin.id, ['client'], { clients: 1 }],
        ['delete', app.clinician.id],
      ]);
    });
  });

  describe('of imports', () => {
    before(() => app.app.importWorker.start());

    it('records who queued one, and how it ended', async () => {
      const completed = await imported(app, app.clinician, 'Key,Value\na,1\n');
      expect(await told(completed.id)).to.deep.equal([
        ['create', app.clinician.id],
        ['complete', app.clinician.id],
      ]);
      const failed = await imported(app, app.clinician, 'Nothing,that\nis,known\n');
      expect(failed.state).to.equal('failed');
      expect((await told(failed.id)).map(([action]) => action)).to.deep.equal(['create', 'fail']);
    });

    it('records who cancelled one', async () => {
      await app.app.importWorker.stop();
      const { json } = await send(app, app.clinician, 'Key,Value\na,1\n');
      expect((await as(app.admin, 'POST', `/imports/${json.id}/cancel`)).status).to.equal(200);
      expect((await as(app.admin, 'POST', `/imports/${json.id}/cancel`)).status).to.equal(200);
      expect(await told(json.id)).to.deep.equal([
        ['create', app.clinician.id],
        ['cancel', app.admin.id],
      ]);
    });
  });

  it('finds what happened to one document, and when, by indexes', async () => {
    const patient = await made(app, '/patients', somebody());
    const study = await made(app, `/patients/${patient}/studies`, aStudy());
    const events = app.database.collection<AuditEvent>(AUDIT_EVENTS);
    const plans = await Promise.all(
      [{ resource: 'study', id: new Types.ObjectId(study) }, { at: { $gte: new Date() } }, { patient }].map((filter) =>
        events
          .find(filter as never)
          .sort({ at: 1 })
          .explain('queryPlanner'),
      ),
    );
    for (const plan of plans) expect(JSON.stringify(plan)).to.include('IXSCAN').and.not.include('"SORT"');
  });
});

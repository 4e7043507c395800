/**
 * Transactional changes when the database refuses the commit: temporarily, so that they are repeated, or permanently.
 */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { ClinicZone } from '../../src/calendar/clinic-zone.ts';
import { commitBatch } from '../../src/imports/commit.ts';
import { raiseFence } from '../../src/imports/lease.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { aStudy, made, somebody } from '../support/directory.ts';
import { whileHeld } from '../support/failpoint.ts';
import { type Answer, call } from '../support/http.ts';
import { notes } from '../support/import-kind.ts';
import { importCollection } from '../support/imports.ts';

/** Refuses a commit permanently. */
const UNKNOWN_ERROR = { errorCode: 8 };
/** Indicates that the whole transaction may be repeated. */
const TRANSIENT = { errorCode: 251, errorLabels: ['TransientTransactionError'] };

interface Change {
  what: string;
  method: string;
  path: string;
  body?: object;
  /** The number of its audit events. */
  events: number;
}

describe('a transactional change', () => {
  let app: TestApp;
  let names = 0;
  before(async () => {
    app = await startTestApp({}, { importKinds: [notes] });
  });
  after(() => app.close());

  const admin = () => app.database.getClient().db('admin');
  /** Makes mongod refuse commits. @param mode as `configureFailPoint` takes it */
  async function whileCommitsFail<T>(
    mode: 'alwaysOn' | { times: number },
    data: object,
    work: () => Promise<T>,
  ): Promise<T> {
    const fail = { ...data, failCommands: ['commitTransaction'] };
    await admin().command({ configureFailPoint: 'failCommand', mode, data: fail });
    try {
      return await work();
    } finally {
      await admin().command({ configureFailPoint: 'failCommand', mode: 'off' });
    }
  }
  const everything = async (): Promise<Record<string, unknown[]>> => {
    const collections = (await app.database.listCollections()).map(({ name }) => name).toSorted();
    const found: Record<string, unknown[]> = {};
    for (const name of collections) found[name] = await app.database.collection(name).find().sort({ _id: 1 }).toArray();
    return JSON.parse(JSON.stringify(found));
  };
  const auditEvents = () => app.database.collection('auditEvents').countDocuments();
  const run = ({ method, path, body }: Change) =>
    call(app, method, path, { token: app.admin.token, ...(body && { body }) });

  const CHILDREN = {
    studies: [aStudy(), { urgencyLevel: 'LOW' }],
    encounters: [{ start: '2026-01-15T09:30:00Z' }, { class: 'emergency' }],
    conditions: [{ code: 'J32', description: 'Sinusitis', start: '2019-04-16' }, { stop: '2020-01-31' }],
  } as const;
  /** One change of every kind, each with documents of its own. */
  async function changes(): Promise<Change[]> {
    const n = ++names;
    const patient = await made(app, '/patients', somebody());
    const full = await made(app, '/patients', somebody());
    const children: Change[] = [];
    for (const [kind, [document, change]] of Object.entries(CHILDREN)) {
      const id = await made(app, `/patients/${patient}/${kind}`, document);
      await made(app, `/patients/${full}/${kind}`, document);
      const path = `/patients/${patient}/${kind}`;
      children.push(
        { what: `POST ${kind}`, method: 'POST', path, body: document, events: 1 },
        { what: `PATCH ${kind}`, method: 'PATCH', path: `${path}/${id}`, body: change, events: 1 },
        { what: `DELETE ${kind}`, method: 'DELETE', path: `${path}/${id}`, events: 1 },
      );
    }
    const attendance = {
      externalId: `a ${n}`,
      deadline: '2026-01-15',
      client: { name: `client ${n}` },
      technician: { name: `technician ${n}` },
      base: { name: `base ${n}` },
    };
    const before = { ...attendance, externalId: `b ${n}`, client: { name: 'known' }, technician: { name: 'known' } };
    const rebased = { base: { name: `other base ${n}` } };
    const known = await made(app, '/attendances', { ...before, base: { name: 'known' } });
    const [changed, removed] = [(await app.newUser('clinician')).id, (await app.newUser('clinician')).id];
    return [
      { what: 'POST patients', method: 'POST', path: '/patients', body: somebody(), events: 1 },
      { what: 'PATCH patients', method: 'PATCH', path: `/patients/${patient}`, body: { income: n }, events: 1 },
      { what: 'DELETE patients', method: 'DELETE', path: `/patients/${full}`, events: 1 },
      ...children,
      { what: 'POST attendances', method: 'POST', path: '/attendances', body: attendance, events: 1 },
      { what: 'PATCH attendances', method: 'PATCH', path: `/attendances/${known}`, body: rebased, events: 1 },
      { what: 'PATCH users', method: 'PATCH', path: `/users/${changed}`, body: { fullName: `No. ${n}` }, events: 1 },
      { what: 'DELETE users', method: 'DELETE', path: `/users/${removed}`, events: 1 },
    ];
  }

  it('that is refused at commit stores nothing, not even its audit event', async () => {
    for (const change of await changes()) {
      const before = await everything();
      const { status } = await whileCommitsFail('alwaysOn', UNKNOWN_ERROR, () => run(change));
      expect(status, change.what).to.be.within(500, 599);
      expect(await everything(), change.what).to.deep.equal(before);
    }
  }).timeout(60_000);

  it('that is repeated takes effect once, with one audit event', async () => {
    for (const change of await changes()) {
      const before = await auditEvents();
      const { status, json, text } = await whileCommitsFail({ times: 2 }, TRANSIENT, () => run(change));
      expect(status, `${change.what}: ${text}`).to.be.within(200, 299);
      expect((await auditEvents()) - before, change.what).to.equal(change.events);
      if (status !== 204) expect(json.version, change.what).to.equal(change.method === 'POST' ? 1 : 2);
    }
  }).timeout(60_000);

  for (const kind of ['patients', 'studies', 'encounters', 'conditions'] as const) {
    it(`detects that a document has changed between its read and its write: ${kind}`, async () => {
      const patient = await made(app, '/patients', somebody());
      const [document, body] = kind === 'patients' ? [null, { income: 1 }] : CHILDREN[kind];
      const id = document ? await made(app, `/patients/${patient}/${kind}`, document) : patient;
      const path = document ? `/patients/${patient}/${kind}/${id}` : `/patients/${id}`;
      const raised = async (version: number): Promise<void> => {
        await app.database.collection(kind).findOneAndUpdate({ _id: new Types.ObjectId(id) }, { $set: { version } });
      };
      const { token } = app.admin;
      const change = (): Promise<Answer> => call(app, 'PATCH', path, { token, body });
      const remove = (): Promise<Answer> => call(app, 'DELETE', path, { token, headers: { 'If-Match': '"7"' } });
      const changed = await whileHeld(app.database, { command: 'update', collection: kind }, change, () => raised(6));
      expect(changed.json.version).to.equal(7);
      const removed = await whileHeld(app.database, { command: 'delete', collection: kind }, remove, () => raised(8));
      expect(removed.status).to.equal(412);
    });
  }

  it('that runs concurrently with others of the same patient has one audit event per success', async () => {
    const patient = await made(app, '/patients', somebody());
    const before = await auditEvents();
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        i % 3 === 0
          ? call(app, 'PATCH', `/patients/${patient}`, { token: app.admin.token, body: { income: i } })
          : call(app, 'POST', `/patients/${patient}/studies`, { token: app.admin.token, body: aStudy() }),
      ),
    );
    expect((await auditEvents()) - before)
      .to.equal(answers.filter(({ status }) => status < 300).length)
      .and.above(0);
    const { json } = await call(app, 'GET', `/patients/${patient}/studies?total=true`, { token: app.admin.token });
    expect(json.total).to.equal(answers.filter(({ status }) => status === 201).length);
  });

  it('of an import writes rows, errors, occurrences and progress together or not at all', async () => {
    const form = new FormData();
    form.set('file', new Blob(['Text\na\nb\n'], { type: 'text/csv' }), 'rows.csv');
    const sent = await call(app, 'POST', '/imports', { token: app.clinician.token, body: form });
    const importId = new Types.ObjectId(sent.json.id as string);
    const { database } = app;
    const commit = async (): Promise<unknown> => {
      const session = await database.startSession();
      try {
        const seen = (await importCollection(database).findOne({ _id: importId }))!;
        const { fence, owner: userId } = (await raiseFence(database, seen, session))!;
        const context = {
          database,
          session,
          importId,
          userId,
          createMissing: false,
          source: 'csv',
          dialect: 'plain',
          zone: new ClinicZone('UTC'),
          now: new Date(),
        };
        const raised = await everything();
        const errors = [{ column: 'Text', value: 'b', reason: 'is wrong' }];
        const outcome = await whileCommitsFail('alwaysOn', UNKNOWN_ERROR, () =>
          commitBatch({ database, session, importId, fence, dryRun: false, kind: notes, context }, [
            { line: 2, end: { offset: 7, line: 3 }, row: { item: 'a', digest: 'of a' }, errors: [] },
            { line: 3, end: { offset: 9, line: 4 }, row: null, errors },
          ]).then(
            () => 'written',
            () => 'refused',
          ),
        );
        expect(await everything()).to.deep.equal(raised);
        return outcome;
      } finally {
        // As the next worker on the import would do.
        await admin().command({ killSessions: [session.id] });
        await session.endSession();
      }
    };
    expect(await commit()).to.equal('refused');
  });
});

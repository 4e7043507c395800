/** What a key covers: whose it is, what is kept of an answer and for how long, and what errors do. */
import { expect } from 'chai';
import { z } from 'zod';
import { keyCollection } from '../../../src/idempotency/model.ts';
import { MAX_KEPT_BYTES } from '../../../src/idempotency/once.ts';
import { inTransaction } from '../../../src/database/transaction.ts';
import { json } from '../../../src/http/answers.ts';
import { operation } from '../../../src/http/operation.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { somebody } from '../../support/directory.ts';
import { whileFailing } from '../../support/failpoint.ts';
import { type Answer, call } from '../../support/http.ts';

const codeOf = ({ status, json: body }: Answer): unknown[] => [status, body.code];

describe('an Idempotency-Key', () => {
  let app: TestApp;
  let key = '';
  let n = 0;

  /** Creates a text that is too long to be kept. */
  const createText = operation({
    id: 'createText',
    tag: 'service',
    method: 'post',
    path: '/texts',
    access: 'user',
    creates: true,
    answers: { 201: json(z.object({ text: z.string() }), 'Created') },
    handler: async ({ ctx, keep }) => {
      await inTransaction(app.database, async (session) => {
        ctx.status = 201;
        ctx.body = { text: 'x'.repeat(MAX_KEPT_BYTES) };
        await keep?.(session);
      });
    },
  });

  before(async () => {
    app = await startTestApp({}, { moreOperations: [createText] });
  });
  after(() => app.close());
  beforeEach(() => {
    key = `key-${++n}`;
  });

  const post = (path: string, body: unknown, { token = app.admin.token, header = key } = {}): Promise<Answer> =>
    call(app, 'POST', path, { token, body, headers: { 'Idempotency-Key': header } });
  const patients = (): Promise<number> => app.database.collection('patients').countDocuments();

  const user = (): object => ({ email: `${key}@clinic.example`, fullName: 'New User', role: 'clinician' });

  const stored = async (): Promise<string> => JSON.stringify(await keyCollection(app.database).find().toArray());

  describe('is written', () => {
    for (const [what, header] of Object.entries({
      'in quotes': () => `"${key}"`,
      'with 255 characters': () => key.padEnd(255, 'x'),
      'with a quote inside': () => String.raw`"a\"${key}"`,
      'with visible characters of any kind': () => `!${key}~,;`,
    }))
      it(what, async () => {
        expect((await post('/patients', somebody(), { header: header() })).status).to.equal(201);
        expect((await post('/patients', somebody(), { header: header() })).status).to.equal(201);
        expect(await app.database.collection('idempotencyKeys').countDocuments()).to.be.greaterThan(0);
      });

    it('in quotes or without, which is the same key', async () => {
      const first = await post('/patients', somebody(), { header: `"${key}"` });
      expect((await post('/patients', somebody())).json.id).to.equal(first.json.id);
    });

    for (const [what, header] of Object.entries({
      'as an empty text': '',
      'with nothing in its quotes': '""',
      'with 256 characters': 'x'.repeat(256),
      'with a space': 'a b',
      'with other characters than ASCII': 'clé',
      twice: '"a", "b"',
      'with an open quote': '"a',
    }))
      it(`not ${what}`, async () => {
        const before = await patients();
        expect(codeOf(await post('/patients', somebody(), { header }))).to.deep.equal([400, 'idempotency-key-invalid']);
        expect(await patients()).to.equal(before);
      });
  });

  it('belongs to one user', async () => {
    const first = await post('/patients', somebody());
    const other = await post('/patients', somebody(), { token: app.clinician.token });
    expect([first.status, other.status]).to.deep.equal([201, 201]);
    expect(other.json.id).to.not.equal(first.json.id);
  });

  it('belongs to one address and query', async () => {
    const signal = { leads: [{ name: 'I', signal: [1, -1] }] };
    const token = app.clinician.token;
    expect((await post('/ecgs', signal, { token })).status).to.equal(201);
    for (const path of ['/ecgs?duplicate=allow', '/patients'])
      expect(codeOf(await post(path, path === '/patients' ? somebody() : signal, { token }))).to.deep.equal([
        422,
        'idempotency-key-reused',
      ]);
  });

  it('is ignored where nothing is created', async () => {
    const headers = { 'Idempotency-Key': ' not a key ' };
    expect((await call(app, 'GET', '/patients', { token: app.admin.token, headers })).status).to.equal(200);
    const { email, password } = app.admin;
    expect((await post('/auth/login', { email, password }, { header: 'a b' })).status).to.equal(200);
  });

  it('is still free after an error, for the corrected request', async () => {
    expect((await post('/patients', { firstName: 'A' })).status).to.equal(422);
    const identifiers = [{ system: 'clinic', value: key }];
    expect((await post('/patients', somebody({ identifiers }))).status).to.equal(201);
    const header = `${key}-other`;
    expect(codeOf(await post('/patients', somebody({ identifiers }), { header }))).to.deep.equal([
      409,
      'identifier-taken',
    ]);
    expect((await post('/patients', somebody(), { header })).status).to.equal(201);
  });

  it('is still free after an upload that is refused', async () => {
    const token = app.clinician.token;
    expect((await post('/ecgs', { leads: [] }, { token })).status).to.equal(422);
    expect((await post('/ecgs', { leads: [{ name: 'I', signal: [3, -1] }] }, { token })).status).to.equal(201);
  });

  it('is still free after the service has failed', async () => {
    const before = await patients();
    await whileFailing(app.database, { command: 'insert', collection: 'auditEvents' }, async () => {
      expect((await post('/patients', somebody())).status).to.be.greaterThanOrEqual(500);
    });
    expect(await patients()).to.equal(before);
    expect((await post('/patients', somebody())).status).to.equal(201);
    expect(await patients()).to.equal(before + 1);
  });

  it('is still free if its answer could not be kept: then nothing was created', async () => {
    const before = await patients();
    await whileFailing(app.database, { command: 'update', collection: 'idempotencyKeys' }, async () => {
      expect((await post('/patients', somebody())).status).to.be.greaterThanOrEqual(500);
    });
    expect(await patients()).to.equal(before);
    expect((await post('/patients', somebody())).status).to.equal(201);
  });

  it('is free again after a day', async () => {
    const first = await post('/patients', somebody());
    const kept = await keyCollection(app.database).findOne(
      { 'answer.headers.Location': /./ },
      { sort: { expiresAt: -1 } },
    );
    expect(kept!.expiresAt.getTime() - Date.now()).to.be.within(86_000_000, 86_400_000 + 60_000);
    await keyCollection(app.database).updateMany({}, { $set: { expiresAt: new Date() } });
    const second = await post('/patients', somebody({ firstName: 'Ana' }));
    expect(second.status).to.equal(201);
    expect(second.json.id).to.not.equal(first.json.id);
  });

  describe('of a user who gets a password', () => {
    it('does not keep the generated password; a repeat says where the user is', async () => {
      const first = await post('/users', user());
      const { password, id } = first.json as { password: string; id: string };
      expect(password).to.have.length.greaterThan(9);
      const again = await post('/users', user());
      expect(codeOf(again)).to.deep.equal([409, 'answer-not-kept']);
      expect(again.json.detail).to.include(`/users/${id}`).and.to.include('set another one');
      expect(await stored())
        .to.include(id)
        .and.not.to.include(password);
      expect(await app.database.collection('users').countDocuments({ email: `${key}@clinic.example` })).to.equal(1);
    });

    it('does not keep a chosen password, and answers as before', async () => {
      const password = 'chosen by the admin';
      const first = await post('/users', { ...user(), password });
      const again = await post('/users', { ...user(), password });
      expect([first.status, again.text]).to.deep.equal([201, first.text]);
      expect(again.headers.get('cache-control')).to.equal('no-store');
      expect(await stored())
        .to.include(first.json.id)
        .and.not.to.include(password);
      expect(codeOf(await post('/users', { ...user(), password: `${password}!` }))).to.deep.equal([
        422,
        'idempotency-key-reused',
      ]);
    });
  });

  it('does not keep an answer above the limit; a repeat says so', async () => {
    expect((await post('/texts', undefined)).status).to.equal(201);
    const again = await post('/texts', undefined);
    expect(codeOf(again)).to.deep.equal([409, 'answer-not-kept']);
    expect(again.json.detail).to.include(String(MAX_KEPT_BYTES));
  });
});

/** A request whose key is in use: while the first one runs, after it has died, and if it comes back to life. */
import { once } from 'node:events';
import { request } from 'node:http';
import { expect } from 'chai';
import { Types } from 'mongoose';
import { keyCollection } from '../../../src/idempotency/model.ts';
import { completeKey, newClaim, releaseKey, renewKey, takeKey } from '../../../src/idempotency/claims.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { somebody } from '../../support/directory.ts';
import { eventually } from '../../support/eventually.ts';
import { whileHeld } from '../../support/failpoint.ts';
import { type Answer, call } from '../../support/http.ts';

const ANSWER = { status: 201, headers: {}, body: '{"$price":"$5"}', withheld: null };
const codeOf = ({ status, json }: Answer): unknown[] => [status, json.code];
const BUSY = [409, 'request-in-progress'];
const recording = (last: number): object => ({ leads: [{ name: 'I', signal: [1, -1, last] }] });

describe('a key in use', () => {
  let app: TestApp;

  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());
  beforeEach(async () => {
    await keyCollection(app.database).deleteMany({});
  });

  const send = (path: string, body: unknown, token = app.clinician.token): Promise<Answer> =>
    call(app, 'POST', path, { token, body, headers: { 'Idempotency-Key': 'the-key' } });
  const count = (name: string): Promise<number> => app.database.collection(name).countDocuments();

  it('refuses a repeat while the first request runs, and another body as such', async () => {
    const before = await count('patients');
    const first = await whileHeld(
      app.database,
      { command: 'insert', collection: 'patients' },
      () => send('/patients', somebody()),
      async () => {
        expect(codeOf(await send('/patients', somebody()))).to.deep.equal(BUSY);
        expect(codeOf(await send('/patients', somebody({ lastName: 'Other' })))).to.deep.equal([
          422,
          'idempotency-key-reused',
        ]);
      },
    );
    expect(first.status).to.equal(201);
    expect((await send('/patients', somebody())).json.id).to.equal(first.json.id);
    expect(await count('patients')).to.equal(before + 1);
  });

  it('refuses the repeat of an upload without reading its body', async () => {
    const first = await whileHeld(
      app.database,
      { command: 'insert', collection: 'ecgBlocks' },
      () => send('/ecgs', recording(1)),
      async () => {
        const headers = {
          Authorization: `Bearer ${app.clinician.token}`,
          'Content-Type': 'application/json',
          'Content-Length': '1000000',
          'Idempotency-Key': 'the-key',
        };
        const repeat = request(`${app.url}/api/v1/ecgs`, { method: 'POST', headers });
        repeat.on('error', () => undefined).write('{');
        const [{ statusCode }] = (await once(repeat, 'response')) as [{ statusCode: number }];
        expect(statusCode).to.equal(409);
        repeat.destroy();
      },
    );
    expect(first.status).to.equal(201);
  });

  it('is free again if the client disconnects during its upload', async () => {
    const headers = { Authorization: `Bearer ${app.clinician.token}`, 'Idempotency-Key': 'the-key' };
    const broken = request(`${app.url}/api/v1/ecgs`, { method: 'POST', headers });
    broken.on('error', () => undefined).write('{"leads":[');
    await eventually('it has begun', () => count('idempotencyKeys'));
    broken.destroy();
    await eventually('it has ended', async () => (await count('idempotencyKeys')) === 0);
    expect((await send('/ecgs', recording(2))).status).to.equal(201);
  });

  it('is taken over if its request shows no sign of life', async () => {
    const first = await send('/patients', somebody());
    const running = { state: 'running' as const, answer: null, holder: new Types.ObjectId() };
    const future = new Date(Date.now() + 60_000);
    await keyCollection(app.database).updateOne({}, { $set: { ...running, aliveUntil: future } });
    expect(codeOf(await send('/patients', somebody()))).to.deep.equal(BUSY);
    await keyCollection(app.database).updateOne({}, { $set: { aliveUntil: new Date() } });
    const second = await send('/patients', somebody());
    expect(second.status).to.equal(201);
    expect(second.json.id).to.not.equal(first.json.id);
  });

  for (const [path, collection, body, held] of [
    ['/patients', 'patients', somebody(), 'auditEvents'],
    ['/ecgs', 'ecgs', recording(3), 'ecgBlocks'],
  ] as const)
    it(`lets a request to ${path} that was taken for dead create nothing`, async () => {
      const before = await count(collection);
      const late = await whileHeld(
        app.database,
        { command: 'insert', collection: held },
        () => send(path, body),
        async () => {
          const taken = { holder: new Types.ObjectId() };
          expect((await keyCollection(app.database).updateOne({}, { $set: taken })).matchedCount).to.equal(1);
        },
      );
      expect(codeOf(late)).to.deep.equal(BUSY);
      expect(await count(collection)).to.equal(before);
      expect(await count('idempotencyKeys')).to.equal(1);
    });

  describe('as it is stored', () => {
    const [first, second] = [newClaim('a key'), newClaim('a key')];
    const holderOf = async (claim = second) => (await takeKey(app.database, claim, 'print')).holder;

    it('belongs to the first request until it is released', async () => {
      expect(await holderOf(first)).to.deep.equal(first.holder);
      expect(await holderOf()).to.deep.equal(first.holder);
      await releaseKey(app.database, second, true);
      expect(await holderOf()).to.deep.equal(first.holder);
      await releaseKey(app.database, first, false);
      expect(await holderOf()).to.deep.equal(second.holder);
    });

    it('is kept alive by its own request only', async () => {
      await takeKey(app.database, first, null);
      const aliveUntil = async (): Promise<number> =>
        (await keyCollection(app.database).findOne({ _id: first.id }))!.aliveUntil!.getTime();
      const silence = new Date(0);
      await keyCollection(app.database).updateOne({}, { $set: { aliveUntil: silence } });
      await renewKey(app.database, second);
      expect(await aliveUntil()).to.equal(0);
      await renewKey(app.database, first);
      expect((await aliveUntil()) - Date.now()).to.be.within(10_000, 20_000);
    });

    it('is completed by its own request, once, and released then only if nothing was done', async () => {
      await takeKey(app.database, first, null);
      expect(await completeKey(app.database, second, 'print', ANSWER, null)).to.equal(false);
      expect(await completeKey(app.database, first, 'print', ANSWER, null)).to.equal(true);
      expect(await completeKey(app.database, first, 'print', ANSWER, null)).to.equal(false);
      await renewKey(app.database, first);
      await releaseKey(app.database, first, false);
      expect((await takeKey(app.database, second, 'print')).answer).to.deep.equal(ANSWER);
      await releaseKey(app.database, first, true);
      expect(await count('idempotencyKeys')).to.equal(0);
    });

    it('is created once by requests that arrive together', async () => {
      const claims = Array.from({ length: 20 }, () => newClaim('a key'));
      const found = await Promise.all(claims.map((claim) => takeKey(app.database, claim, 'print')));
      expect(new Set(found.map((one) => one.holder.toHexString())).size).to.equal(1);
    });
  });
});

/** Whatever interrupts an upload, and wherever: nothing becomes readable and nothing is left behind. */
import { connect as connectSocket } from 'node:net';
import { expect } from 'chai';
import { Types } from 'mongoose';
import { pino } from 'pino';
import { blockCollection, type StoredBlocks } from '../../../src/ecgs/store/content-model.ts';
import { ecgModel } from '../../../src/ecgs/store/model.ts';
import { sweep } from '../../../src/ecgs/store/sweep.ts';
import { type Principal, startTestApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { whileFailing } from '../../support/failpoint.ts';
import { call } from '../../support/http.ts';
import { noise } from '../../support/signals.ts';

const SILENT_MS = 60_000;

/** Two leads of many blocks, whose zero level comes last, so that every stage of an upload has work to do. */
const signal = `[${noise(700_000).join()}]`;
const upload = `{"id":"big","leads":[{"name":"I","signal":${signal}},{"name":"II","signal":${signal}}],"zeroLevel":1}`;

describe('an upload that is interrupted', () => {
  let app: TestApp;
  let owner: Principal;

  before(async () => {
    app = await startTestApp();
    owner = app.clinician;
  });
  after(async () => app.close());

  /** Resolves when no upload is in progress any more. */
  const settled = (): Promise<true> => eventually('every upload has ended', () => app.app.uploads.active.size === 0);

  async function leftovers(): Promise<{ ecgs: number; blocks: number }> {
    return {
      ecgs: await ecgModel(app.database).countDocuments({ version: { $gte: 1 } }),
      blocks: await blockCollection(app.database).countDocuments(),
    };
  }

  /** Sends the head and part of the body, waits until the service has begun, and closes the connection. */
  async function hangUp(body: string, share: number): Promise<void> {
    const { hostname, port } = new URL(app.url);
    const socket = connectSocket(Number(port), hostname);
    const part = body.slice(0, Math.floor(body.length * share));
    await new Promise<void>((resolve) => {
      socket.write(
        'POST /api/v1/ecgs HTTP/1.1\r\nHost: x\r\n' +
          `Authorization: Bearer ${owner.token}\r\n` +
          'Content-Type: application/json\r\n' +
          `Content-Length: ${body.length}\r\n\r\n${part}`,
        () => resolve(),
      );
    });
    if (share >= 0.1) await eventually('the upload has begun', () => app.app.uploads.active.size > 0);
    socket.resetAndDestroy();
  }

  const deps = () => ({
    database: app.database,
    log: pino({ level: 'silent' }),
    uploads: app.app.uploads,
    silentMs: SILENT_MS,
  });
  const blockOf = (writer: Types.ObjectId): StoredBlocks => ({
    _id: new Types.ObjectId(),
    ecg: new Types.ObjectId(),
    owner: new Types.ObjectId(owner.id),
    writer,
    blocks: [],
  });
  const heartbeat = async (seenAt: Date): Promise<Types.ObjectId> => {
    const instance = new Types.ObjectId();
    await app.database.collection('instances').insertOne({ _id: instance, seenAt });
    return instance;
  };
  const remains = async (block: StoredBlocks): Promise<boolean> =>
    (await blockCollection(app.database).countDocuments({ _id: block._id })) === 1;

  for (const [where, share] of [
    ['in its head', 0.000_005],
    ['in the first block', 0.02],
    ['in the first lead', 0.3],
    ['between the leads', 0.5],
    ['in the second lead', 0.8],
    ['before the last brace', 0.999_999],
  ] as const) {
    it(`leaves nothing when the client disconnects ${where}`, async () => {
      await hangUp(upload, share);
      await settled();
      expect(await leftovers()).to.deep.equal({ ecgs: 0, blocks: 0 });
    });
  }

  for (const [stage, command, collection, skip] of [
    ['the first blocks cannot be stored', 'insert', 'ecgBlocks', 0],
    ['later blocks cannot be stored', 'insert', 'ecgBlocks', 1],
    ['the blocks cannot be read again to be counted about the zero level', 'find', 'ecgBlocks', 0],
    ['the recording cannot be published', 'insert', 'ecgs', 0],
  ] as const) {
    it(`leaves nothing when ${stage}, and the same upload works afterwards`, async () => {
      await whileFailing(app.database, { command, collection, skip }, async () => {
        const answer = await call(app, 'POST', '/ecgs', { token: owner.token, raw: upload });
        expect(answer.status, answer.text).to.be.oneOf([500, 503]);
      });
      await settled();
      expect(await leftovers()).to.deep.equal({ ecgs: 0, blocks: 0 });
      const again = await call(app, 'POST', '/ecgs', { token: owner.token, raw: upload });
      expect(again.status).to.equal(201);
      expect((await call(app, 'DELETE', `/ecgs/${again.json.id}`, { token: owner.token })).status).to.equal(204);
      expect(await leftovers()).to.deep.equal({ ecgs: 0, blocks: 0 });
    });
  }

  describe('by a crash', () => {
    it('is swept if its instance is dead, and kept while it lives', async () => {
      const dead = blockOf(await heartbeat(new Date(Date.now() - 2 * SILENT_MS)));
      const unknown = blockOf(new Types.ObjectId());
      const alive = blockOf(await heartbeat(new Date()));
      const mine = blockOf(app.app.uploads.instance);
      app.app.uploads.active.add(mine.ecg.toHexString());
      await blockCollection(app.database).insertMany([dead, unknown, alive, mine] as never);
      expect(await sweep(deps())).to.include({ removed: 2, hollow: 0 });
      expect(await Promise.all([dead, unknown, alive, mine].map(remains))).to.deep.equal([false, false, true, true]);
      app.app.uploads.active.delete(mine.ecg.toHexString());
      expect(await sweep(deps())).to.include({ removed: 1, hollow: 0 });
    });

    it('can no longer be published by a writer that was only paused', async () => {
      const paused = blockOf(new Types.ObjectId());
      await blockCollection(app.database).insertOne(paused);
      await sweep(deps());
      const late = await ecgModel(app.database)
        .collection.insertOne({ _id: paused.ecg, owner: paused.owner })
        .then(
          () => null,
          (error: { code?: number }) => error.code,
        );
      expect(late).to.equal(11_000);
    });

    it('never removes blocks of a published recording', async () => {
      const { json } = await call(app, 'POST', '/ecgs', {
        token: owner.token,
        body: { leads: [{ name: 'I', signal: [1, -1] }] },
      });
      await app.database
        .collection('ecgBlocks')
        .updateMany({ ecg: new Types.ObjectId(json.id as string) }, { $set: { writer: new Types.ObjectId() } });
      await sweep(deps());
      expect(
        (await call(app, 'GET', `/ecgs/${json.id}/channels/I/samples`, { token: owner.token })).json.samples,
      ).to.deep.equal([1, -1]);
    });
  });
});

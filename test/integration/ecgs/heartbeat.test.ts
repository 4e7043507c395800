/**
 * An instance is alive as long as its heartbeat arrives: nothing delays it, and an outage for all instances kills none.
 */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { pino } from 'pino';
import { blockCollection } from '../../../src/ecgs/store/content-model.ts';
import { instanceCollection } from '../../../src/ecgs/store/model.ts';
import { settleInTurn, startSweeper, type SweepDeps } from '../../../src/ecgs/store/sweep.ts';
import { Uploads } from '../../../src/ecgs/store/uploads.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { whileHeld } from '../../support/failpoint.ts';
import { call } from '../../support/http.ts';

const SILENT_MS = 60_000;
const HOUR_MS = 3_600_000;

describe('the heartbeat', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await startTestApp();
  });
  afterEach(() => app.close());

  const deps = (uploads: Uploads): SweepDeps => ({
    database: app.database,
    log: pino({ level: 'silent' }),
    uploads,
    silentMs: SILENT_MS,
  });
  const seenAt = async ({ instance }: Uploads): Promise<number> =>
    (await instanceCollection(app.database).findOne({ _id: instance }))?.seenAt.getTime() ?? 0;
  /** Pretends that this much time has passed since one of its timestamps, by the database's clock. */
  const earlier = async ({ instance }: Uploads, time: 'seenAt' | 'steadySince', ms: number): Promise<unknown> =>
    instanceCollection(app.database).updateOne({ _id: instance }, [{ $set: { [time]: { $subtract: ['$$NOW', ms] } } }]);
  /** An instance without a missed heartbeat for an hour. */
  async function living(): Promise<Uploads> {
    const uploads = new Uploads();
    await uploads.beat(app.database);
    await earlier(uploads, 'steadySince', HOUR_MS);
    return uploads;
  }
  /** Begins an upload and stores part of it. */
  async function writing(uploads: Uploads): Promise<Types.ObjectId> {
    const ecg = await uploads.begin(app.database);
    const of = { ecg, owner: new Types.ObjectId(app.clinician.id), writer: uploads.instance };
    await blockCollection(app.database).insertOne({ _id: new Types.ObjectId(), ...of, blocks: [] });
    return ecg;
  }
  const stored = async (ecg: Types.ObjectId): Promise<number> => blockCollection(app.database).countDocuments({ ecg });

  it('does not wait for a slow check', async () => {
    const body = { leads: [{ name: 'I', signal: [1, -1] }] };
    await call(app, 'POST', '/ecgs', { token: app.clinician.token, body });
    const uploads = await living();
    const timing = { heartbeatMs: 20, settleMs: HOUR_MS, checkPollMs: 20 };
    const looking = { command: 'find', collection: 'ecgBlocks' } as const;
    const sweeper = await whileHeld(
      app.database,
      looking,
      () => startSweeper(deps(uploads), timing),
      async () => {
        for (let beats = 0; beats < 3; beats++) {
          const before = await seenAt(uploads);
          await eventually('a heartbeat', async () => (await seenAt(uploads)) > before);
        }
      },
    );
    await sweeper.stop();
  });

  it('of other instances is awaited by one whose own heartbeat failed', async () => {
    const [first, second, dead] = [await living(), await living(), await living()];
    const [upload, left] = [await writing(second), await writing(dead)];
    // The database was unreachable for all of them.
    for (const instance of [first, second, dead]) await earlier(instance, 'seenAt', 2 * SILENT_MS);
    await first.beat(app.database);
    expect(await settleInTurn(deps(first))).to.equal(0);
    expect(await stored(left)).to.equal(1);
    await second.beat(app.database);
    await earlier(first, 'steadySince', HOUR_MS);
    expect(await settleInTurn(deps(first))).to.equal(1);
    expect([await stored(upload), await stored(left)]).to.deep.equal([1, 0]);
  });

  it('is needed for judging others: a paused instance considers none dead before its next one', async () => {
    const [paused, dead] = [await living(), await living()];
    const left = await writing(dead);
    for (const instance of [paused, dead]) await earlier(instance, 'seenAt', 2 * SILENT_MS);
    expect(await settleInTurn(deps(paused))).to.equal(0);
    expect(await stored(left)).to.equal(1);
  });

  it('is steady only after a while, and no longer if one was missed', async () => {
    const uploads = new Uploads();
    expect(await uploads.isSteady(app.database)).to.equal(false);
    await uploads.beat(app.database);
    expect(await uploads.isSteady(app.database)).to.equal(false);
    await earlier(uploads, 'steadySince', 20_000);
    await uploads.beat(app.database);
    expect(await uploads.isSteady(app.database)).to.equal(true);
    await earlier(uploads, 'seenAt', 16_000);
    await uploads.beat(app.database);
    expect(await uploads.isSteady(app.database)).to.equal(false);
  });
});

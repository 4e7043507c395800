/** Waiting for imports and for their progress: it ends when there is news, and leaves nothing in memory. */
import { getEventListeners } from 'node:events';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { pino } from 'pino';
import { ClinicZone } from '../../../src/calendar/clinic-zone.ts';
import { Worker } from '../../../src/imports/worker.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { call } from '../../support/http.ts';
import { things } from '../../support/import-kind.ts';
import { UNWATCHED } from '../../support/room.ts';

const HOUR_MS = 3_600_000;

describe('waiting for imports', () => {
  let app: TestApp;
  /** An application that accepts files and does not process them. */
  before(async () => {
    app = await startTestApp({}, { importKinds: [things] });
  });
  after(() => app.close());

  /** @param look called whenever the worker begins to look for work */
  const worker = (pollMs: number, look: () => Promise<void>): Worker => {
    const isEnough = async (): Promise<boolean> => {
      await look();
      return true;
    };
    return new Worker(
      {
        database: app.database,
        log: pino({ level: 'silent' }),
        kinds: [things],
        zone: new ClinicZone('UTC'),
        silentMs: HOUR_MS,
        room: { ...UNWATCHED, isEnough },
        maxFailures: 100,
      },
      { leaseMs: HOUR_MS, pollMs },
    );
  };

  it('does not accumulate memory in the worker, however often it finds nothing', async () => {
    let looks = 0;
    const idle = worker(1, async () => void (looks += 1));
    const kept = (): string => inspect(idle, { depth: 1, maxArrayLength: null });
    idle.start();
    await eventually('it has looked', () => looks > 20);
    const before = kept();
    await eventually('it has looked many times more', () => looks > 200);
    expect(kept()).to.equal(before);
    await idle.stop();
  });

  it('ends when there is new work, also for a worker that is looking at that moment', async () => {
    let looks = 0;
    const going: { on?: () => void } = {};
    const looking = new Promise<void>((resolve) => {
      going.on = resolve;
    });
    const busy = worker(HOUR_MS, async () => {
      looks += 1;
      await looking;
    });
    busy.start();
    const first = await eventually('it looks', () => looks);
    busy.wake();
    going.on?.();
    await eventually('it looks again', () => looks >= 2 * first);
    await busy.stop();
  });

  it('does not accumulate memory for streams of events that have ended', async () => {
    const { token } = app.clinician;
    const form = new FormData();
    form.set('file', new Blob(['Key,Value\na,1\n'], { type: 'text/csv' }), 'rows.csv');
    const { id } = (await call(app, 'POST', '/imports', { token, body: form })).json as { id: string };
    await call(app, 'POST', `/imports/${id}/cancel`, { token });
    const { stopping } = app.app.importWorker;
    /** The number of listeners on the signal that ends all streams, however Node.js stores them. */
    const kept = (): number => {
      const inside = stopping as unknown as Record<symbol, { size?: number } | null>;
      const sizes = Object.getOwnPropertySymbols(stopping).map((symbol) => inside[symbol]?.size ?? 0);
      return getEventListeners(stopping, 'abort').length + sizes.reduce((sum, size) => sum + size, 0);
    };
    const before = kept();
    for (let i = 0; i < 5; i += 1) {
      expect((await call(app, 'GET', `/imports/${id}/events`, { token })).text).to.match(/^event: end\n/);
    }
    await eventually('nothing is kept', () => kept() === before);
  });
});

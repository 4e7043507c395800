/** The order and timing of imports: which starts first, when streams send comments, how soon a worker stops. */
import { EventEmitter, once } from 'node:events';
import { expect } from 'chai';
import { Types } from 'mongoose';
import { pino } from 'pino';
import { ClinicZone } from '../../../src/calendar/clinic-zone.ts';
import { importEvents } from '../../../src/imports/events.ts';
import type { ImportKind } from '../../../src/imports/kind.ts';
import { CONCURRENT_IMPORTS } from '../../../src/imports/limits.ts';
import { Worker } from '../../../src/imports/worker.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { call } from '../../support/http.ts';
import { type Thing, things } from '../../support/import-kind.ts';
import { UNWATCHED } from '../../support/room.ts';

const HOUR_MS = 3_600_000;
/** Far shorter than the usual heartbeat, and longer than the interval between two reads of the import. */
const SILENCE_MS = 700;

describe('the order and timing of imports', () => {
  let app: TestApp;
  /** An application that accepts files and does not process them. */
  before(async () => {
    const usual = await startTestApp();
    const { limits } = usual.config;
    await usual.close();
    app = await startTestApp({ limits: { ...limits, uploadIdleMs: SILENCE_MS } }, { importKinds: [things] });
  });
  after(() => app.close());

  const queue = async (): Promise<string> => {
    const form = new FormData();
    form.set('file', new Blob(['Key,Value\na,1\n'], { type: 'text/csv' }), 'rows.csv');
    return (await call(app, 'POST', '/imports', { token: app.clinician.token, body: form })).json.id as string;
  };
  const worker = (kind: ImportKind<Thing>): Worker =>
    new Worker(
      {
        database: app.database,
        log: pino({ level: 'silent' }),
        kinds: [kind],
        zone: new ClinicZone('UTC'),
        silentMs: HOUR_MS,
        room: UNWATCHED,
        maxFailures: 100,
      },
      { leaseMs: HOUR_MS, pollMs: HOUR_MS },
    );

  it('starts imports in the order of their arrival', async () => {
    const ids = [];
    for (let i = 0; i < 2 * CONCURRENT_IMPORTS; i += 1) ids.push(await queue());
    const begun: string[] = [];
    const places = new EventEmitter();
    const [first, all] = [once(places, 'taken'), once(places, 'all begun')];
    const patient: ImportKind<Thing> = {
      ...things,
      // The first ones wait for each other, so that all places are taken when the worker looks for the next import.
      apply: async (rows, context) => {
        begun.push(context.importId.toHexString());
        if (begun.length === CONCURRENT_IMPORTS) places.emit('taken');
        if (begun.length === ids.length) places.emit('all begun');
        await first;
        return { results: rows.map(() => 'unchanged') };
      },
    };
    const working = worker(patient);
    working.start();
    await all;
    await working.stop();
    expect(new Set(begun.slice(0, CONCURRENT_IMPORTS))).to.deep.equal(new Set(ids.slice(0, CONCURRENT_IMPORTS)));
  });

  it('does not delay a worker that is stopped while it looks for imports', async () => {
    const idle = worker(things);
    const began = performance.now();
    idle.start();
    // It is still looking, and must not begin the hour's wait when it finds nothing.
    await idle.stop();
    expect(performance.now() - began).to.be.below(10_000);
  });

  it('sends a comment when nothing has changed for the set time, and not before', async () => {
    const id = new Types.ObjectId(await queue());
    const gone = new AbortController();
    const events = importEvents(app.database, id, true, {
      mayGoOn: async () => true,
      heartbeatMs: SILENCE_MS,
      signal: gone.signal,
    });
    expect((await events.next()).value).to.match(/^event: progress\n/);
    for (let i = 0; i < 2; i += 1) {
      const began = performance.now();
      expect((await events.next()).value).to.match(/^: /);
      expect(performance.now() - began).to.be.within(SILENCE_MS - 20, 10 * SILENCE_MS);
    }
    const next = events.next();
    gone.abort();
    expect(await next).to.deep.equal({ done: true, value: undefined });
  });

  it('sends a comment before the longest silence that the service allows', async () => {
    const id = await queue();
    const headers = { Authorization: `Bearer ${app.clinician.token}` };
    const response = await fetch(`${app.url}/api/v1/imports/${id}/events`, { headers });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).to.match(/^event: progress\n/);
    const began = performance.now();
    expect((await reader.read()).value).to.match(/^: /);
    expect(performance.now() - began).to.be.below(10 * SILENCE_MS);
    await reader.cancel();
  });
});

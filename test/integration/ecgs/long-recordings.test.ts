/** What is counted from all samples of a long recording runs block by block, beside other requests. */
import { request } from 'node:http';
import { expect } from 'chai';
import { Types } from 'mongoose';
import { RecordingReader } from '../../../src/ecgs/reading/recording-reader.ts';
import { wholeSpan } from '../../../src/ecgs/reading/span-cursor.ts';
import type { StoredEcg } from '../../../src/ecgs/store/model.ts';
import { type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { type Fetches, startWatchedApp } from '../../support/fetches.ts';
import { call } from '../../support/http.ts';
import { storeRecording, wave } from '../../support/stored.ts';

const BLOCKS = 330;
/** Most milliseconds that nothing else may run. A block takes less than one; the rest is for busy machines. */
const LONGEST_PAUSE_MS = 500;

/** The longest time in milliseconds for which nothing else could run while something runs. */
async function longestPauseDuring(work: () => Promise<unknown>): Promise<number> {
  let [longest, last, isOver] = [0, performance.now(), false];
  const turn = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  isOver = true;
  return longest;
}

describe('what is counted from all samples of a long recording', function () {
  this.timeout(60_000);
  let app: TestApp;
  let token: string;
  let fetches: Fetches;
  let ecg: StoredEcg;
  let path: string;

  before(async () => {
    ({ app, fetches } = await startWatchedApp());
    ({ token } = app.clinician);
    const samples = wave((BLOCKS / 3) * 65_536);
    const channels = ['I', 'II', 'III'].map((name) => ({ name, samples }));
    ecg = await storeRecording(app.database, channels, new Types.ObjectId(app.clinician.id));
    path = `/ecgs/${ecg._id.toHexString()}`;
  });
  after(() => app.close());

  it('is read in a turn of the event loop for each block', async () => {
    let turn = 0;
    const next = (): void => {
      turn++;
      timer = setImmediate(next);
    };
    let timer = setImmediate(next);
    const spans = ecg.channels.map((_, number) => wholeSpan(ecg, number));
    const turns: number[] = [];
    for await (const _ of new RecordingReader(app.database, ecg._id, spans).inTurn()) turns.push(turn);
    clearImmediate(timer);
    expect(turns).to.have.lengthOf(BLOCKS);
    expect(new Set(turns).size).to.equal(BLOCKS);
  });

  for (const what of [
    'insights?deadBand=0.1',
    'insights?gaps=bridge',
    'insights?from=1&to=14400&gaps=bridge&deadBand=0.1',
    'insights/series?window=10.5',
  ]) {
    it(`${what} never holds up others for long`, async () => {
      fetches.forget();
      const longest = await longestPauseDuring(async () => {
        expect((await call(app, 'GET', `${path}/${what}`, { token })).status).to.equal(200);
      });
      expect(fetches.documents).to.equal(BLOCKS);
      expect(longest).to.be.below(LONGEST_PAUSE_MS);
    });

    it(`${what} ends when the client has disconnected`, async () => {
      fetches.forget();
      let isClosed = false;
      app.app.server.once('request', (_, res) => res.once('close', () => (isClosed = true)));
      const asked = request(`${app.url}/api/v1${path}/${what}`, { headers: { Authorization: `Bearer ${token}` } });
      asked.on('error', () => undefined);
      asked.end();
      await eventually('the reading has begun', () => fetches.documents > 0);
      asked.destroy();
      await eventually('the client is gone', () => isClosed);
      // Another request that reads as much gives it the time to go on.
      const before = fetches.documents;
      expect((await call(app, 'GET', `${path}/insights?gaps=bridge`, { token })).status).to.equal(200);
      // What had been asked for when the client disconnected.
      expect(fetches.documents - before).to.be.within(BLOCKS, BLOCKS + 64);
    });
  }
});

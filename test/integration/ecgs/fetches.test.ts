/** The block documents that requests fetch: as few as contain what is needed, each once. */
import { once } from 'node:events';
import { get, type IncomingMessage, request } from 'node:http';
import { Writable } from 'node:stream';
import { expect } from 'chai';
import { Types } from 'mongoose';
import { pino } from 'pino';
import { blockCollection } from '../../../src/ecgs/store/content-model.ts';
import { ecgModel, type StoredEcg } from '../../../src/ecgs/store/model.ts';
import { CANONICAL_LEADS } from '../../../src/signal/leads.ts';
import { type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { whileHeld } from '../../support/failpoint.ts';
import { type Fetches, startWatchedApp } from '../../support/fetches.ts';
import { call } from '../../support/http.ts';
import { type ChannelToStore, storeRecording, wave } from '../../support/stored.ts';

const LEADS = CANONICAL_LEADS.slice(0, 12);
const leads = (length: number): ChannelToStore[] => LEADS.map((name, seed) => ({ name, samples: wave(length, seed) }));
const decimals = (length: number): ChannelToStore[] =>
  leads(length).map(({ name, samples }) => ({ name, samples: Float64Array.from(samples, (value) => value / 10) }));
const EXPORTS = ['wfdb', 'edf', 'dicom', 'aecg', 'csv', 'json', 'fhir'] as const;

describe('of the blocks of a recording', function () {
  this.timeout(60_000);
  let app: TestApp;
  let fetches: Fetches;
  let token: string;
  const logged: { msg: string }[] = [];

  before(async () => {
    const lines = new Writable({
      write(line, _encoding, done) {
        logged.push(JSON.parse(String(line)) as { msg: string });
        done();
      },
    });
    ({ app, fetches } = await startWatchedApp({}, { log: pino({ level: 'debug' }, lines) }));
    ({ token } = app.clinician);
  });
  after(() => app.close());

  const stored = (channels: readonly ChannelToStore[]): Promise<StoredEcg> =>
    storeRecording(app.database, channels, new Types.ObjectId(app.clinician.id));

  /** The documents fetched by a request. */
  async function fetched(ecg: StoredEcg, path: string): Promise<Fetches> {
    fetches.forget();
    const answer = await call(app, 'GET', `/ecgs/${ecg._id.toHexString()}/${path}`, { token });
    expect(answer.status, `${path} ${answer.text.slice(0, 200)}`).to.equal(200);
    return fetches;
  }

  describe('of twelve leads over ten seconds', () => {
    let ecg: StoredEcg;
    before(async () => {
      ecg = await stored(leads(5_000));
    });
    for (const path of [
      'ecg.svg',
      'checks',
      'insights?from=1&to=9',
      'insights?gaps=bridge',
      'insights?from=1&to=9&deadBand=0.1',
      'samples',
      'samples?from=1&to=9&channels=V6,II',
      'channels/II/samples',
      ...EXPORTS.map((format) => `export?format=${format}&date=2026-01-15`),
    ]) {
      it(`${path} fetches their one document with one query`, async () => {
        const { queries, documents } = await fetched(ecg, path);
        expect([queries, documents]).to.deep.equal([1, 1]);
      });
    }
  });

  describe('of decimals', () => {
    for (const format of ['wfdb', 'dicom']) {
      it(`an export as ${format} fetches what is short once, and what is long at most twice`, async () => {
        const path = `export?format=${format}&date=2026-01-15`;
        const { queries, documents } = await fetched(await stored(decimals(5_000)), path);
        expect([queries, documents]).to.deep.equal([1, 1]);
        const ecg = await stored(decimals(200_000));
        const all = await blockCollection(app.database).countDocuments({ ecg: ecg._id });
        expect((await fetched(ecg, path)).documents).to.be.at.most(2 * all);
      });
    }
  });

  describe('of twelve leads over many blocks', () => {
    let ecg: StoredEcg;
    let documents = 0;
    before(async () => {
      ecg = await stored(leads(670_000));
      documents = await blockCollection(app.database).countDocuments({ ecg: ecg._id });
      // Ten full blocks of each lead, and one document for the rest.
      expect(documents).to.equal(121);
    });

    for (const path of [
      ...EXPORTS.map((format) => `export?format=${format}&date=2026-01-15`),
      'checks',
      'insights?gaps=bridge',
      'insights/series?window=99.5',
    ]) {
      it(`${path} fetches each document once, with few queries`, async () => {
        const found = await fetched(ecg, path);
        expect(found.documents).to.equal(documents);
        // One for the next block of every lead, or fewer.
        expect(found.queries).to.be.at.most(11);
      });
    }

    it('a picture fetches one document of each lead with one query', async () => {
      const { queries, documents: some } = await fetched(ecg, 'ecg.svg?from=700&to=710');
      expect([queries, some]).to.deep.equal([1, 12]);
    });

    it('insights of a window fetch only the two blocks that it cuts, with one query', async () => {
      const { queries, documents: some } = await fetched(ecg, 'insights?from=100&to=1000');
      expect([queries, some]).to.deep.equal([1, 24]);
    });

    for (const format of EXPORTS) {
      it(`an export of a window as ${format} fetches each block once`, async () => {
        const { queries, documents: some } = await fetched(
          ecg,
          `export?format=${format}&date=2026-01-15&from=100&to=110`,
        );
        expect([queries, some]).to.deep.equal([1, 12]);
      });
    }

    it('an export of a window and of one lead fetches nothing of the others', async () => {
      const { documents: some } = await fetched(ecg, 'export?format=csv&from=100&to=300&channels=V2');
      // One that is cut at each end, and the whole one between them.
      expect(some).to.equal(3);
    });

    it('checks fetch no block whose summary is sufficient', async () => {
      const samples = wave(400_000);
      samples.fill(7, 65_536, 4 * 65_536);
      const flat = await stored([{ name: 'V1', samples }]);
      expect((await fetched(flat, 'checks')).documents).to.equal(4);
    });

    it('checks fetch every second block with few queries', async () => {
      const samples = wave(30 * 65_536);
      for (let block = 1; block < 30; block += 2) samples.fill(7, block * 65_536, (block + 1) * 65_536);
      const flat = await stored([{ name: 'V1', samples }]);
      const { queries, documents: some } = await fetched(flat, 'checks');
      expect([queries, some]).to.deep.equal([1, 15]);
    });

    it('what is left is fetched with one query if it is small', async () => {
      const small = await stored(leads(330_000));
      const { queries, documents: some } = await fetched(small, 'export?format=csv');
      expect([queries, some]).to.deep.equal([1, 12 * 5 + 1]);
    });

    it('the end of a slow channel is fetched together with the last blocks of the others', async () => {
      const slow = await stored([...leads(75_000), { name: 'pressure', samples: wave(150), samplingRate: 1 }]);
      const { queries, documents: some } = await fetched(slow, 'export?format=edf');
      expect([queries, some]).to.deep.equal([1, 13]);
    });

    it('nothing more is fetched after a client has disconnected', async () => {
      const paths: [method: string, path: string, body?: object][] = [
        ['GET', 'insights?gaps=bridge'],
        ['GET', 'insights?from=1&deadBand=0.1'],
        ['GET', 'insights/series?window=99.5'],
        ['GET', 'checks'],
        ['GET', 'export?format=csv'],
        ['PATCH', '', { zeroLevel: 3 }],
      ];
      await ecgModel(app.database).collection.updateOne(
        { _id: ecg._id },
        { $set: { 'channels.$[].open': ['zeroLevel'] } },
      );
      for (const [method, path, body] of paths) {
        logged.length = 0;
        fetches.forget();
        const url = `${app.url}/api/v1/ecgs/${ecg._id.toHexString()}${path && `/${path}`}`;
        const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
        const asked = request(url, { method, headers });
        asked.end(body && JSON.stringify(body));
        asked.on('error', () => undefined);
        const ended = new Promise((resolve) => asked.once('close', resolve));
        let before = 0;
        await whileHeld(
          app.database,
          { command: 'find', collection: 'ecgBlocks' },
          async () => ended,
          async () => {
            asked.destroy();
            await eventually('the client is gone', () => logged.some(({ msg }) => msg === 'request'));
            before = fetches.replies;
          },
        );
        await eventually('the reading has ended', () => logged.some(({ msg }) => msg === 'the client disconnected'));
        // The one that was held. A busy mongod may have let an earlier one pass.
        expect(fetches.replies, `${method} ${path}`).to.equal(before + 1);
      }
    });

    it('nothing more than what is on its way is fetched for an export that is read no further', async () => {
      const other = 'insights?gaps=bridge';
      const ofOther = (await fetched(ecg, other)).queries;
      fetches.forget();
      const url = `${app.url}/api/v1/ecgs/${ecg._id.toHexString()}/export?format=csv`;
      const asked = get(url, { headers: { Authorization: `Bearer ${token}` } });
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      await once(answer, 'readable');
      answer.on('error', () => undefined);
      logged.length = 0;
      answer.destroy();
      await eventually('the client is gone', () => logged.some(({ msg }) => msg === 'request'));
      // Another request runs meanwhile for longer than the export would need for its next query.
      await call(app, 'GET', `/ecgs/${ecg._id.toHexString()}/${other}`, { token });
      expect(fetches.queries).to.equal(2 + ofOther);
    });
  });
});

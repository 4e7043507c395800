/** The minutes of long channels: where they are counted, when they are valid, and that no answer depends on it. */
import { expect } from 'chai';
import { type Connection, Types } from 'mongoose';
import { pino } from 'pino';
import { minuteCollection } from '../../../src/ecgs/store/content-model.ts';
import { ecgModel, type StoredEcg } from '../../../src/ecgs/store/model.ts';
import { Uploads } from '../../../src/ecgs/store/uploads.ts';
import { buildDerived } from '../../../src/ecgs/upload/build-derived.ts';
import { type TestApp } from '../../support/app.ts';
import { whileHeld } from '../../support/failpoint.ts';
import { type Fetches, startWatchedApp } from '../../support/fetches.ts';
import { call } from '../../support/http.ts';
import { upload } from '../../support/multipart.ts';
import { expectInsights, seriesOf } from '../../support/series.ts';
import { storeRecording, wave } from '../../support/stored.ts';

const SIGNAL = `[${[...wave(90_000, 4)].join()}]`;
const OTHER = `[${[...wave(70_000, 5)].join()}]`;
const SHORT = '[1,-1,2,null,-2]';

/** Uploads of the same channels, whose rate and zero level are known at different times. */
const ORDERS: readonly (readonly [order: string, body: string, isCounted: boolean])[] = [
  [
    'before the signals',
    `{"samplingRate":100,"zeroLevel":3,"leads":[{"name":"I","signal":${SIGNAL}},{"name":"II","signal":${OTHER}},` +
      `{"name":"III","signal":${SHORT}}]}`,
    true,
  ],
  [
    'in each lead before its signal',
    `{"leads":[{"samplingRate":100,"zeroLevel":3,"name":"I","signal":${SIGNAL}},` +
      `{"zeroLevel":3,"samplingRate":100,"name":"II","signal":${OTHER}},` +
      `{"samplingRate":100,"zeroLevel":3,"name":"III","signal":${SHORT}}]}`,
    true,
  ],
  [
    'with the zero level at the end',
    `{"samplingRate":100,"leads":[{"name":"I","signal":${SIGNAL}},{"name":"II","signal":${OTHER}},` +
      `{"name":"III","signal":${SHORT}}],"zeroLevel":3}`,
    true,
  ],
  [
    'with both at the end',
    `{"leads":[{"name":"I","signal":${SIGNAL}},{"name":"II","signal":${OTHER}},` +
      `{"name":"III","signal":${SHORT}}],"zeroLevel":3,"samplingRate":100}`,
    true,
  ],
  [
    'with the sampling rate at the end',
    `{"zeroLevel":3,"leads":[{"name":"I","signal":${SIGNAL}},{"name":"II","signal":${OTHER}},` +
      `{"name":"III","signal":${SHORT}}],"samplingRate":100}`,
    false,
  ],
  [
    'with another sampling rate in a lead, after its signal',
    `{"samplingRate":250,"zeroLevel":3,"leads":[{"name":"I","signal":${SIGNAL},"samplingRate":100},` +
      `{"name":"II","signal":${OTHER},"samplingRate":100},{"name":"III","signal":${SHORT},"samplingRate":100}]}`,
    false,
  ],
];

describe('the minutes of a recording', function () {
  this.timeout(60_000);
  let app: TestApp;
  let database: Connection;
  let token: string;
  let fetches: Fetches;

  before(async () => {
    ({ app, fetches } = await startWatchedApp());
    ({ database } = app);
    ({ token } = app.clinician);
  });
  after(() => app.close());

  const build = (): Promise<number> =>
    buildDerived({
      database,
      log: pino({ level: 'silent' }),
      uploads: new Uploads(),
      blockEncoding: 'packed',
      stopping: new AbortController().signal,
    });
  const stored = async (id: string): Promise<StoredEcg> =>
    (await ecgModel(database)
      .findOne({ _id: new Types.ObjectId(id), owner: new Types.ObjectId(app.clinician.id) })
      .lean<StoredEcg>()) as StoredEcg;
  const post = async (raw: string | Uint8Array): Promise<string> => {
    const { status, json, text } = await call(app, 'POST', '/ecgs?duplicate=allow', { token, raw });
    expect(status, text.slice(0, 300)).to.equal(201);
    return json.id as string;
  };
  const patch = async (id: string, body: object): Promise<void> => {
    expect((await call(app, 'PATCH', `/ecgs/${id}`, { token, body })).status).to.equal(200);
  };
  /** Number of documents of blocks that the trend of the long channels reads. */
  async function blocksRead(id: string): Promise<number> {
    fetches.forget();
    await seriesOf(app, id, 'channels=I,II');
    return fetches.documents;
  }

  for (const [order, body, isCounted] of ORDERS) {
    it(`are ${isCounted ? 'counted during' : 'built after'} an upload ${order}`, async () => {
      const id = await post(body);
      const { minuteDocuments, derivedDueAt, envelopeDocuments } = await stored(id);
      expect([minuteDocuments, derivedDueAt !== undefined]).to.deep.equal(isCounted ? [1, false] : [undefined, true]);
      expect(await expectInsights(app, id, 60)).to.equal(15);
      expect(await blocksRead(id)).to.equal(isCounted ? 0 : 3);
      expect(await build()).to.equal(isCounted ? 0 : 1);
      expect(await blocksRead(id)).to.equal(0);
      expect(await expectInsights(app, id, 60)).to.equal(15);
      expect(await stored(id)).to.include({ minuteDocuments: 1, envelopeDocuments });
    });
  }

  it('are built after an upload whose form gives the sampling rate', async () => {
    const { json } = await upload(app, token, [
      { file: 'r.json', bytes: Buffer.from(`{"leads":[{"name":"I","signal":${SIGNAL}}]}`) },
      { field: 'samplingRate', value: '100' },
    ]);
    const id = json.id as string;
    expect((await stored(id)).minuteDocuments).to.equal(undefined);
    expect(await expectInsights(app, id, 60)).to.equal(15);
    expect(await build()).to.equal(1);
    expect((await stored(id)).minuteDocuments).to.equal(1);
    expect(await expectInsights(app, id, 60)).to.equal(15);
  });

  it('are none of short channels, of slow ones, and of those without a sampling rate', async () => {
    const slow = await post(`{"samplingRate":0.9,"leads":[{"name":"I","signal":${OTHER}}]}`);
    const timeless = await post(`{"leads":[{"name":"I","signal":${OTHER}}]}`);
    const short = await post(`{"samplingRate":100,"leads":[{"name":"I","signal":${SHORT}}]}`);
    for (const id of [slow, timeless, short]) {
      const { minuteDocuments, derivedDueAt } = await stored(id);
      expect([minuteDocuments, derivedDueAt]).to.deep.equal([0, undefined]);
      expect(await minuteCollection(database).countDocuments({ ecg: new Types.ObjectId(id) })).to.equal(0);
    }
  });

  it('do not count after the sampling rate has been changed, until they are built anew', async () => {
    const id = await post(`{"leads":[{"name":"I","signal":${SIGNAL}},{"name":"II","signal":${OTHER}}]}`);
    for (const [samplingRate, windows] of [
      [100, 15],
      [128.0001, 12],
    ] as const) {
      await patch(id, { samplingRate });
      expect(await expectInsights(app, id, 60)).to.equal(windows);
      expect(await blocksRead(id)).to.equal(3);
      expect(await build()).to.equal(1);
      expect(await expectInsights(app, id, 60)).to.equal(windows);
      expect(await blocksRead(id)).to.equal(0);
    }
    await patch(id, { samplingRate: 128.0001, notes: 'as before' });
    expect((await stored(id)).derivedDueAt).to.equal(undefined);
    await patch(id, { unit: 'mV', gain: -4 });
    expect((await stored(id)).derivedDueAt).to.equal(undefined);
    expect(await expectInsights(app, id, 60)).to.equal(12);
    expect(await blocksRead(id)).to.equal(0);
  });

  it('do not count after the zero level has been changed, until they are built anew', async () => {
    const id = await post(
      `{"samplingRate":100,"leads":[{"name":"I","signal":${SIGNAL}},{"name":"II","zeroLevel":5,"signal":${OTHER}}]}`,
    );
    const before = await seriesOf(app, id);
    await patch(id, { zeroLevel: 250 });
    const after = await seriesOf(app, id);
    expect(after[0]?.zeroCrossings).not.to.deep.equal(before[0]?.zeroCrossings);
    expect(after[1]?.zeroCrossings).to.deep.equal(before[1]?.zeroCrossings);
    expect(await expectInsights(app, id, 60, after)).to.equal(15);
    // The other channel kept its zero level.
    expect(await blocksRead(id)).to.equal(2);
    expect(await build()).to.equal(1);
    expect(await expectInsights(app, id, 60)).to.equal(15);
    expect(await blocksRead(id)).to.equal(0);
  });

  it('are built once more if the sampling rate is changed while they are built', async () => {
    const id = await post(`{"leads":[{"name":"I","signal":${SIGNAL}},{"name":"II","signal":${OTHER}}]}`);
    await patch(id, { samplingRate: 100 });
    await whileHeld(
      database,
      { command: 'insert', collection: 'ecgMinutes' },
      async () => {
        expect(await build()).to.equal(2);
      },
      async () => patch(id, { samplingRate: 200 }),
    );
    expect((await stored(id)).derivedDueAt).to.equal(undefined);
    expect(await blocksRead(id)).to.equal(0);
    expect(await expectInsights(app, id, 60)).to.equal(8);
  });

  it('leave nothing behind if the recording is deleted while they are built', async () => {
    const id = await post(`{"leads":[{"name":"I","signal":${SIGNAL}}]}`);
    await patch(id, { samplingRate: 100 });
    await whileHeld(
      database,
      { command: 'insert', collection: 'ecgMinutes' },
      async () => build(),
      async () => {
        expect((await call(app, 'DELETE', `/ecgs/${id}`, { token })).status).to.equal(204);
      },
    );
    expect(await minuteCollection(database).countDocuments({ ecg: new Types.ObjectId(id) })).to.equal(0);
  });

  it('take as many documents as they need', async () => {
    const channels = Array.from({ length: 3 }, (_, i) => ({
      name: `c${i}`,
      samples: wave(3_600_000, i),
      samplingRate: 1,
    }));
    const { _id, minuteDocuments } = await storeRecording(database, channels, new Types.ObjectId(app.clinician.id));
    // 60,000 minutes of each channel: two of them do not fit in one document.
    expect(minuteDocuments).to.equal(3);
    const series = await seriesOf(app, _id.toHexString(), 'window=3600');
    for (const [i, { samples, zeroCrossings }] of series.entries()) {
      expect(samples).to.deep.equal(Array<number>(1_000).fill(3_600));
      const path = `/ecgs/${_id.toHexString()}/insights?from=3596400&to=3600000`;
      const { json } = await call(app, 'GET', path, { token });
      expect(zeroCrossings[999]).to.equal(json.channels[i].zeroCrossings);
    }
  });
});

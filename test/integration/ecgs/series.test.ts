/** The insights of successive windows: the same as those of each window, at the cost of one document a day. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import { CellParser } from '../../../src/imports/cells.ts';
import type { StoredEcg } from '../../../src/ecgs/store/model.ts';
import { type Samples } from '../../../src/signal/samples.ts';
import { type TestApp } from '../../support/app.ts';
import { type Fetches, startWatchedApp } from '../../support/fetches.ts';
import { type Answer, call } from '../../support/http.ts';
import { expectInsights, type Series, seriesOf } from '../../support/series.ts';
import { samplesOf, uniform } from '../../support/signals.ts';
import { type ChannelToStore, storeRecording, wave } from '../../support/stored.ts';

const COLUMNS = 'name,lead,from,to,samples,missing,zeroCrossings,minimum,maximum,mean,unit,calibrated';

const random = uniform(17);
/** A slow line with noise, that wanders off zero, with single missing samples and gaps of minutes. */
const noisy = (length: number, gaps: readonly (readonly [from: number, to: number])[]): (number | null)[] =>
  Array.from({ length }, (_, i) =>
    random() < 0.0005 || gaps.some(([from, to]) => i >= from && i < to)
      ? null
      : Math.round(300 * Math.sin(i / 40_000) + 200 * Math.sin(i / 31) + 150 * (random() - 0.5)),
  );

const CHANNELS: ChannelToStore[] = [
  { name: 'II', samples: samplesOf('int16', noisy(400_000, [[100_000, 190_000]])), zeroLevel: 12 },
  { name: 'V5', samples: samplesOf('int32', noisy(150_000, [[65_500, 65_600]])), samplingRate: 257.5, gain: -200 },
  { name: 'pressure', samples: Float64Array.from(noisy(90_000, []), (v) => (v ?? NaN) / 7), samplingRate: 25 },
  { name: 'flow', samples: samplesOf('float32', noisy(140_000, [])), samplingRate: 128.0001, zeroLevel: 0.5 },
  { name: 'SpO2', samples: samplesOf('int16', noisy(200, [[60, 130]])), samplingRate: 0.5 },
  { name: 'sync', samples: wave(30_000) },
];

describe('the series of a recording', function () {
  this.timeout(120_000);
  let app: TestApp;
  let token: string;
  let owner: Types.ObjectId;
  let fetches: Fetches;
  let ecg: StoredEcg;
  let id: string;

  before(async () => {
    ({ app, fetches } = await startWatchedApp());
    ({ token } = app.clinician);
    owner = new Types.ObjectId(app.clinician.id);
    ecg = await storeRecording(app.database, CHANNELS, owner);
    id = ecg._id.toHexString();
  });
  after(() => app.close());

  const read = (query: string, options = {}, of = id): Promise<Answer> =>
    call(app, 'GET', `/ecgs/${of}/insights/series?${query}`, { token, ...options });

  for (const [window, windows] of [
    [60, 60],
    [120, 30],
    [420, 9],
    [3_600, 1],
    [86_400, 1],
    [12.5, 288],
    [90.1, 40],
    [1_000.001, 4],
  ] as const) {
    it(`has the insights of every window of ${window} s`, async () => {
      expect(await expectInsights(app, id, window)).to.equal(windows);
    });
  }

  it('has as many windows as each channel, the last one shorter, and null where nothing is present', async () => {
    const [two, v5, , , slow, sync] = (await seriesOf(app, id)) as [Series, Series, Series, Series, Series, Series];
    expect([two.samples.length, v5.samples.length, slow.samples.length, sync.samples.length]).to.deep.equal([
      14, 10, 7, 1,
    ]);
    expect(two.samples.at(-1)).to.equal(10_000);
    // From 200 s to 380 s.
    expect([two.missing[4], two.minimum[4], two.maximum[4], two.mean[4], two.zeroCrossings[4]]).to.deep.equal([
      30_000,
      null,
      null,
      null,
      0,
    ]);
  });

  /** Documents of minutes and of blocks that are fetched. */
  async function cost(query: string): Promise<number[]> {
    fetches.forget();
    await seriesOf(app, id, query);
    return [fetches.minutes, fetches.documents];
  }

  it('reads the stored minutes of long channels only, and blocks for other windows and channels', async () => {
    expect(await cost('channels=II,V5,pressure,flow')).to.deep.equal([1, 0]);
    expect(await cost('channels=II&window=86400')).to.deep.equal([1, 0]);
    expect(await cost('channels=sync,SpO2')).to.deep.equal([0, 1]);
    expect(await cost('channels=flow&window=90')).to.deep.equal([0, 3]);
  });

  it('has the named channels in their order, and what they are', async () => {
    const { json } = await read('channels=V5,II&window=600');
    const { channels, ...about } = json as { channels: Record<string, unknown>[] };
    expect(about).to.deep.equal({
      ecgId: id,
      definition: { name: 'sign-change-of-nonzero-samples', version: 1, deadBand: 0, gaps: 'break' },
      window: 600,
    });
    expect(channels.map(({ name }) => name)).to.deep.equal(['V5', 'II']);
    expect(channels[0]).to.include({ lead: 'V5', unit: 'mV', calibrated: true, samplingRate: 257.5 });
  });

  it('is the same as CSV', async () => {
    for (const query of ['channels=V5,II', 'channels=SpO2&window=12.5']) {
      const { json } = await read(query);
      const { window, channels } = json as { window: number; channels: Series[] };
      const answer = await read(query, { accept: 'text/csv' });
      expect(answer.headers.get('content-disposition')).to.equal(`attachment; filename="insights-series-${id}.csv"`);
      const [names, ...lines] = answer.text.trimEnd().split('\r\n');
      expect(names).to.equal(COLUMNS);
      const expected = channels.flatMap((channel) =>
        channel.samples.map((samples, k) => {
          const { name, lead, unit, calibrated, missing, zeroCrossings, minimum, maximum, mean } = channel;
          const values = [samples, missing[k], zeroCrossings[k], minimum[k], maximum[k], mean[k]];
          const cells = [name, lead, k * window, (k + 1) * window, ...values, unit, calibrated];
          return cells.map((cell) => (cell === null ? '' : String(cell)));
        }),
      );
      expect(await new CellParser(',').parse(lines)).to.deep.equal(expected);
    }
  });

  it('is not sent again while the recording keeps its version, and each form has its own tag', async () => {
    const first = await read('window=600');
    const tag = first.headers.get('etag') as string;
    expect(tag).to.match(/^W\//);
    expect(first.headers.get('vary'))
      .to.match(/Accept/)
      .and.match(/Authorization/)
      .and.match(/Cookie/);
    const again = await read('window=600', { headers: { 'If-None-Match': tag } });
    expect([again.status, again.text]).to.deep.equal([304, '']);
    expect((await read('window=600', { headers: { 'If-None-Match': tag }, accept: 'text/csv' })).status).to.equal(200);
    await call(app, 'PATCH', `/ecgs/${id}`, { token, body: { notes: 'seen' } });
    expect((await read('window=600', { headers: { 'If-None-Match': tag } })).status).to.equal(200);
  });

  it('belongs to the owner, and needs a window within bounds and known channels', async () => {
    expect((await read('', { token: app.other.token })).status).to.equal(404);
    expect((await read('', {}, new Types.ObjectId().toHexString())).status).to.equal(404);
    expect((await read('', { token: app.admin.token })).status).to.equal(403);
    for (const query of [
      'window=9.99',
      'window=86401',
      'window=0',
      'window=-60',
      'window=1m',
      'channels=aVX',
      'from=1',
    ])
      expect((await read(query)).json.code, query).to.equal('invalid-query');
    expect((await read('', { accept: 'image/png' })).status).to.equal(406);
  });

  it('needs the sampling rates of the channels that are asked for', async () => {
    const leads = [
      { name: 'I', signal: [1, -1, 2] },
      { name: 'II', signal: [1, -1, 2], samplingRate: 0.05 },
    ];
    const { json } = await call(app, 'POST', '/ecgs', { token, body: { leads } });
    const refused = await read('', {}, json.id);
    expect([refused.status, refused.json.code]).to.deep.equal([422, 'sampling-rate-unknown']);
    expect(refused.json.detail).to.include('"I"');
    expect((await read('channels=II', {}, json.id)).json.channels[0].samples).to.deep.equal([3]);
  });

  it('is refused beyond the windows that are counted, and beyond the values of one answer', async () => {
    const slow: Samples = wave(60_000);
    const long = await storeRecording(app.database, [{ name: 'I', samples: slow, samplingRate: 0.5 }], owner);
    const path = long._id.toHexString();
    const counted = await read('window=59', {}, path);
    expect([counted.status, counted.json.code]).to.deep.equal([422, 'answer-too-large']);
    expect(counted.json.detail).to.match(
      /"I" has 2034 windows of 59 s\. At most 2000 .* whole minutes.* at least 61 s/,
    );
    expect((await read('window=60.5', {}, path)).status).to.equal(200);
    // Whole minutes have no such bound.
    expect((await seriesOf(app, path))[0]?.samples).to.have.lengthOf(2_000);
    const slower = await storeRecording(app.database, [{ name: 'I', samples: slow, samplingRate: 0.001 }], owner);
    const large = await read('window=60', {}, slower._id.toHexString());
    expect([large.status, large.json.code]).to.deep.equal([422, 'answer-too-large']);
    expect(large.json.detail).to.match(/have 5999\d{3} values, .* at most 1000000 .* longer window, or name fewer/);
  });

  describe('of twelve leads over 24 hours', () => {
    const LENGTH = 24 * 3_600 * 500;
    let day: StoredEcg;
    before(async () => {
      const hour = wave(65_536 * 27, 1);
      const samples = new Int16Array(LENGTH);
      for (let at = 0; at < LENGTH; at += hour.length) samples.set(hour.subarray(0, LENGTH - at), at);
      const channels = Array.from({ length: 12 }, (_, i) => ({ name: `lead ${i}`, samples }));
      day = await storeRecording(app.database, channels, owner);
    });

    for (const window of [60, 300, 3_600, 86_400]) {
      it(`fetches one document for windows of ${window} s`, async () => {
        fetches.forget();
        const channels = await seriesOf(app, day._id.toHexString(), `window=${window}`);
        expect(channels.map(({ samples }) => samples.length)).to.deep.equal(Array<number>(12).fill(86_400 / window));
        expect(channels[11]?.samples.every((samples) => samples === 500 * window)).to.equal(true);
        expect([fetches.minutes, fetches.documents, fetches.tiles]).to.deep.equal([1, 0, 0]);
      });
    }
  });
});

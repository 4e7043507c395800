/** The waveform of any window: what it shows, and that it costs as much as its pixels, not as its window. */
import { expect } from 'chai';
import { mongo, Types } from 'mongoose';
import { envelopeCollection } from '../../../src/ecgs/store/content-model.ts';
import { ecgModel, type StoredEcg } from '../../../src/ecgs/store/model.ts';
import { BLOCK_SAMPLES, missingMarker, type Samples, sampleType } from '../../../src/signal/samples.ts';
import { type TestApp } from '../../support/app.ts';
import { type Fetches, startWatchedApp } from '../../support/fetches.ts';
import { type Answer, call } from '../../support/http.ts';
import { samplesOf, uniform } from '../../support/signals.ts';
import { type ChannelToStore, storeRecording, wave } from '../../support/stored.ts';

interface Channel {
  name: string;
  first: number;
  samplesPerBin: number;
  samples?: (number | null)[];
  minimum?: (number | null)[];
  maximum?: (number | null)[];
}

/** The same by definition, from the samples themselves. */
function expected(samples: Samples, { first, samplesPerBin, minimum = [] }: Channel): Partial<Channel> {
  const marker = missingMarker(sampleType(samples));
  const bins = minimum.map((_, bin) => {
    const from = first + bin * samplesPerBin;
    return [...samples.subarray(from, from + samplesPerBin)].filter((value) => !Object.is(value, marker));
  });
  return {
    minimum: bins.map((bin) => (bin.length === 0 ? null : bin.reduce((a, b) => Math.min(a, b)))),
    maximum: bins.map((bin) => (bin.length === 0 ? null : bin.reduce((a, b) => Math.max(a, b)))),
  };
}

describe('the waveform of a recording', function () {
  this.timeout(60_000);
  let app: TestApp;
  let token: string;
  let fetches: Fetches;
  const random = uniform(31);
  /** Noise with a gap of a minute, a spike of one sample, and steps that need more bits in some blocks. */
  const long = samplesOf(
    'int32',
    Array.from({ length: 700_000 }, (_, i) =>
      i >= 200_000 && i < 230_000 ? null : i === 500_001 ? 90_000 : Math.round((random() - 0.5) * 400),
    ),
  );
  const CHANNELS: ChannelToStore[] = [
    { name: 'II', samples: long },
    { name: 'V5', samples: wave(350_000, 3), samplingRate: 250 },
    { name: 'Resp', samples: Float64Array.from({ length: 35_000 }, (_, i) => Math.sin(i / 20)), samplingRate: 25 },
    { name: 'short', samples: wave(40_000, 5) },
  ];
  let ecg: StoredEcg;
  let id: string;

  before(async () => {
    ({ app, fetches } = await startWatchedApp());
    ({ token } = app.clinician);
    ecg = await storeRecording(app.database, CHANNELS, new Types.ObjectId(app.clinician.id));
    id = ecg._id.toHexString();
  });
  after(() => app.close());

  const read = async (query: string, headers = {}): Promise<Answer> =>
    call(app, 'GET', `/ecgs/${id}/waveform?${query}`, { token, headers });
  const channelsOf = async (query: string): Promise<Channel[]> => {
    const { status, json, text } = await read(query);
    expect(status, text.slice(0, 300)).to.equal(200);
    return (json as { channels: Channel[] }).channels;
  };

  it('has the samples themselves where a pixel has at most four of them', async () => {
    const [first, ...others] = await channelsOf('from=1&to=3&pixels=250&channels=II,V5,Resp');
    expect(first).to.include({ name: 'II', first: 500, samplesPerBin: 1 });
    expect(first?.samples).to.deep.equal([...long.subarray(500, 1_500)]);
    expect(others.map(({ samples }) => samples?.length)).to.deep.equal([500, 50]);
  });

  it('has null for missing samples and for bins without samples', async () => {
    const [samples] = await channelsOf('from=399.9&to=400.1&pixels=100&channels=II');
    expect(samples?.samples?.slice(49, 52)).to.deep.equal([long[199_999], null, null]);
    const [bins] = await channelsOf('pixels=1000&channels=II');
    const { samplesPerBin, minimum = [] } = bins as Channel;
    expect(minimum[Math.ceil(200_000 / samplesPerBin)]).to.equal(null);
    expect(minimum.filter((value) => value === null)).to.have.lengthOf(
      Math.floor(230_000 / samplesPerBin) - Math.ceil(200_000 / samplesPerBin),
    );
  });

  for (const query of [
    'pixels=1',
    'pixels=7',
    'pixels=300',
    'pixels=2000',
    'pixels=10000',
    'from=0&to=1&pixels=30',
    'from=900&to=1100&pixels=500',
    'from=131&to=132.5&pixels=20',
    'from=130&to=1390&pixels=64',
    'from=1399&to=5000&pixels=10',
    'from=262.144&to=655.36&pixels=777',
  ]) {
    it(`has one or two bins a pixel, with the extremes of their samples: ${query}`, async () => {
      const found = await channelsOf(query);
      const {
        pixels = 0,
        from = 0,
        to = 1_400,
      } = Object.fromEntries([...new URLSearchParams(query)].map(([key, value]) => [key, Number(value)])) as {
        pixels?: number;
        from?: number;
        to?: number;
      };
      const seconds = Math.min(to, 1_400) - from;
      for (const [i, channel] of found.entries()) {
        const { samples, samplingRate = 500 } = CHANNELS[i] as ChannelToStore;
        if (channel.samples) {
          expect((seconds * samplingRate) / pixels, channel.name).to.be.at.most(4);
          continue;
        }
        const { minimum = [], maximum, samplesPerBin, first } = channel;
        const perPixel = (seconds * samplingRate) / pixels / samplesPerBin;
        expect(perPixel, channel.name).to.be.within(1, 2);
        expect(first % samplesPerBin, channel.name).to.equal(0);
        const last = Math.min(samples.length, Math.ceil((from + seconds) * samplingRate - 1e-6));
        const isOver = from * samplingRate >= samples.length;
        const covers = Math.ceil(last / samplesPerBin) - first / samplesPerBin;
        expect(minimum.length, channel.name).to.equal(isOver ? 0 : covers);
        expect({ minimum, maximum }, channel.name).to.deep.equal(expected(samples, channel));
      }
    });
  }

  it('shows a spike of one sample at every width', async () => {
    for (const pixels of [1, 10, 100, 1_000, 10_000]) {
      const [channel] = await channelsOf(`pixels=${pixels}&channels=II`);
      expect(Math.max(...(channel?.maximum ?? []).map(Number)), `${pixels} pixels`).to.equal(90_000);
    }
  });

  it('has the same numbers in binary, in their types', async () => {
    for (const query of ['pixels=500', 'from=1&to=2&pixels=400']) {
      const json = await channelsOf(query);
      const answer = await read(query, { Accept: 'application/octet-stream' });
      expect(answer.headers.get('content-type')).to.equal('application/octet-stream');
      const body = Buffer.from(answer.bytes);
      const end = body.indexOf(10);
      const head = JSON.parse(body.subarray(0, end).toString()) as { channels: Record<string, unknown>[] };
      const data = body.subarray(end + 1);
      expect((end + 1) % 8).to.equal(0);
      for (const [i, channel] of head.channels.entries()) {
        for (const part of ['samples', 'minimum', 'maximum'] as const) {
          const placed = channel[part] as { type: string; offset: number; length: number; missing: number | null };
          if (!placed) continue;
          const bytes = data.buffer.slice(data.byteOffset + placed.offset);
          const types = { int16: Int16Array, int32: Int32Array, float32: Float32Array, float64: Float64Array };
          const values = new types[placed.type as keyof typeof types](
            bytes.slice(0, bytes.byteLength - (bytes.byteLength % 8)),
          ).subarray(0, placed.length);
          expect(Array.from(values, (value) => (value === placed.missing ? null : value))).to.deep.equal(
            (json[i] as Channel)[part],
          );
        }
      }
    }
  });

  it('is not sent again while the recording keeps its version', async () => {
    const first = await read('pixels=10');
    expect(first.headers.get('cache-control')).to.equal('private, no-cache');
    expect(first.headers.get('vary'))
      .to.match(/Accept/)
      .and.match(/Authorization/)
      .and.match(/Cookie/);
    const tag = first.headers.get('etag') as string;
    const again = await read('pixels=10', { 'If-None-Match': tag });
    expect([again.status, again.text]).to.deep.equal([304, '']);
    const binary = await read('pixels=10', { 'If-None-Match': tag, Accept: 'application/octet-stream' });
    expect(binary.status).to.equal(200);
    await call(app, 'PATCH', `/ecgs/${id}`, { token, body: { notes: 'seen' } });
    expect((await read('pixels=10', { 'If-None-Match': tag })).status).to.equal(200);
  });

  it('needs a sampling rate for a window only, and a recording of the user', async () => {
    const { json } = await call(app, 'POST', '/ecgs', {
      token,
      body: { leads: [{ name: 'I', signal: Array.from({ length: 900 }, (_, i) => i) }] },
    });
    const of = async (query: string, by = token): Promise<Answer> =>
      call(app, 'GET', `/ecgs/${json.id}/waveform?${query}`, { token: by });
    expect((await of('pixels=100')).json.channels[0]).to.include({ samplesPerBin: 8 });
    expect((await of('pixels=100&from=1')).json.code).to.equal('sampling-rate-unknown');
    expect((await of('pixels=100', app.other.token)).status).to.equal(404);
    expect((await read('from=1400')).json.code).to.equal('window-outside');
    for (const query of ['pixels=0', 'pixels=10001', 'pixels=1.5', 'from=2&to=2', 'channels=aVX'])
      expect((await read(query)).json.code, query).to.equal('invalid-query');
  });

  it('is refused beyond the values of one answer, with what to do', async () => {
    const many = await storeRecording(
      app.database,
      Array.from({ length: 60 }, (_, i) => ({ name: `c${i}`, samples: wave(40_000, i) })),
      new Types.ObjectId(app.clinician.id),
    );
    const path = `/ecgs/${many._id.toHexString()}/waveform`;
    const { json } = await call(app, 'GET', `${path}?pixels=10000`, { token });
    expect(json.code).to.equal('answer-too-large');
    expect(json.detail).to.match(/needs 2400000 values, .* at most 1000000 .*fewer pixels, or name fewer channels/);
    expect((await call(app, 'GET', `${path}?pixels=1000`, { token })).status).to.equal(200);
  });

  it('is made from the blocks while there is no envelope, or if a tile is lost or damaged', async () => {
    const queries = ['pixels=1', 'pixels=100', 'pixels=3000&from=100&to=1300'];
    const before = await Promise.all(queries.map(channelsOf));
    const tiles = envelopeCollection(app.database);
    const [lost] = await tiles.find({ ecg: ecg._id, channel: 0, level: 6 }).toArray();
    const bytes = Buffer.from(lost?.data.buffer as Uint8Array);
    bytes[20] = (bytes[20] as number) ^ 1;
    await tiles.updateOne({ _id: lost?._id as Types.ObjectId }, { $set: { data: new mongo.Binary(bytes) } });
    expect(await Promise.all(queries.map(channelsOf))).to.deep.equal(before);
    await tiles.deleteOne({ _id: lost?._id as Types.ObjectId });
    expect(await Promise.all(queries.map(channelsOf))).to.deep.equal(before);
    await ecgModel(app.database).updateOne({ _id: ecg._id, owner: ecg.owner }, { $unset: { envelopeDocuments: 1 } });
    expect(await Promise.all(queries.map(channelsOf))).to.deep.equal(before);
  });

  describe('of twelve leads over 24 hours', () => {
    const LENGTH = 24 * 3_600 * 500;
    let day: StoredEcg;
    before(async function () {
      this.timeout(120_000);
      // An hour, repeated: what is stored is the same for any content of this length.
      const hour = wave(BLOCK_SAMPLES * 27, 1);
      const samples = new Int16Array(LENGTH);
      for (let at = 0; at < LENGTH; at += hour.length) samples.set(hour.subarray(0, LENGTH - at), at);
      const channels = Array.from({ length: 12 }, (_, i) => ({ name: `lead ${i}`, samples }));
      day = await storeRecording(app.database, channels, new Types.ObjectId(app.clinician.id));
    });

    for (const [seconds, most] of [
      [10, 24],
      [60, 24],
      [600, 12 * 6],
      [3_600, 12 * 6],
      [6 * 3_600, 12 * 6],
      [24 * 3_600, 12 * 6],
    ] as const) {
      it(`fetches at most ${most} documents for any ${seconds} s at 2,000 pixels`, async () => {
        for (const from of [0, 37_123.4, 24 * 3_600 - seconds]) {
          if (from + seconds > 24 * 3_600) continue;
          fetches.forget();
          const path = `/ecgs/${day._id.toHexString()}/waveform?from=${from}&to=${from + seconds}&pixels=2000`;
          const { status, json } = await call(app, 'GET', path, { token });
          expect(status).to.equal(200);
          const values = (json as { channels: Channel[] }).channels.reduce(
            (sum, { samples = [], minimum = [] }) => sum + samples.length + 2 * minimum.length,
            0,
          );
          expect(values).to.be.at.most(12 * 2_000 * 4 + 12 * 4);
          expect(fetches.documents + fetches.tiles, `from ${from}`).to.be.within(1, most);
        }
      });
    }
  });
});

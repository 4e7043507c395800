/** The main use case over HTTP: a recording goes in, its zero crossings come out, and nobody else sees it. */
import { expect } from 'chai';
import { mongo } from 'mongoose';
import { blockCollection } from '../../../src/ecgs/store/content-model.ts';
import { ecgModel } from '../../../src/ecgs/store/model.ts';
import { type Principal, startTestApp, type TestApp } from '../../support/app.ts';
import { call } from '../../support/http.ts';

const small = (more: object = {}): object => ({
  id: 'a',
  date: '2026-01-15T09:30:00Z',
  leads: [{ name: 'II', number_of_samples: 6, signal: [1, 0, -1, null, 2, -2] }],
  ...more,
});

describe('POST /ecgs', () => {
  let app: TestApp;
  let owner: Principal;
  const api = (method: string, path: string, body?: unknown, user: Principal = owner) =>
    call(app, method, path, { token: user.token, body });
  const counts = async (): Promise<number[]> => [
    await ecgModel(app.database).countDocuments(),
    await blockCollection(app.database).countDocuments(),
  ];

  before(async () => {
    app = await startTestApp();
  });
  after(async () => app.close());
  beforeEach(async () => {
    owner = await app.newUser('clinician');
  });

  it('answers 201 with the recording and its location, where the crossings can be read', async () => {
    const created = await api('POST', '/ecgs', small({ samplingRate: 2, unit: 'mV', gain: 2 }));
    expect(created.status, created.text).to.equal(201);
    expect(created.json).to.include({ externalId: 'a', date: '2026-01-15T09:30:00.000Z', format: 'json', version: 1 });
    expect(created.json.channels[0]).to.deep.equal({
      name: 'II',
      lead: 'II',
      samplingRate: 2,
      unit: 'mV',
      gain: 2,
      zeroLevel: 0,
      calibrated: true,
      sampleType: 'int16',
      samples: 6,
      missing: 1,
      duration: 3,
    });
    const location = created.headers.get('location') ?? '';
    expect(location).to.equal(`/api/v1/ecgs/${created.json.id}`);
    const insights = await api('GET', `/ecgs/${created.json.id}/insights`);
    expect(insights.json.definition).to.deep.equal({
      name: 'sign-change-of-nonzero-samples',
      version: 1,
      deadBand: 0,
      gaps: 'break',
    });
    expect(insights.json.channels[0]).to.deep.include({
      zeroCrossings: 2,
      crossingsPerSecond: 2 / 3,
      minimum: -1,
      maximum: 1,
      mean: 0,
      missing: 1,
    });
    expect(insights.json.channels[0].standardDeviation).to.be.closeTo(Math.sqrt(2) / 2, 1e-12);
  });

  it('answers 200 for the same content, 409 for other content under its id, and 201 for another owner', async () => {
    const first = await api('POST', '/ecgs', small());
    const again = await api('POST', '/ecgs', {
      leads: [{ signal: [1, 0, -1, null, 2, -2], name: ' II ' }],
      date: '2026-01-15T10:30:00+01:00',
      id: 'a',
    });
    expect([again.status, again.json.id]).to.deep.equal([200, first.json.id]);
    expect((await api('POST', '/ecgs', small({ gain: 2 }))).json.code).to.equal('external-id-taken');
    const other = await app.newUser('clinician');
    expect((await api('POST', '/ecgs', small(), other)).status).to.equal(201);
  });

  it('makes one recording of two identical simultaneous uploads, and leaves no blocks of the other', async () => {
    const before = await counts();
    const answers = await Promise.all(Array.from({ length: 6 }, async () => api('POST', '/ecgs', small())));
    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).to.deep.equal([
      200, 200, 200, 200, 200, 201,
    ]);
    const after = await counts();
    expect([after[0]! - before[0]!, after[1]! - before[1]!]).to.deep.equal([1, 1]);
  });

  it('frees the id and removes the blocks when a recording is deleted', async () => {
    const before = await counts();
    const { json } = await api('POST', '/ecgs', small());
    expect((await api('DELETE', `/ecgs/${json.id}`)).status).to.equal(204);
    expect(await counts()).to.deep.equal(before);
    expect((await api('POST', '/ecgs', small({ gain: 5 }))).status).to.equal(201);
  });

  it('counts about a zero level that comes after the signal, over many blocks', async () => {
    const length = 150_000;
    const signal = Array.from({ length }, (_, i) => (i % 3 === 0 ? 1023 : 1025));
    const leads = `[{"signal":${JSON.stringify(signal)},"name":"V1"}]`;
    const text = `{"id":"late","leads":${leads},"zeroLevel":1024,"samplingRate":1000}`;
    const { json } = await call(app, 'POST', '/ecgs', { token: owner.token, raw: text });
    const whole = await api('GET', `/ecgs/${json.id}/insights`);
    expect(whole.json.channels[0].zeroCrossings).to.equal(99_999);
    const window = await api('GET', `/ecgs/${json.id}/insights?from=10.0005&to=140`);
    const inside = signal.slice(10_001, 140_000).map((value) => value - 1024);
    expect(window.json.channels[0]).to.include({
      samples: inside.length,
      zeroCrossings: inside.filter((value, i) => i > 0 && value !== inside[i - 1]).length,
    });
  });

  it('returns the samples as they were sent, as JSON and as bytes, across block borders and types', async () => {
    const signal = Array.from({ length: 70_000 }, (_, i) =>
      i % 1000 === 7 ? null : i < 65_536 ? i % 30_000 : i + 0.5,
    );
    const { json } = await api('POST', '/ecgs', {
      leads: [{ name: 'a/b', signal }],
      samplingRate: 500,
      unit: 'µV',
      gain: 2,
    });
    const read = await api('GET', `/ecgs/${json.id}/channels/a%2Fb/samples`);
    expect(read.json).to.include({ sampleType: 'float32', first: 0, count: 70_000 });
    expect(read.json.samples).to.deep.equal(signal);
    const part = await api('GET', `/ecgs/${json.id}/channels/a%2Fb/samples?from=131&to=131.2`);
    expect(part.json).to.include({ first: 65_500, count: 100 });
    expect(part.json.samples).to.deep.equal(signal.slice(65_500, 65_600));
    const bytes = await call(app, 'GET', `/ecgs/${json.id}/channels/a%2Fb/samples?to=2`, {
      token: owner.token,
      accept: 'application/octet-stream',
    });
    const told = [
      'Sample-Type',
      'Sample-Count',
      'First-Sample',
      'Sampling-Rate',
      'Unit',
      'Gain',
      'Zero-Level',
      'Calibrated',
    ].map((name) => bytes.headers.get(name));
    expect(told).to.deep.equal(['int16', '1000', '0', '500', '%C2%B5V', '2', '0', 'true']);
    expect([...new Int16Array(bytes.bytes)]).to.deep.equal(signal.slice(0, 1000).map((value) => value ?? -32768));
  });

  it('refuses a range that is larger than one answer, and a window without a sampling rate', async () => {
    const { json } = await api('POST', '/ecgs', small());
    expect((await api('GET', `/ecgs/${json.id}/insights?from=1`)).json).to.include({
      status: 422,
      code: 'sampling-rate-unknown',
    });
    const patched = await api('PATCH', `/ecgs/${json.id}`, { samplingRate: 2 });
    expect(patched.json.channels[0]).to.include({ samplingRate: 2, duration: 3 });
    expect((await api('PATCH', `/ecgs/${json.id}`, { samplingRate: 3 })).json.channels[0].duration).to.equal(2);
    await api('PATCH', `/ecgs/${json.id}`, { samplingRate: 2 });
    expect((await api('GET', `/ecgs/${json.id}/insights?from=1`)).json.channels[0]).to.include({
      samples: 4,
      zeroCrossings: 1,
    });
  });

  it('recounts with a dead band and across gaps', async () => {
    const { json } = await api('POST', '/ecgs', {
      leads: [{ name: 'x', signal: [3, null, -3, 1, -1, 2, -2] }],
      gain: 10,
      unit: 'mV',
    });
    const count = async (query: string): Promise<number> =>
      (await api('GET', `/ecgs/${json.id}/insights?${query}`)).json.channels[0].zeroCrossings;
    expect([
      await count(''),
      await count('gaps=bridge'),
      await count('deadBand=0.1'),
      await count('deadBand=0.1&gaps=bridge'),
    ]).to.deep.equal([4, 5, 2, 3]);
  });

  it('treats a sample on the edge of the dead band as inside, however gain and zero level are rounded', async () => {
    for (const [gain, deadBand, zeroLevel, edge, beyond] of [
      [0.1, 0.7, 0, 0.07, 0.070001],
      [100, 0.29, 0, 29, 30],
      [0.1, 0.7, 1000.1, 0.07, 0.070001],
      [1000, 0.001, 1e9, 1, 2],
      [1, 1000000001, 0, 1000000001, 1000000002],
    ] as const) {
      const crossings = async (height: number): Promise<number> => {
        const signal = Array.from({ length: 10 }, (_, i) =>
          Number((zeroLevel + (i % 2 === 0 ? height : -height)).toFixed(6)),
        );
        const { json } = await api('POST', '/ecgs', { leads: [{ name: 'x', signal }], gain, zeroLevel });
        return (await api('GET', `/ecgs/${json.id}/insights?deadBand=${deadBand}`)).json.channels[0].zeroCrossings;
      };
      expect(
        [await crossings(edge), await crossings(beyond)],
        `${deadBand} at ${gain} about ${zeroLevel}`,
      ).to.deep.equal([0, 9]);
    }
  });

  it('has only one address', async () => {
    expect((await api('POST', '/ecgs/', small())).status).to.equal(404);
    expect((await call(app, 'GET', '/users/', { token: app.admin.token })).status).to.equal(404);
  });

  it('reports what it did not keep', async () => {
    const { json } = await api('POST', '/ecgs', small({ device: 'x' }));
    expect(json.warnings.join()).to.contain('device');
  });

  const refused: [string, string, number, string][] = [
    ['text that is not JSON', 'hello', 400, 'malformed-json'],
    ['a truncated document', '{"leads":[{"name":"I","signal":[1,2', 400, 'malformed-json'],
    ['a second document', '{"leads":[{"name":"I","signal":[1,2]}]} {}', 400, 'malformed-json'],
    ['no leads', '{"leads":[]}', 422, 'recording-invalid'],
    ['an empty signal', '{"leads":[{"name":"I","signal":[]}]}', 422, 'recording-invalid'],
    ['a string in a signal', '{"leads":[{"name":"I","signal":[1,"2"]}]}', 422, 'recording-invalid'],
    ['a count that differs', '{"leads":[{"name":"I","num_samples":3,"signal":[1,2]}]}', 422, 'recording-invalid'],
    [
      'two leads of one name',
      '{"leads":[{"name":"I","signal":[1]},{"name":"I ","signal":[1]}]}',
      422,
      'recording-invalid',
    ],
    ['a number out of range', '{"leads":[{"name":"I","signal":[1e999]}]}', 422, 'recording-invalid'],
    ['an operator as id', '{"id":{"$ne":null},"leads":[{"name":"I","signal":[1]}]}', 422, 'recording-invalid'],
    [
      'a date that does not exist',
      '{"date":"2026-02-30","leads":[{"name":"I","signal":[1]}]}',
      422,
      'recording-invalid',
    ],
    [
      'a date before the year 0 of UTC',
      '{"date":"0000-01-01T00:30:00+01:00","leads":[{"name":"I","signal":[1]}]}',
      422,
      'recording-invalid',
    ],
    [
      'a date after the year 9999 of UTC',
      '{"date":"9999-12-31T23:30:00-01:00","leads":[{"name":"I","signal":[1]}]}',
      422,
      'recording-invalid',
    ],
    [
      'a failure after many blocks',
      `{"leads":[{"name":"I","signal":[${'1,'.repeat(900_000)}true]}]}`,
      422,
      'recording-invalid',
    ],
  ];
  for (const [what, raw, status, code] of refused) {
    it(`refuses ${what} and stores nothing`, async () => {
      const before = await counts();
      const answer = await call(app, 'POST', '/ecgs', { token: owner.token, raw });
      expect(answer.json).to.include({ status, code });
      expect(await counts()).to.deep.equal(before);
    });
  }

  it('keeps block documents unique by their place', async () => {
    const { json } = await api('POST', '/ecgs', small());
    const [block] = await blockCollection(app.database)
      .find({ ecg: new mongo.ObjectId(json.id as string) } as never)
      .toArray();
    const error = await blockCollection(app.database)
      .insertOne({ ...block, _id: new mongo.ObjectId() } as never)
      .then(
        () => null,
        (e: { code?: number }) => e.code,
      );
    expect(error).to.equal(11_000);
  });
});

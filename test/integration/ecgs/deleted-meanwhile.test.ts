/** Recordings deleted while they are read, and the effect on the others of their file. */
import { expect } from 'chai';
import { readConfig } from '../../../src/startup/config.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call } from '../../support/http.ts';
import { readEach } from '../../support/sendings.ts';
import { upload } from '../../support/multipart.ts';
import { versionIn } from '../../support/versions.ts';
import { made, timed } from '../../unit/formats/edf/support.ts';

describe('a recording that is deleted while it is read', () => {
  let app: TestApp;
  let token: string;
  before(async () => {
    const { limits } = readConfig({
      SECRET_KEY: 'k'.repeat(32),
      FIRST_SUPERUSER_PASSWORD: 'x'.repeat(20),
      LOAD_DEMO: 'false',
    });
    app = await startTestApp({ limits: { ...limits, maxParallelReads: 50 } });
    token = app.clinician.token;
  });
  after(() => app.close());

  const admin = async (command: object): Promise<{ count?: number }> =>
    app.database.getClient().db('admin').command(command);

  /** Blocks reads of a collection until the recording is deleted. */
  async function whileDeleting(id: string, collection: string, readers: (() => Promise<Answer>)[]): Promise<Answer[]> {
    const { count = 0 } = await admin({
      configureFailPoint: 'failCommand',
      mode: 'alwaysOn',
      data: {
        failCommands: ['find'],
        namespace: `${app.database.name}.${collection}`,
        blockConnection: true,
        blockTimeMS: 3_000,
      },
    });
    try {
      const answers = readers.map((read) => read());
      await admin({ waitForFailPoint: 'failCommand', timesEntered: count + readers.length, maxTimeMS: 10_000 });
      expect((await call(app, 'DELETE', `/ecgs/${id}`, { token })).status).to.equal(204);
      return await Promise.all(answers);
    } finally {
      await admin({ configureFailPoint: 'failCommand', mode: 'off' });
    }
  }

  it('is missing for every read of its samples, or the answer is aborted', async () => {
    const signal = Array.from({ length: 70_000 }, (_, i) => (i % 7) - 3);
    const { json } = await call(app, 'POST', '/ecgs', {
      token,
      body: { samplingRate: 1000, leads: [{ name: 'II', signal }] },
    });
    const get = (path: string) => () => call(app, 'GET', `/ecgs/${json.id}/${path}`, { token });
    const broken = (path: string) => () =>
      get(path)().then(
        (answer) => answer,
        (error: Error) => ({ status: 0, json: { code: error.message } }) as Answer,
      );
    const readers = [
      get('insights?from=1&to=2'),
      get('insights?gaps=bridge'),
      get('insights/series?window=12.5'),
      get('channels/II/samples?from=1&to=2'),
      get('samples?from=1&to=2'),
      () => call(app, 'GET', `/ecgs/${json.id}/samples?from=1&to=2`, { token, accept: 'application/octet-stream' }),
      get('ecg.svg?to=2'),
      get('checks'),
      ...['json', 'csv', 'fhir', 'edf', 'wfdb', 'dicom', 'aecg'].map((format) =>
        get(`export?format=${format}&date=2026-01-15&from=1&to=2`),
      ),
      get('export?format=wfdb'),
      get('export?format=json'),
      () => call(app, 'PATCH', `/ecgs/${json.id}`, { token, body: { zeroLevel: 1 } }),
      // The header has already been sent.
      broken('export?format=edf'),
    ];
    const answers = await whileDeleting(json.id, 'ecgBlocks', readers);
    const told = answers.map(({ status, json: body }) => [status, body?.code]);
    expect(told).to.deep.equal([
      ...Array.from({ length: readers.length - 1 }, () => [404, 'not-found']),
      [0, 'terminated'],
    ]);
  });

  it('is also missing for reads of its marks, rather than giving an empty list', async () => {
    const bytes = made({
      reserved: 'EDF+C',
      signals: [{ label: 'II', records: [[1, -1]] }, { records: [timed(0, '+0.5\x14cough\x14')] }],
    });
    const { json } = await upload(app, token, [{ file: 'r.edf', bytes }]);
    const [answer] = await whileDeleting(json.id, 'ecgAnnotations', [
      () => call(app, 'GET', `/ecgs/${json.id}/annotations`, { token }),
    ]);
    expect([answer!.status, answer!.json.code]).to.deep.equal([404, 'not-found']);
  });
});

const observation = (id: string, data: string): object => ({
  resource: {
    resourceType: 'Observation',
    status: 'final',
    identifier: [{ value: id }],
    code: { text: 'II' },
    valueSampledData: { origin: { value: 0, unit: 'mV' }, period: 2, dimensions: 1, data },
  },
});

describe('the recordings of one file', () => {
  let app: TestApp;
  let token: string;
  before(async () => {
    app = await startTestApp();
    token = app.clinician.token;
  });
  after(() => app.close());

  const bundle = JSON.stringify({
    resourceType: 'Bundle',
    type: 'collection',
    entry: [observation('one', '1 2'), observation('two', '3 4'), observation('three', '5 6')],
  });
  const read = (id: string): Promise<Answer> => call(app, 'GET', `/ecgs/${id}`, { token });
  type Item = { id: string; siblings: string[]; version: number; updatedAt: string };
  const post = async (): Promise<Item[]> =>
    readEach(app, token, await call(app, 'POST', '/ecgs', { token, raw: bundle }));

  it('get a new version when one of them is deleted or uploaded again, since they name each other', async () => {
    const items = (await post()) as [Item, Item, Item];
    const [one, two, three] = items;
    expect(items.map(({ version }) => version)).to.deep.equal([1, 1, 1]);
    expect((await call(app, 'DELETE', `/ecgs/${one.id}`, { token })).status).to.equal(204);
    for (const [own, other] of [
      [two, three],
      [three, two],
    ] as const) {
      const answer = await read(own.id);
      expect(answer.json.siblings).to.deep.equal([other.id]);
      expect([versionIn(answer.headers), answer.json.version]).to.deep.equal([2, 2]);
      expect(answer.json.updatedAt > own.updatedAt).to.equal(true);
    }
    expect(
      (await call(app, 'PATCH', `/ecgs/${two.id}`, { token, body: { notes: 'x' }, headers: { 'If-Match': '"1"' } }))
        .status,
    ).to.equal(412);

    const again = (await post()) as [Item, Item, Item];
    expect(again.map(({ id }) => id).slice(1)).to.deep.equal([two.id, three.id]);
    for (const item of again) {
      expect(item.siblings).to.have.members(again.map(({ id }) => id).filter((id) => id !== item.id));
    }
    expect(again[1].version).to.equal(3);

    const same = await post();
    expect(same.map(({ version }) => version)).to.deep.equal(again.map(({ version }) => version));
  });
});

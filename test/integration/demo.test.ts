/** The demo recordings: all of them, once. */
import { expect } from 'chai';
import { loadDemo } from '../../src/demo/load.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { whileFailing } from '../support/failpoint.ts';
import { call } from '../support/http.ts';

const ALL = ['demo-12-lead', 'demo-ectopic', 'demo-holter-1h'];

describe('the demo recordings', function () {
  this.timeout(60_000);
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp();
  });
  afterEach(() => app.close());

  const load = (): Promise<void> =>
    loadDemo(app.clinician.id, app.config, {
      ...app.app,
      database: app.database,
      blockEncoding: 'packed',
      keepOriginals: 0,
    });
  const recordings = async (): Promise<{ id: string; externalId: string | null }[]> =>
    (await call(app, 'GET', '/ecgs', { token: app.clinician.token })).json.items;
  const ids = async (): Promise<string[]> =>
    (await recordings()).map(({ externalId }) => String(externalId)).toSorted((a, b) => a.localeCompare(b));

  it('are completed by the next start if the first one was interrupted', async () => {
    await whileFailing(app.database, { command: 'insert', collection: 'ecgs', skip: 1 }, async () => {
      expect(await load().catch((error: unknown) => error)).to.be.instanceOf(Error);
    });
    expect(await ids()).to.deep.equal(ALL.slice(0, 1));
    await load();
    expect(await ids()).to.deep.equal(ALL);
  });

  it('are not loaded again after they were deleted', async () => {
    await load();
    for (const { id } of await recordings()) {
      expect((await call(app, 'DELETE', `/ecgs/${id}`, { token: app.clinician.token })).status).to.equal(204);
    }
    await load();
    expect(await ids()).to.deep.equal([]);
  });

  it('are not added to recordings that the clinician had before', async () => {
    const body = { leads: [{ name: 'I', signal: [1, -1] }] };
    expect((await call(app, 'POST', '/ecgs', { token: app.clinician.token, body })).status).to.equal(201);
    await load();
    expect(await ids()).to.deep.equal(['null']);
  });
});

/** A database that takes its time: that is not the silence of the client. */
import { expect } from 'chai';
import { readConfig } from '../../../src/startup/config.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { whileSlow } from '../../support/failpoint.ts';
import { call } from '../../support/http.ts';

const IDLE_MS = 250;

describe('a database that is slower than the longest silence of a client', function () {
  this.timeout(60_000);
  let app: TestApp;
  before(async () => {
    const { limits } = readConfig({
      SECRET_KEY: 'k'.repeat(32),
      FIRST_SUPERUSER_PASSWORD: 'x'.repeat(10),
      LOAD_DEMO: 'false',
    });
    app = await startTestApp({ limits: { ...limits, uploadIdleMs: IDLE_MS } });
  });
  after(() => app.close());

  it('still stores an upload of many blocks', async () => {
    const signal = JSON.stringify(Array.from({ length: 600_000 }, (_, i) => (i % 7) * 1.37));
    const raw = `{"leads":[{"name":"I","signal":${signal}},{"name":"II","signal":${signal}}]}`;
    await whileSlow(app.database, { command: 'insert', collection: 'ecgBlocks' }, 3 * IDLE_MS, async () => {
      const { status, text } = await call(app, 'POST', '/ecgs', { token: app.clinician.token, raw });
      expect(status, text).to.equal(201);
    });
  });

  it('still stores a file to be imported', async () => {
    const form = new FormData();
    form.set('file', new Blob(['Id,FIRST,LAST,BIRTHDATE,GENDER\n'.repeat(30_000)], { type: 'text/csv' }), 'rows.csv');
    await whileSlow(app.database, { command: 'insert', collection: 'importFiles.chunks' }, 3 * IDLE_MS, async () => {
      const { status, text } = await call(app, 'POST', '/imports', { token: app.clinician.token, body: form });
      expect(status, text).to.equal(202);
    });
  });
});

/** A slow database must not be mistaken for a silent client, which is answered with 408. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'chai';
import { readConfig } from '../../../src/startup/config.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { whileSlow } from '../../support/failpoint.ts';
import { call } from '../../support/http.ts';

const IDLE_MS = 250;
/** More than the buffers of a stream hold. */
const LATE_BYTES = 400_000;

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

  it('still stores an import file', async () => {
    const form = new FormData();
    form.set('file', new Blob(['Id,FIRST,LAST,BIRTHDATE,GENDER\n'.repeat(30_000)], { type: 'text/csv' }), 'rows.csv');
    await whileSlow(app.database, { command: 'insert', collection: 'importFiles.chunks' }, 3 * IDLE_MS, async () => {
      const { status, text } = await call(app, 'POST', '/imports', { token: app.clinician.token, body: form });
      expect(status, text).to.equal(202);
    });
  });

  it('does not hide that a client is silent: its upload is answered with 408 and the duration', async () => {
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1').setEncoding('latin1');
    socket.write(
      `POST /api/v1/ecgs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${app.clinician.token}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${LATE_BYTES + 9}\r\n\r\n{"leads":`,
    );
    const [answer] = (await once(socket, 'data', { signal: AbortSignal.timeout(10_000) })) as [string];
    // What the client sends nevertheless is discarded, so that it can read the answer, and the connection can go on.
    socket.write(Buffer.alloc(LATE_BYTES));
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    const [next] = (await once(socket, 'data', { signal: AbortSignal.timeout(10_000) })) as [string];
    socket.destroy();
    expect(next).to.match(/^HTTP\/1\.1 200 /);
    expect(answer)
      .to.match(/^HTTP\/1\.1 408 /)
      .and.include('No data arrived for 0.25 s (setting MAX_UPLOAD_IDLE_MS). Send it again.');
  });
});

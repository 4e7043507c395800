/** An import whose sender stops in the middle of the form: it is given up, and its place is free again. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect } from 'chai';
import { readConfig } from '../../../src/startup/config.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { call } from '../../support/http.ts';
import { things } from '../../support/import-kind.ts';

const IDLE_MS = 300;
const FILE =
  '--edge\r\nContent-Disposition: form-data; name="file"; filename="rows.csv"\r\nContent-Type: text/csv\r\n\r\n';

describe('an import whose sender stops', () => {
  let app: TestApp;
  let socket: Socket;
  before(async () => {
    const { limits } = readConfig({
      SECRET_KEY: 'k'.repeat(32),
      FIRST_SUPERUSER_PASSWORD: 'x'.repeat(10),
      LOAD_DEMO: 'false',
    });
    app = await startTestApp(
      { limits: { ...limits, uploadIdleMs: IDLE_MS, maxParallelUploads: 1 } },
      { importKinds: [things] },
    );
  });
  afterEach(() => socket.destroy());
  after(() => app.close());

  const whole = async (): Promise<number> => {
    const form = new FormData();
    form.set('file', new Blob(['Key,Value\na,1\n'], { type: 'text/csv' }), 'rows.csv');
    return (await call(app, 'POST', '/imports', { token: app.clinician.token, body: form })).status;
  };

  for (const [where, sent] of [
    ['before the file', '--edge\r\nContent-Disposition: form-data; name="dryRun"\r\n\r\ntrue\r\n'],
    ['in the middle of the file', `${FILE}Key,Value\na,1\n`],
    ['after the file, before the next part', `${FILE}Key,Value\na,1\n\r\n--edge\r\n`],
    ['after an empty file', `${FILE}\r\n--edge\r\n`],
  ] as const) {
    it(`${where} is answered with 408 and frees its place`, async () => {
      socket = connect(Number(new URL(app.url).port), '127.0.0.1').setEncoding('latin1');
      socket.write(
        `POST /api/v1/imports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${app.clinician.token}\r\n` +
          `Content-Type: multipart/form-data; boundary=edge\r\nContent-Length: 1000\r\n\r\n${sent}`,
      );
      const [answer] = (await once(socket, 'data', { signal: AbortSignal.timeout(10_000) })) as [string];
      expect(answer)
        .to.match(/^HTTP\/1\.1 408 /)
        .and.include('"code":"upload-timeout"')
        .and.include('No data arrived for 0.3 s');
      await eventually('the place is free', async () => (await whole()) === 202);
    });
  }
});

/** Uploads of one user at the same time. */
import { connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { readConfig } from '../../../src/config.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call } from '../../support/http.ts';

const { limits } = readConfig({}, () => ({ secretKey: 'k'.repeat(32), adminPassword: 'x'.repeat(20), demoPassword: 'x'.repeat(20) }));

describe('uploads at the same time', () => {
  let app: TestApp;
  const sockets: Socket[] = [];
  before(async () => { app = await startTestApp({ limits: { ...limits, maxParallelUploads: 2 } }); });
  after(async () => {
    for (const socket of sockets) socket.destroy();
    await app.close();
  });

  const upload = async (token: string): Promise<Answer> => call(app, 'POST', '/ecgs', { token, body: { leads: [{ name: 'I', signal: [1, -1] }] } });

  it('are so many for each user, and the next one is taken when one has ended', async () => {
    const { clinician, other } = app;
    for (let n = 1; n <= 2; n += 1) {
      const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
      sockets.push(socket);
      socket.write(`POST /api/v1/ecgs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${clinician.token}\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{"leads":[{"name":"I","signal":[${'1,'.repeat(100_000)}`);
      while (app.app.uploads.active.size < n) await nextTurn();
    }
    const refused = await upload(clinician.token);
    expect(refused.json).to.include({ status: 429, code: 'too-many-uploads' });
    expect(refused.headers.get('retry-after')).to.equal('1');
    expect((await upload(other.token)).status).to.equal(201);
    sockets[0]!.destroy();
    while (app.app.uploads.active.size > 1) await nextTurn();
    expect((await upload(clinician.token)).status).to.equal(201);
  });
});

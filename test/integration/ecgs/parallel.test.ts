/** Uploads of one user at the same time, and large answers to one user. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect } from 'chai';
import { readConfig } from '../../../src/startup/config.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { type Answer, call } from '../../support/http.ts';

const { limits } = readConfig({}, () => ({
  secretKey: 'k'.repeat(32),
  adminPassword: 'x'.repeat(20),
  demoPassword: 'x'.repeat(20),
}));

describe('uploads at the same time', () => {
  let app: TestApp;
  const sockets: Socket[] = [];
  before(async () => {
    app = await startTestApp({ limits: { ...limits, maxParallelUploads: 2 } });
  });
  after(async () => {
    for (const socket of sockets) socket.destroy();
    await app.close();
  });

  const upload = async (token: string): Promise<Answer> =>
    call(app, 'POST', '/ecgs', { token, body: { leads: [{ name: 'I', signal: [1, -1] }] } });

  it('are limited per user, and the next one is accepted when one has ended', async () => {
    const { clinician, other } = app;
    for (let n = 1; n <= 2; n += 1) {
      const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
      sockets.push(socket);
      socket.write(
        'POST /api/v1/ecgs HTTP/1.1\r\nHost: x\r\n' +
          `Authorization: Bearer ${clinician.token}\r\n` +
          'Content-Type: application/json\r\n' +
          `Content-Length: 1000000\r\n\r\n{"leads":[{"name":"I","signal":[${'1,'.repeat(100_000)}`,
      );
      await eventually('the upload has begun', () => app.app.uploads.active.size === n);
    }
    const refused = await upload(clinician.token);
    expect(refused.json).to.include({ status: 429, code: 'too-many-uploads' });
    expect(refused.headers.get('retry-after')).to.equal('1');
    expect((await upload(other.token)).status).to.equal(201);
    const form = new FormData();
    form.set('file', new Blob(['a,b\n']), 'rows.csv');
    const file = await call(app, 'POST', '/imports', { token: clinician.token, body: form });
    expect(file.json).to.include({ status: 429, code: 'too-many-uploads' });
    sockets[0]!.destroy();
    await eventually('the upload has ended', () => app.app.uploads.active.size === 1);
    expect((await upload(clinician.token)).status).to.equal(201);
  });
});

describe('large answers at the same time', () => {
  let app: TestApp;
  let id = '';
  const sockets: Socket[] = [];
  before(async () => {
    app = await startTestApp({ limits: { ...limits, maxParallelReads: 2 } });
    // Numbers of many digits, so that the answer is longer than what the system buffers for a client that does not
    // read.
    const signal = Array.from({ length: 700_000 }, (_, n) => Math.sin(n) / 3);
    const answer = await call(app, 'POST', '/ecgs', {
      token: app.clinician.token,
      body: { samplingRate: 500, leads: [{ name: 'I', signal }] },
    });
    id = answer.json.id as string;
  });
  after(async () => {
    for (const socket of sockets) socket.destroy();
    await app.close();
  });

  const paths = (): string[] =>
    [
      'channels/I/samples',
      'samples',
      'export?format=json',
      'ecg.svg?to=1',
      'checks',
      'insights?from=1',
      'insights?to=1',
      'insights?deadBand=1',
      'insights?gaps=bridge',
      'insights/series',
      'insights/series?window=61',
    ].map((path) => `/ecgs/${id}/${path}`);
  /**
   * A client that reads nothing. @param times how many requests it sends over one connection, without waiting for
   * answers
   */
  const stuck = async (times = 1): Promise<ServerResponse[]> => {
    const responses: ServerResponse[] = [];
    const arrived = (_: IncomingMessage, res: ServerResponse): unknown => responses.push(res);
    app.app.server.on('request', arrived);
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1').pause();
    socket.on('error', () => undefined);
    sockets.push(socket);
    const head = `GET /api/v1/ecgs/${id}/channels/I/samples HTTP/1.1\r\nHost: x\r\n`;
    socket.write(`${head}Authorization: Bearer ${app.clinician.token}\r\n\r\n`.repeat(times));
    const haveBegun = (): boolean => responses.length === times && responses.every(({ headersSent }) => headersSent);
    await eventually('the answers have begun', haveBegun);
    app.app.server.off('request', arrived);
    return responses;
  };
  const isFree = async (): Promise<boolean> =>
    (await call(app, 'GET', `/ecgs/${id}/insights?from=1`, { token: app.clinician.token })).status !== 429;

  it('are limited per user: the next is refused until one has been read or closed, then all are free', async () => {
    const { clinician } = app;
    await stuck();
    await stuck();
    for (const path of paths()) {
      const refused = await call(app, 'GET', path, { token: clinician.token });
      expect(refused.json, path).to.include({ status: 429, code: 'too-many-reads' });
      expect(refused.headers.get('retry-after')).to.equal('1');
    }
    const patch = async (body: object, headers = {}) =>
      call(app, 'PATCH', `/ecgs/${id}`, { token: clinician.token, body, headers });
    expect((await patch({ zeroLevel: 1 })).json).to.include({ status: 429, code: 'too-many-reads' });
    const unreadable = await patch({ zeroLevel: 1 }, { 'If-Match': '"1", "2"' });
    expect(unreadable.json, 'needs no place').to.include({ status: 400, code: 'malformed-request' });
    // Small answers, and those to other users, continue.
    expect((await patch({ notes: 'stays small' })).status).to.equal(200);
    expect((await call(app, 'GET', `/ecgs/${id}/insights`, { token: clinician.token })).status).to.equal(200);
    expect((await call(app, 'GET', `/ecgs/${id}/channels/I/samples`, { token: app.other.token })).status).to.equal(404);
    for (const socket of sockets) socket.destroy();
    await eventually('a place is free', isFree);
    for (const path of paths())
      expect((await call(app, 'GET', path, { token: clinician.token })).status, path).to.equal(200);
  });

  it('release their places even if they waited for another on the same connection, which closes', async () => {
    const [, waiting] = await stuck(2);
    // Node closes only the answer that was being sent.
    expect(waiting?.socket).to.equal(null);
    expect(await isFree()).to.equal(false);
    sockets.at(-1)?.destroy();
    await eventually('both places are free', async () => {
      const answers = await Promise.all([isFree(), isFree()]);
      return answers.every(Boolean);
    });
  });
});

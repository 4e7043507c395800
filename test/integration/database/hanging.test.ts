/** A database that accepts connections and never answers, like a stopped process or a lost network. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Connection } from 'mongoose';
import { pino } from 'pino';
import { type App, createApp } from '../../../src/app.ts';
import { readConfig } from '../../../src/startup/config.ts';
import { connect } from '../../../src/database/connect.ts';
import { startEmbedded } from '../../../src/database/embedded.ts';
import { migrate } from '../../../src/database/migrations.ts';
import type { Supervised } from '../../../src/database/supervise.ts';
import { ensureUser } from '../../../src/users/ensure-user.ts';
import { logIn } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { call } from '../../support/http.ts';
import { testMongod } from '../../support/mongo.ts';
import { canTell, isStopped } from '../../support/processes.ts';

const PATIENCE_MS = 1_000;

describe('a database that hangs', function () {
  this.timeout(60_000);
  const log = pino({ level: 'silent' });
  const user = {
    email: 'ana@clinic.example',
    password: 'correct horse battery',
    fullName: 'Ana',
    role: 'clinician',
  } as const;
  let folder: string;
  let embedded: Supervised;
  let database: Connection;
  let app: App;
  let url: string;
  let mongod: number;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'leadwire-hanging-'));
    embedded = await startEmbedded({ dataDir: folder, mongodBinary: (await testMongod()).path }, log);
    mongod = Number(readFileSync(join(folder, 'mongo/mongod.lock'), 'utf8'));
    database = await connect(embedded.uri, log, PATIENCE_MS);
    await migrate(database, log);
    await ensureUser(database, user);
    const config = readConfig({
      SECRET_KEY: 'k'.repeat(32),
      FIRST_SUPERUSER_PASSWORD: 'x'.repeat(10),
      LOAD_DEMO: 'false',
      RATE_LIMIT: 'off',
    });
    app = createApp({ config, database, log });
    await new Promise<void>((resolve) => {
      app.server.listen(0, '127.0.0.1', resolve);
    });
    url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  });
  after(async () => {
    await app.close();
    await database.close();
    await embedded.stop();
    rmSync(folder, { recursive: true });
  });

  const upload = async (token: string) =>
    call({ url }, 'POST', '/ecgs', { token, body: { leads: [{ name: 'I', signal: [1, -1] }] } });

  it('makes every request end with 503 in bounded time, and is used again when it answers', async () => {
    const token = await logIn(url, user.email, user.password);
    process.kill(mongod, 'SIGSTOP');
    try {
      await eventually('mongod has stopped', () => !canTell || isStopped(mongod));
      const began = performance.now();
      const ready = fetch(`${url}/readyz`).then(async (response) => ({
        status: response.status,
        code: ((await response.json()) as { code: string }).code,
        ms: performance.now() - began,
      }));
      const answers = await Promise.all([
        upload(token),
        call({ url }, 'GET', '/ecgs', { token }),
        call({ url }, 'POST', '/auth/login', { body: { email: user.email, password: user.password } }),
      ]);
      expect(performance.now() - began).to.be.below(12 * PATIENCE_MS);
      expect(answers.map(({ json }) => json.code)).to.deep.equal(['not-ready', 'not-ready', 'not-ready']);
      expect(answers[0].headers.get('retry-after')).to.equal('5');
      expect(await ready)
        .to.include({ status: 503, code: 'not-ready' })
        .and.property('ms')
        .below(4_000);
      expect((await fetch(`${url}/readyz`)).status).to.equal(503);
      expect((await fetch(`${url}/healthz`)).status).to.equal(200);
    } finally {
      process.kill(mongod, 'SIGCONT');
    }
    expect((await upload(token)).status).to.equal(201);
  });
});

/** The service is told to stop while its database hangs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { testMongod } from '../support/mongo.ts';
import { OwnMongod } from '../support/own-mongod.ts';
import { serviceEnv, type Started, startProgram } from '../support/started.ts';

/** It ends within this time after it was told to. */
const STOP_MS = 2_000;

describe('a service whose database hangs', function () {
  this.timeout(120_000);
  let folder: string;
  let mongod: OwnMongod;
  let service: Started | null = null;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'leadwire-hanging-'));
    mongod = await OwnMongod.start((await testMongod()).path);
  });
  afterEach(() => {
    mongod.signal('SIGCONT');
    service?.process.kill('SIGKILL');
  });
  after(async () => {
    await mongod.stop();
    rmSync(folder, { recursive: true });
  });

  const start = async (): Promise<string> => {
    const env = serviceEnv(join(folder, 'data'), {
      MONGODB_URI: mongod.uri('leadwire'),
      SECRET_KEY: 'k'.repeat(32),
      FIRST_SUPERUSER_PASSWORD: 'correct horse battery',
      LOG_LEVEL: 'warn',
    });
    service = startProgram('main.ts', [], { cwd: folder, env });
    const [, url = ''] = await service.says(/listens on (\S+)[^]*Stop/);
    return url;
  };
  /** Stops it; returns how long that took. */
  async function stopped(): Promise<number> {
    const begun = performance.now();
    service?.process.kill('SIGTERM');
    expect(await service?.ended).to.equal(0);
    return performance.now() - begun;
  }

  it('still shuts down cleanly, soon after it was told to', async () => {
    await start();
    mongod.signal('SIGSTOP');
    expect(await stopped()).to.be.below(STOP_MS);
    expect(service?.text()).not.to.contain('Could not stop');
  });

  it('does so while a request waits for the database', async () => {
    const url = await start();
    mongod.signal('SIGSTOP');
    const login = fetch(`${url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email: 'nobody@clinic.example', password: 'no such password' }),
    }).then(
      ({ status }) => status,
      () => null,
    );
    // The request has been accepted: the next one is answered.
    expect((await fetch(`${url}/healthz`)).status).to.equal(200);
    expect(await stopped()).to.be.below(STOP_MS);
    expect(await login).to.be.oneOf([503, null]);
  });
});

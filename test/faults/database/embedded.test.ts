/** The embedded database as a process: on loopback only, one per data folder, ended and restarted with its service. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { embeddedFolder, errorOf, gone, runs } from '../../support/embedded-folder.ts';
import { eventually } from '../../support/eventually.ts';

const SERVICE = fileURLToPath(new URL('../../support/embedded-service.ts', import.meta.url));

const kill = async (service: ChildProcess): Promise<void> => {
  service.kill('SIGKILL');
  await once(service, 'exit');
};

describe('the embedded database', function () {
  this.timeout(30_000);
  const services: ChildProcess[] = [];
  // Before another one makes the folder wait for its mongod.
  afterEach(() => services.splice(0).forEach((service) => service.kill('SIGKILL')));
  const { start, stop, use, mongodPid, running, open, ...folder } = embeddedFolder();
  let dataDir: string;
  let mongodBinary: string;
  beforeEach(() => {
    dataDir = folder.dataDir();
    mongodBinary = folder.mongodBinary();
  });

  /** Another process that holds the data folder, and its address. */
  const startService = async (): Promise<{ service: ChildProcess; uri: string }> => {
    const service = spawn(process.execPath, ['--import=tsx', SERVICE, dataDir, mongodBinary], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    services.push(service);
    if (!service.stdout) throw new Error('no output');
    const [uri] = (await once(createInterface(service.stdout), 'line')) as [string];
    return { service, uri };
  };

  it('listens only on loopback, requires a password, and keeps it readable only for its owner', async () => {
    const { uri } = await start();
    const database = await use(uri);
    const { parsed } = await database.getClient().db('admin').command({ getCmdLineOpts: 1 });
    expect(parsed['net']).to.deep.include({ bindIp: '127.0.0.1' });
    expect(parsed['net']).to.deep.include({ compression: { compressors: 'disabled' } });
    expect(parsed['security']).to.include({ authorization: 'enabled' });
    expect(parsed['storage']).to.deep.include({ wiredTiger: { engineConfig: { cacheSizeGB: 0.25 } } });
    const stranger = await use(uri.replace(/\/\/.*@/, '//').replace('&authSource=admin', ''));
    expect((await errorOf(stranger.collection('things').findOne()))?.message).to.match(/requires authentication/);
    expect(
      (
        await errorOf(
          stranger
            .getClient()
            .db('admin')
            .command({ createUser: 'me', pwd: 'x', roles: ['root'] }),
        )
      )?.message,
    ).to.match(/auth/);
    for (const file of ['mongo.json', 'mongo.key'])
      expect(statSync(join(dataDir, file)).mode & 0o077, file).to.equal(0);
  });

  it('leaves no mongod behind when its service is killed', async () => {
    const { service } = await startService();
    const pid = mongodPid();
    expect(runs(pid)).to.equal(true);
    await kill(service);
    expect(await gone(pid, 6_000)).to.equal(true);
  });

  it('refuses a data folder in use, and starts on it at once after that service was killed', async () => {
    const { service, uri } = await startService();
    await (await use(uri)).collection('things').insertOne({ name: 'before the kill' });
    await Promise.all(open.splice(0).map((connection) => connection.close()));
    const refused = await errorOf(start());
    expect(refused?.name).to.equal('FolderInUse');
    expect(refused?.message).to.contain(`process ${service.pid}`).and.contain('DATA_DIR');

    const old = mongodPid();
    await kill(service);
    const { uri: next } = await start();
    expect(runs(old)).to.equal(false);
    expect(await (await use(next)).collection('things').distinct('name')).to.deep.equal(['before the kill']);
  });

  it('ends within two seconds if mongod does not answer, and keeps written data', async () => {
    const embedded = await start();
    await (await use(embedded.uri)).collection('things').insertOne({ name: 'kept' });
    const pid = mongodPid();
    process.kill(pid, 'SIGSTOP');
    const begun = performance.now();
    await embedded.stop();
    expect(performance.now() - begun).to.be.below(2_000);
    expect(runs(pid)).to.equal(false);
    running.splice(running.indexOf(embedded), 1);
    await Promise.all(open.splice(0).map((connection) => connection.close(true)));
    const again = await use((await start()).uri);
    expect(await again.collection('things').distinct('name')).to.deep.equal(['kept']);
  });

  it('is shut down cleanly if mongod answers', async () => {
    const embedded = await start();
    await stop(embedded);
    // mongod empties the file when it has written everything.
    expect(statSync(join(dataDir, 'mongo/mongod.lock')).size).to.equal(0);
  });

  it('restarts a mongod that ended by itself, so that connections recover', async function () {
    this.timeout(60_000);
    const embedded = await start();
    const things = (await use(embedded.uri)).collection('things');
    await things.insertOne({ name: 'before the end' });
    for (let ends = 0; ends < 2; ends++) {
      const ended = mongodPid();
      process.kill(ended, 'SIGKILL');
      await eventually('another mongod runs', () => mongodPid() !== ended && embedded.state() === 'running', 40_000);
      expect(await things.distinct('name')).to.deep.equal(['before the end']);
    }
  });
});

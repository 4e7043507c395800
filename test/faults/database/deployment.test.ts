/** Which kinds of MongoDB are accepted, tested with real ones. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { MongoMemoryServer } from 'mongodb-memory-server';
import { pino } from 'pino';
import { connect } from '../../../src/database/connect.ts';
import { faultOfServer } from '../../../src/database/deployment.ts';
import { testMongod, testUri } from '../../support/mongo.ts';
import { startProgram } from '../../support/started.ts';

const log = pino({ level: 'silent' });
const PATIENCE_MS = 2_000;

const uriOf = (server: MongoMemoryServer, query = ''): string =>
  `mongodb://127.0.0.1:${server.instanceInfo?.port}/leadwire${query}`;
const refusal = async (uri: string): Promise<string> => {
  const error = await connect(uri, log, PATIENCE_MS).then(
    async (connection) => {
      await connection.close();
      return null;
    },
    (reason: Error) => reason,
  );
  expect(error?.name, uri).to.equal('NoDatabase');
  return error!.message;
};

describe('a MongoDB without transactions', function () {
  this.timeout(60_000);
  let standalone: MongoMemoryServer;
  let ghost: MongoMemoryServer;
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'leadwire-deployment-'));
    const { path, version } = await testMongod();
    const start = (instance: { replSet?: string }) =>
      MongoMemoryServer.create({
        binary: { systemBinary: path, version },
        instance: { ...instance, storageEngine: 'wiredTiger', args: ['--wiredTigerCacheSizeGB=0.25'] },
      });
    [standalone, ghost] = await Promise.all([start({}), start({ replSet: 'rs7' })]);
  });
  after(async () => {
    await Promise.all([standalone?.stop(), ghost?.stop()]);
    rmSync(folder, { recursive: true });
  });

  it('is refused as a standalone server, with the reason and a way out', async () => {
    for (const query of ['', '?directConnection=true']) {
      const message = await refusal(uriOf(standalone, query));
      expect(message).to.match(
        /^MongoDB at \S+\/leadwire is a standalone server\. .*--replSet rs0.*rs\.initiate\(\).*replSetInitiate[^\n]*$/,
      );
    }
  });

  it('is refused as a standalone server if a replica set is requested', async () => {
    expect(await refusal(uriOf(standalone, '?replicaSet=rs0'))).to.contain(
      'does not belong to the replica set rs0: it is a standalone server, or belongs to another set.',
    );
  });

  it('is refused as a member of a replica set that has not been initiated', async () => {
    for (const query of ['', '?directConnection=true', '?replicaSet=rs7']) {
      expect(await refusal(uriOf(ghost, query)), query).to.match(/has not been initiated\..*replSetInitiate/);
    }
  });

  it('is recognised by its answer to hello, as is a sharded cluster', () => {
    expect(faultOfServer({ isWritablePrimary: true, msg: 'isdbgrid' })).to.equal(null);
    expect(faultOfServer({ isWritablePrimary: true, setName: 'rs0' })).to.equal(null);
    expect(faultOfServer({ isWritablePrimary: false, secondary: true, setName: 'rs0' })).to.contain('is a secondary');
    expect(faultOfServer({ isWritablePrimary: true })).to.contain('is a standalone server');
  });

  it('is not what the tests run on', async () => {
    const connection = await connect(await testUri(), log, PATIENCE_MS);
    await connection.close();
  });

  for (const [program, args] of [
    ['main.ts', []],
    ['users/create-admin.ts', ['--email', 'boss@clinic.example']],
    ['database/migrate-command.ts', ['status']],
    ['database/migrate-command.ts', ['up']],
  ] as const) {
    it(`ends ${program} ${args.join(' ')} with one line, and is left unchanged`, async () => {
      const env = {
        PATH: process.env['PATH'],
        MONGODB_URI: uriOf(standalone),
        SECRET_KEY: 'a key of the tests that is long enough',
        LOG_LEVEL: 'silent',
        PORT: '0',
      };
      const started = startProgram(program, args, { cwd: folder, env });
      expect(await started.ended).to.equal(1);
      expect(started.text()).to.match(/^MongoDB at \S+ is a standalone server\.[^\n]*\n$/);
      expect(started.output()).to.equal('');
    });
  }
});

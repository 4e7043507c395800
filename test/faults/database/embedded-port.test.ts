/** The port of the embedded mongod: kept between starts if possible, replaced if another process has taken it. */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { embeddedFolder, errorOf, portOf } from '../../support/embedded-folder.ts';
import { eventually } from '../../support/eventually.ts';

/** Runs something while another program listens at a port, and closes every connection there. */
const whileOccupied = async (port: number, work: () => Promise<void>): Promise<void> => {
  const occupant = createServer((socket) => socket.destroy()).listen(port, '127.0.0.1');
  await once(occupant, 'listening');
  try {
    await work();
  } finally {
    occupant.close();
  }
};

describe('the port of the embedded database', function () {
  this.timeout(30_000);
  const { start, stop, use, mongodPid, ...folder } = embeddedFolder();
  let dataDir: string;
  let mongodBinary: string;
  beforeEach(() => {
    dataDir = folder.dataDir();
    mongodBinary = folder.mongodBinary();
  });

  /** A mongod that closes the connection instead of answering this command. */
  const hangingUp = (command: string, mode: { times: number } | 'alwaysOn'): string => {
    const failPoint = JSON.stringify({ mode, data: { failCommands: [command], closeConnection: true } });
    const script = [
      '#!/bin/sh',
      `[ "$1" = --version ] && exec '${mongodBinary}' --version`,
      `exec '${mongodBinary}' "$@" --setParameter enableTestCommands=1 \\`,
      `  --setParameter 'failpoint.failCommand=${failPoint}'`,
    ];
    const file = join(dataDir, 'mongod-that-hangs-up');
    writeFileSync(file, script.join('\n'), { mode: 0o755 });
    return file;
  };

  it('keeps its data between starts, on another port, and does transactions', async () => {
    const first = await start();
    const database = await use(first.uri);
    await database.collection('things').insertOne({ name: 'kept' });
    await stop(first);
    await whileOccupied(portOf(first.uri), async () => {
      const second = await start();
      expect(portOf(second.uri)).not.to.equal(portOf(first.uri));
      const again = await use(second.uri);
      await again.transaction(async (session) => {
        await again.collection('things').insertOne({ name: 'in a transaction' }, { session });
      });
      expect(await again.collection('things').distinct('name')).to.deep.equal(['in a transaction', 'kept']);
      expect(again.name).to.equal('leadwire');
    });
  });

  it('records the port and version of mongod at each start', async () => {
    const file = join(dataDir, 'mongo.json');
    const noted = () => JSON.parse(readFileSync(file, 'utf8')) as { port: number; version: string };
    await stop(await start());
    const before = noted();
    writeFileSync(file, JSON.stringify({ ...before, version: '4.4.29' }));
    await whileOccupied(before.port, async () => {
      const { uri } = await start();
      expect(noted()).to.deep.equal({ ...before, port: portOf(uri) });
    });
  });

  for (const command of ['saslContinue', 'replSetGetConfig', 'replSetReconfig']) {
    // Like a member that does not find itself in its set, since another process listens at its port of the last start.
    it(`moves to another port although mongod closes its connections meanwhile: at ${command}`, async () => {
      const first = await start();
      await stop(first);
      await whileOccupied(portOf(first.uri), async () => {
        const { uri } = await start(hangingUp(command, { times: 1 }));
        const database = await use(uri);
        await database.collection('things').insertOne({ name: 'written at the new port' });
        expect(portOf(uri)).not.to.equal(portOf(first.uri));
      });
    });
  }

  it('reports that mongod ended during its start', async () => {
    const first = await start();
    await stop(first);
    const starting = errorOf(start(hangingUp('replSetGetConfig', 'alwaysOn')));
    const client = new mongoose.mongo.MongoClient(first.uri);
    try {
      const timesHungUp = async (): Promise<number> => {
        const answer = await client.db('admin').command({ getParameter: 1, 'failpoint.failCommand': 1 });
        return (answer['failpoint.failCommand'] as { timesEntered: number }).timesEntered;
      };
      await eventually('mongod has hung up twice', async () => (await timesHungUp()) >= 2);
    } finally {
      await client.close();
    }
    process.kill(mongodPid(), 'SIGKILL');
    expect((await starting)?.message).to.match(/^The embedded mongod [\d.]+ ended during its start$/);
  });
});

/** A write that waits for a connection that is closed meanwhile. */
import { once } from 'node:events';
import { connect as connectSocket, createServer, type AddressInfo, type Socket } from 'node:net';
import { expect } from 'chai';
import { pino } from 'pino';
import { connect } from '../../../src/database/connect.ts';
import { isUnreachable } from '../../../src/database/unreachable.ts';
import { testUri } from '../../support/mongo.ts';

describe('a write larger than the buffer of its connection', () => {
  it('fails when the connection is closed before it is sent', async () => {
    // A connection that can be blocked: it then accepts nothing more, and later it is closed normally.
    const target = new URL((await testUri()).replace('mongodb:', 'http:'));
    const sockets: Socket[] = [];
    let isStopped = false;
    const line = createServer((client) => {
      const server = connectSocket(Number(target.port), target.hostname);
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const) {
        from.on('error', () => undefined);
        from.on('close', () => to.destroy());
        from.on('data', (bytes: Buffer) => void to.write(bytes));
        if (isStopped) from.pause();
      }
      sockets.push(client);
    });
    line.listen(0, '127.0.0.1');
    await once(line, 'listening');
    const { port } = line.address() as AddressInfo;
    const uri = `mongodb://127.0.0.1:${port}${target.pathname}?directConnection=true`;
    const database = await connect(uri, pino({ level: 'silent' }), 1_000);
    await database.collection('things').insertOne({});

    isStopped = true;
    for (const socket of sockets) socket.pause();
    const large = { bytes: Buffer.alloc(15_000_000) };
    const outcome = database
      .collection('things')
      .insertOne(large)
      .then(
        () => null,
        (error: unknown) => error,
      );
    expect(isUnreachable(await outcome)).to.equal(true);
    line.close();
    for (const socket of sockets) socket.destroy();
    await database.close(true);
  });
});

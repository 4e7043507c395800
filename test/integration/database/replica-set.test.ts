/** Connecting to the embedded mongod, which may have gone or not answer. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect } from 'chai';
import { moveMember, setUp } from '../../../src/database/replica-set.ts';

/** Runs something while a program listens that accepts connections and never answers. */
const withSilent = async (work: (host: string, connected: Promise<unknown>) => Promise<void>): Promise<void> => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => void sockets.push(socket.on('error', () => undefined)));
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  try {
    await work(`127.0.0.1:${(silent.address() as AddressInfo).port}`, once(silent, 'connection'));
  } finally {
    for (const socket of sockets) socket.destroy();
    silent.close();
  }
};

describe('the set-up of the embedded mongod', function () {
  // Selecting a server takes a minute.
  this.timeout(20_000);

  const access = { user: 'root', password: 'secret', version: '6.0.5' };
  for (const [name, start] of Object.entries({
    'of a first start': (host: string, signal: AbortSignal) => setUp(host, access, signal),
    'of a later start': (host: string, signal: AbortSignal) =>
      moveMember(`mongodb://root:secret@${host}/?directConnection=true`, host, signal),
  }))
    it(`${name} ends at once when it is stopped while mongod does not answer`, async () => {
      await withSilent(async (host, connected) => {
        const stop = new AbortController();
        const failure = start(host, stop.signal).catch((error: Error) => error);
        await connected;
        stop.abort(new Error('stopped'));
        expect(((await failure) as Error).message).to.equal('stopped');
      });
    });
});

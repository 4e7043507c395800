/** The rest of a body that is no longer needed is discarded or cut off. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { PassThrough, Writable } from 'node:stream';
import { mock } from 'node:test';
import { expect } from 'chai';
import { bodyRead } from '../../../src/http/unread-body.ts';

/** Pieces of a body that is larger than all buffers on its way. */
const PIECES = 64;
const PIECE = Buffer.alloc(65_536);

const body = () => new PassThrough() as PassThrough & IncomingMessage;
async function send(to: PassThrough): Promise<void> {
  for (let i = 0; i < PIECES; i += 1) if (!to.write(PIECE)) await once(to, 'drain');
  to.end();
}

describe('a body that is not needed', () => {
  it('is read to its end even if it is piped to a stream that nobody reads any more', async () => {
    const req = body();
    const stuck = new Writable({ highWaterMark: 1, write: () => undefined });
    req.pipe(stuck);
    const sent = send(req);
    await bodyRead(req);
    await sent;
    expect(req.readableEnded).to.equal(true);
    expect(stuck.writableLength).to.be.at.most(2 * PIECE.length);
  });

  it('is not waited for if it has ended or its client has disconnected', async () => {
    const ended = body();
    ended.resume().end();
    await once(ended, 'end');
    await bodyRead(ended);
    const gone = body();
    gone.destroy();
    await bodyRead(gone);
    const failing = body();
    const read = bodyRead(failing);
    failing.destroy(new Error('reset'));
    await read;
  });

  it('is cut off if it does not end after some time, and not sooner', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const req = body();
      const read = bodyRead(req);
      mock.timers.tick(29_999);
      expect(req.destroyed).to.equal(false);
      mock.timers.tick(1);
      await read;
      expect(req.destroyed).to.equal(true);
    } finally {
      mock.timers.reset();
    }
  });
});

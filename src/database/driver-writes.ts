/**
 * Makes writes of the MongoDB driver fail when their connection closes.
 *
 * A command that does not fit into the socket's buffer (16 KiB on Node 20) waits for the socket's `drain` or `error`. A
 * socket that the other side closes normally, or that the driver itself destroys after a missed heartbeat, emits only
 * `close`, so that the command waits for ever and keeps its place in the connection pool (seen in mongodb 7.5 to 7.9).
 * Here such a write rejects with the error of its connection. The driver then treats it as any network error: retryable
 * writes are retried.
 */
import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';

interface DriverConnection extends EventEmitter {
  /** Why the connection was closed. */
  error: Error | null;
  writeCommand(...args: unknown[]): Promise<void>;
}

const fromMongoose = createRequire(createRequire(import.meta.url).resolve('mongoose'));
/** Marks a class that is already patched. */
const DONE = Symbol('writes end with their connection');

/**
 * Must be called before the first connection is made.
 * @throws Error if the driver has changed so much that this patch must be reviewed
 */
export function endWritesOfClosedConnections(): void {
  const { Connection } = fromMongoose('mongodb/lib/cmap/connection.js') as {
    Connection?: { prototype: Partial<DriverConnection>; [DONE]?: true };
  };
  if (Connection?.[DONE]) return;
  const write = Connection?.prototype.writeCommand;
  if (!Connection || !write) throw new Error('The MongoDB driver has changed: look at driver-writes.ts again.');
  Connection.prototype.writeCommand = async function (this: DriverConnection, ...args: unknown[]): Promise<void> {
    const closed: { reject?: (error: Error) => void } = {};
    const onClose = (): void => closed.reject?.(this.error ?? new Error('the connection was closed'));
    const lost = new Promise<never>((_resolve, reject) => {
      closed.reject = reject;
    });
    this.once('close', onClose);
    try {
      await Promise.race([write.apply(this, args), lost]);
    } finally {
      this.off('close', onClose);
    }
  };
  Connection[DONE] = true;
}

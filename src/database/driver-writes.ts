/**
 * Makes writes of the MongoDB driver end when their connection closes.
 *
 * A command that does not fit into the socket's buffer (16 KiB on Node 20) waits for the socket's `drain` or `error`. A
 * socket that the other side closes in order, or that the driver itself destroys after a missed heartbeat, emits
 * `close` alone, so that the command waits for ever and keeps its place in the connection pool (seen in mongodb 7.5 to
 * 7.9). Here such a connection tells its error to whoever waits. The driver then treats it as any network error:
 * retryable writes are retried.
 */
import { createRequire } from 'node:module';

interface DriverConnection {
  closed: boolean;
  socket: { emit(event: 'error', error: Error): boolean };
  cleanup(error: Error): void;
}

const fromMongoose = createRequire(createRequire(import.meta.url).resolve('mongoose'));
let isDone = false;

/**
 * To be called before the first connection is made. @throws Error when the driver has changed so much that this has to
 * be looked at again
 */
export function endWritesOfClosedConnections(): void {
  if (isDone) return;
  isDone = true;
  const { Connection } = fromMongoose('mongodb/lib/cmap/connection.js') as {
    Connection?: { prototype: Partial<DriverConnection> };
  };
  const cleanup = Connection?.prototype.cleanup;
  if (!Connection || !cleanup)
    throw new Error('The MongoDB driver has no Connection.cleanup any more: look at driver-writes.ts again.');
  Connection.prototype.cleanup = function (this: DriverConnection, error: Error): void {
    const wasOpen = !this.closed;
    cleanup.call(this, error);
    if (wasOpen) this.socket.emit('error', error);
  };
}

/** How a server closes: requests in progress may finish, and idle connections do not delay it. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Milliseconds in which requests in progress may finish. */
export const CLOSE_MS = 10_000;
/** Milliseconds in which a new connection may still send its first request. Node.js counts it as busy until then. */
const FIRST_REQUEST_MS = 1_000;

/** To be called before the server listens. @returns closes the server; does nothing if it is not listening */
export function closing(server: Server): () => Promise<void> {
  const unused = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  for (const event of ['request', 'checkContinue'] as const) server.on(event, ({ socket }) => unused.delete(socket));
  return async () => {
    if (!server.listening) return;
    const timers = [
      setTimeout(() => server.closeAllConnections(), CLOSE_MS),
      setTimeout(() => {
        for (const socket of unused) socket.destroy();
      }, FIRST_REQUEST_MS),
      // Otherwise a connection whose request has just finished would be kept alive.
      setInterval(() => server.closeIdleConnections(), 100),
    ];
    await new Promise((resolve) => server.close(resolve));
    for (const timer of timers) clearTimeout(timer);
  };
}

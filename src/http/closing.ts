/** How a server ends: requests under way may end, and nobody who asks for nothing holds it up. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Milliseconds in which requests under way may end. */
export const CLOSE_MS = 10_000;
/** Milliseconds in which a connection may still send its first request. Node counts it as busy until then. */
const FIRST_REQUEST_MS = 1_000;

/** To be called before the server listens. @returns what closes it; where it does not listen, nothing happens */
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
      // A connection whose request ends only now would otherwise be kept alive.
      setInterval(() => server.closeIdleConnections(), 100),
    ];
    await new Promise((resolve) => server.close(resolve));
    for (const timer of timers) clearTimeout(timer);
  };
}

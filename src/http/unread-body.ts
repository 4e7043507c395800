/** What happens to the rest of a body that is no longer needed. */
import type { IncomingMessage } from 'node:http';

/** How long a client may go on sending a body after it has been answered; then the connection is cut. */
const LINGER_MS = 30_000;

/**
 * Discards the rest of a request's body. @returns when it has ended, the client has disconnected, or the connection was
 * cut. Never rejects
 */
export function bodyRead(req: IncomingMessage): Promise<void> {
  if (req.readableEnded || req.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const cut = setTimeout(() => req.destroy(), LINGER_MS);
    const done = (): void => {
      clearTimeout(cut);
      resolve();
    };
    req.once('end', done).once('close', done).on('error', done);
    req.unpipe();
    req.resume();
  });
}

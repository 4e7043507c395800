/** What becomes of a body that nobody wants any more. */
import type { IncomingMessage } from 'node:http';

/** So long may a client go on sending a body whose answer it has; then the connection is cut. */
const LINGER_MS = 30_000;

/** Throws away the rest of a request's body. @returns when it has ended, the client has gone, or the connection was cut. Never rejects */
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

/** Work for a client that may hang up before it is answered. */
import type { Context } from 'koa';
import { onceOver } from './once-over.ts';

/**
 * Aborted when nobody waits for the answer any more: the connection has ended, or the answer has been sent. Its reason is sorted as
 * any other sign that the client has hung up.
 * Usage: `await findings(ecg, database, clientGone(ctx))`
 */
export function clientGone(ctx: Context): AbortSignal {
  const gone = new AbortController();
  const reason = Object.assign(new Error('The client has gone.'), { code: 'ERR_STREAM_PREMATURE_CLOSE' });
  onceOver(ctx, () => gone.abort(reason));
  return gone.signal;
}

/** Work for a client that may disconnect before it is answered. */
import type { Context } from 'koa';
import { onceOver } from './once-over.ts';

/**
 * Aborted when nobody waits for the answer any more: the connection has ended, or the answer has been sent. Its reason
 * is classified like any other client disconnect. Usage: `await findings(ecg, database, clientGone(ctx))`
 */
export function clientGone(ctx: Context): AbortSignal {
  const gone = new AbortController();
  onceOver(ctx, () =>
    gone.abort(Object.assign(new Error('The client disconnected.'), { code: 'ERR_STREAM_PREMATURE_CLOSE' })),
  );
  return gone.signal;
}

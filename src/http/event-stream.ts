/** Server-sent events about a document that is polled, so that any instance can report, whichever does the work. */
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'koa';
import { Problem } from '../errors.ts';
import { onceOver } from './once-over.ts';
import type { Identity } from './operation.ts';
import type { PlacesPerUser } from './places.ts';

/** Milliseconds between two reads. */
const POLL_MS = 500;
/** Proxies usually cut silent connections after a minute. */
const HEARTBEAT_MS = 15_000;

/** The document as it is now. */
export interface Look {
  view: { version: number };
  /** Whether it will not change any more. */
  isOver: boolean;
}

/** How a stream of events goes on and ends. */
export interface Watching {
  /** Whether the client may still see the document. */
  mayGoOn: () => Promise<boolean>;
  /** Milliseconds of silence after which a comment is sent. */
  heartbeatMs: number;
  /** Ends the events early: the client has disconnected, or the service stops. */
  signal: AbortSignal;
}

/**
 * Yields an event `progress` with the document immediately and after every change, and `end` as the last one. Comments
 * in between keep the connection alive.
 * @param look reads the document; null if it is gone, which ends the events
 */
export async function* polledEvents(
  look: () => Promise<Look | null>,
  { mayGoOn, heartbeatMs, signal }: Watching,
): AsyncGenerator<string> {
  let version = 0;
  let sentAt = 0;
  while (!signal.aborted && (await mayGoOn())) {
    const found = await look();
    if (!found) return;
    const { view, isOver } = found;
    if (isOver || view.version !== version) {
      version = view.version;
      sentAt = Date.now();
      yield `event: ${isOver ? 'end' : 'progress'}\nid: ${version}\ndata: ${JSON.stringify(view)}\n\n`;
      if (isOver) return;
    } else if (Date.now() - sentAt >= heartbeatMs) {
      sentAt = Date.now();
      yield ': still there\n\n';
    }
    await sleep(POLL_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

export interface Streaming {
  ctx: Context;
  user: Identity;
  confirm: () => Promise<void>;
  eventStreams: PlacesPerUser;
  /** Aborted when the service stops. */
  stopping: AbortSignal;
  /** Milliseconds without data after which a client would be considered silent. */
  idleMs: number;
}

/**
 * Answers with a stream of events, which ends with the token of its user. Errors: `too-many-streams`.
 * @param eventsOf makes the events
 */
export function answerEvents(
  { ctx, user, confirm, eventStreams, stopping, idleMs }: Streaming,
  eventsOf: (watching: Watching) => AsyncIterable<string>,
): void {
  const leave = eventStreams.take(user.userId);
  const over = new AbortController();
  const stop = (): void => over.abort();
  // Not AbortSignal.any: Node 20 would keep a part of each stream for as long as the service runs.
  if (stopping.aborted) stop();
  else stopping.addEventListener('abort', stop);
  onceOver(ctx, () => {
    leave();
    stopping.removeEventListener('abort', stop);
    stop();
  });
  ctx.type = 'text/event-stream';
  // Nginx would delay events until its buffer is full.
  ctx.set('X-Accel-Buffering', 'no');
  const mayGoOn = async (): Promise<boolean> => Date.now() < 1_000 * user.tokenExpiresAt && isConfirmed(confirm);
  const heartbeatMs = Math.min(HEARTBEAT_MS, idleMs);
  ctx.body = Readable.from(eventsOf({ mayGoOn, heartbeatMs, signal: over.signal }));
}

async function isConfirmed(confirm: () => Promise<void>): Promise<boolean> {
  try {
    await confirm();
    return true;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

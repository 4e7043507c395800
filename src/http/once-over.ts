/**
 * When an answer is over. Node.js emits no event for an answer that is queued after others when its connection ends.
 */
import type { Socket } from 'node:net';
import type { Context, Middleware } from 'koa';

/** The key in a request's state for the callbacks to run when its answer is over. */
const CALLS = Symbol('calls');
type State = Record<typeof CALLS, (() => void)[] | undefined>;

/** Records what `onceOver` needs. Usage: `koa.use(answerEnds())`, before everything else. */
export function answerEnds(): Middleware {
  /** Per connection, the callbacks of its open answers: one listener serves them all. */
  const open = new WeakMap<Socket, Set<() => void>>();
  const endsOf = (socket: Socket): Set<() => void> => {
    const made = new Set<() => void>();
    open.set(socket, made);
    socket.once('close', () => {
      for (const end of made) end();
    });
    return made;
  };
  return (ctx, next) => {
    const { req, res } = ctx;
    const calls: (() => void)[] = [];
    (ctx.state as State)[CALLS] = calls;
    const others = open.get(req.socket) ?? endsOf(req.socket);
    const end = (): void => {
      others.delete(end);
      for (const call of calls.splice(0)) call();
    };
    others.add(end);
    res.once('close', end);
    return next();
  };
}

/** Calls back once: when the answer has been sent, or when its connection has ended. */
export function onceOver({ req, res, state }: Context, over: () => void): void {
  // The type does not cover a request whose connection has ended.
  const socket = req.socket as Socket | null;
  const calls = (state as State)[CALLS];
  if (!calls) throw new Error('koa.use(answerEnds()) is missing');
  if (res.closed || socket === null || socket.destroyed) over();
  else calls.push(over);
}

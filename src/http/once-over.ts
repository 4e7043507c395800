/** When an answer is over: Node says nothing of one that waits behind others of a connection when that ends. */
import type { Socket } from 'node:net';
import type { Context, Middleware } from 'koa';

/** Where the state of a request keeps what is called when its answer is over. */
const CALLS = Symbol('calls');
type State = Record<typeof CALLS, (() => void)[] | undefined>;

/** Keeps what `onceOver` needs to know. Usage: `koa.use(answerEnds())`, before everything else. */
export function answerEnds(): Middleware {
  /** What ends the answers of a connection that are not over yet: however many those are, there is one listener. */
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

/** Calls back once: when the answer has been sent, or its connection has ended. */
export function onceOver({ req, res, state }: Context, over: () => void): void {
  // The type knows no request whose connection has gone.
  const socket = req.socket as Socket | null;
  const calls = (state as State)[CALLS];
  if (!calls) throw new Error('koa.use(answerEnds()) is missing');
  if (res.closed || socket === null || socket.destroyed) over();
  else calls.push(over);
}

/** When an answer is over: Node says nothing of one that waits behind others of a connection when that ends. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Context } from 'koa';

/** What is called when an answer is over. */
const calls = new WeakMap<ServerResponse, (() => void)[]>();
/** What ends the answers of a connection that are not over yet. */
const ends = new WeakMap<Socket, Set<() => void>>();

/** Calls back once: when the answer has been sent, or its connection has ended. */
export function onceOver({ req, res }: Context, over: () => void): void {
  // The type knows no request whose connection has gone.
  const socket = req.socket as Socket | null;
  if (res.closed || socket === null || socket.destroyed) over();
  else (calls.get(res) ?? callsOf(res, socket)).push(over);
}

/** However many wait for it, there is one listener of each answer, and one of each connection. */
function callsOf(res: ServerResponse, socket: Socket): (() => void)[] {
  const made: (() => void)[] = [];
  calls.set(res, made);
  const others = ends.get(socket) ?? endsOf(socket);
  const end = (): void => {
    others.delete(end);
    for (const call of made.splice(0)) call();
  };
  others.add(end);
  res.once('close', end);
  return made;
}

function endsOf(socket: Socket): Set<() => void> {
  const made = new Set<() => void>();
  ends.set(socket, made);
  socket.once('close', () => {
    for (const end of made) end();
  });
  return made;
}

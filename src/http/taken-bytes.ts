/** What the other side of a connection has taken: Node.js tells what it was given to send, and not what has arrived. */
import { readFileSync, readlinkSync } from 'node:fs';
import type { Socket } from 'node:net';

/** What Node.js keeps of a connection besides: its descriptor, the bytes it was given, and those it still holds. */
interface Handle {
  fd?: number;
  bytesWritten?: number;
  writeQueueSize?: number;
}

/** By the inode of a connection: bytes that the system still holds. */
type Table = ReadonlyMap<string, number>;

/**
 * Looks once at all connections of the system, however many are asked about: that costs some milliseconds.
 * @returns what tells the bytes of a connection that the other side has acknowledged: those that were sent, without
 * those that the system still holds, as proc_net_tcp(5) has them (`tx_queue`). They grow as long as the other side
 * reads, and stand still where it does not. Null where the system does not tell, which is everywhere but on Linux.
 */
export function lookAtTaken(): (socket: Socket) => number | null {
  const tables = new Map<string, Table>();
  const held = (name: string, inode: string): number | undefined => {
    const table = tables.get(name) ?? tableOf(name);
    tables.set(name, table);
    return table.get(inode);
  };
  return (socket) => {
    const { fd = -1, bytesWritten, writeQueueSize } = (socket as Socket & { _handle?: Handle | null })._handle ?? {};
    if (process.platform !== 'linux' || fd < 0) return null;
    if (bytesWritten === undefined || writeQueueSize === undefined) return null;
    try {
      const [inode = ''] = /\d+/.exec(readlinkSync(`/proc/self/fd/${fd}`)) ?? [];
      const bytes = held(socket.localFamily === 'IPv6' ? 'tcp6' : 'tcp', inode);
      return bytes === undefined ? null : bytesWritten - writeQueueSize - bytes;
    } catch {
      // A sandbox without /proc tells nothing.
      return null;
    }
  };
}

function tableOf(name: string): Table {
  const table = new Map<string, number>();
  for (const line of readFileSync(`/proc/self/net/${name}`, 'latin1').split('\n').slice(1)) {
    const [, , , , queues = '', , , , , inode = ''] = line.trim().split(/\s+/);
    table.set(inode, Number.parseInt(queues, 16));
  }
  return table;
}

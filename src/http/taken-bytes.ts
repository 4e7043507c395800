/**
 * How much the other side of a connection has received: Node.js reports what was given to the system to send, not what
 * has arrived.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import type { Socket } from 'node:net';

/**
 * Undocumented properties of a Node.js connection: its descriptor, the bytes written, and those still in its own queue.
 */
interface Handle {
  fd?: number;
  bytesWritten?: number;
  writeQueueSize?: number;
}

/** By the inode of a connection: bytes in the system's send queue. */
type Table = ReadonlyMap<string, number>;

/**
 * Reads the state of all connections of the system at once, which takes some milliseconds however many are checked.
 * @returns for a connection, the bytes that the other side has acknowledged: those written, less those in the system's
 * send queue (`tx_queue` in proc_net_tcp(5)). The number grows as long as the other side reads, and stands still when
 * it does not. Null if the system does not report it; only Linux does.
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
      // In a sandbox without /proc.
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

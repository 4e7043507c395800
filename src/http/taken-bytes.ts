/** What the other side of a connection has taken: Node.js tells what it was given to send, and not what has arrived. */
import { readFileSync, readlinkSync } from 'node:fs';
import type { Socket } from 'node:net';

/** What Node.js keeps of a connection besides: its descriptor, the bytes it was given, and those it still holds. */
interface Handle {
  fd?: number;
  bytesWritten?: number;
  writeQueueSize?: number;
}

/**
 * Bytes of a connection that the other side has acknowledged: those that were sent, without those that the system still
 * holds, as proc_net_tcp(5) has them (`tx_queue`). It grows as long as the other side reads, and stands still where it
 * does not. Null where the system does not tell, which is everywhere but on Linux.
 */
export function takenBytes(socket: Socket): number | null {
  const { fd = -1, bytesWritten, writeQueueSize } = (socket as Socket & { _handle?: Handle | null })._handle ?? {};
  if (process.platform !== 'linux' || fd < 0 || bytesWritten === undefined || writeQueueSize === undefined) return null;
  const held = heldBySystem(fd);
  return held === null ? null : bytesWritten - writeQueueSize - held;
}

function heldBySystem(fd: number): number | null {
  try {
    const [inode] = /\d+/.exec(readlinkSync(`/proc/self/fd/${fd}`)) ?? [];
    for (const table of ['tcp', 'tcp6']) {
      const lines = readFileSync(`/proc/self/net/${table}`, 'latin1');
      const mark = ` ${inode} `;
      for (let at = lines.indexOf(mark); at !== -1; at = lines.indexOf(mark, at + 1)) {
        const line = lines.slice(lines.lastIndexOf('\n', at) + 1, at + mark.length);
        const [, , , , queues = '', , , , , found] = line.trim().split(/\s+/);
        // Another number of the line may be the same.
        if (found === inode) return Number.parseInt(queues, 16);
      }
    }
  } catch {
    // A sandbox without /proc tells nothing.
  }
  return null;
}

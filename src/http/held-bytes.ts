/** What the system still holds of a connection: Node.js tells what it has handed over, and not what has arrived. */
import { readFileSync, readlinkSync } from 'node:fs';
import type { Socket } from 'node:net';

/**
 * Bytes that were sent over a connection and that the other side has not taken yet, as proc_net_tcp(5) has them
 * (`tx_queue`); null where the system does not tell, which is everywhere but on Linux.
 */
export function heldBytes(socket: Socket): number | null {
  const { fd } = (socket as Socket & { _handle?: { fd?: number } | null })._handle ?? {};
  if (process.platform !== 'linux' || fd === undefined || fd < 0) return null;
  try {
    const [inode] = /\d+/.exec(readlinkSync(`/proc/self/fd/${fd}`)) ?? [];
    for (const table of ['tcp', 'tcp6']) {
      for (const line of readFileSync(`/proc/self/net/${table}`, 'latin1').split('\n')) {
        const [, , , , queues = '', , , , , at] = line.trim().split(/\s+/);
        if (at !== undefined && at === inode) return Number.parseInt(queues, 16);
      }
    }
  } catch {
    // A sandbox without /proc tells nothing.
  }
  return null;
}

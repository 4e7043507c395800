/** Large answers that are thrown away as they arrive, with as little work in the client as possible. */
import { connect } from 'node:net';
import type { Service } from './support.ts';

const BUFFER_BYTES = 1 << 18;
/** More than the head of any answer. */
const HEAD_BYTES = 8_000;
const LAST_CHUNK = '0\r\n\r\n';

/**
 * Reads an answer to its end. Returns its seconds, from the request on, and its bytes as sent.
 * @throws Error if it is not a complete 200
 */
export async function receive(
  { url, token }: Pick<Service, 'url' | 'token'>,
  path: string,
): Promise<{ seconds: number; bytes: number }> {
  const { hostname, port, host } = new URL(url);
  const start = performance.now();
  let head = '';
  let tail = '';
  let bytes = 0;
  await new Promise<void>((resolve, reject) => {
    const socket = connect({
      host: hostname,
      port: Number(port),
      onread: {
        buffer: Buffer.alloc(BUFFER_BYTES),
        callback(length, buffer) {
          const piece = (buffer as Buffer).subarray(0, length);
          if (bytes === 0) head = piece.toString('latin1', 0, HEAD_BYTES);
          tail = (tail + piece.toString('latin1', Math.max(0, length - LAST_CHUNK.length))).slice(-LAST_CHUNK.length);
          bytes += length;
          return true;
        },
      },
    });
    socket.once('error', reject).once('close', () => resolve());
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
    );
  });
  const seconds = (performance.now() - start) / 1000;
  if (!head.startsWith('HTTP/1.1 200 ')) throw new Error(`${path} was answered with ${head}`);
  const length = /\r\nContent-Length: (\d+)\r\n/.exec(head)?.[1];
  const isComplete =
    length === undefined ? tail === LAST_CHUNK : bytes === head.indexOf('\r\n\r\n') + 4 + Number(length);
  if (!isComplete) throw new Error(`the answer to ${path} broke off after ${bytes} bytes`);
  return { seconds, bytes };
}

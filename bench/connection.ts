/**
 * One keep-alive connection that sends prepared bytes. It uses as little processor time as possible, so that it hardly
 * affects what it measures.
 */
import { connect, type Socket } from 'node:net';

export interface Answer {
  status: number;
  body: Buffer;
}

const HEAD_END = Buffer.from('\r\n\r\n');
/** The last bytes of an answer in chunks. */
const LAST_CHUNK = Buffer.from('0\r\n\r\n');

/** HTTP/1.1, one request at a time. */
export class HttpConnection {
  readonly #socket: Socket;
  #received: Buffer[] = [];
  #length = 0;
  /** Bytes of the whole answer; null until its head has arrived. */
  #expected: number | 'chunked' | null = null;
  #headLength = 0;
  #status = 0;
  #waiting: { resolve(answer: Answer): void; reject(error: Error): void } | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.#take(bytes));
    const fail = (error: Error): void => {
      this.#waiting?.reject(error);
      this.#waiting = null;
    };
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('the server closed the connection')));
  }

  static open(url: string): Promise<HttpConnection> {
    const { hostname, port } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => {
        socket.off('error', reject);
        resolve(new HttpConnection(socket));
      });
      socket.once('error', reject);
    });
  }

  /** Sends a request, whose bytes may be reused after the answer, and a longer body piece by piece. */
  send(request: Buffer, body?: Iterator<Buffer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      const sent = (error?: Error | null): void => {
        const piece = error ? undefined : body?.next();
        if (piece && !piece.done) this.#socket.write(piece.value, sent);
      };
      this.#socket.write(request, sent);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    this.#received.push(bytes);
    this.#length += bytes.length;
    if (this.#expected === null && !this.#readHead()) return;
    if (this.#expected === 'chunked' ? !this.#mayEnd(bytes) : this.#length < (this.#expected as number)) return;
    const whole = this.#received.length === 1 ? (this.#received[0] as Buffer) : Buffer.concat(this.#received);
    const sent = whole.subarray(this.#headLength);
    const body = this.#expected === 'chunked' ? unchunked(sent) : sent;
    // Its chunks only looked complete.
    if (body === null) return;
    this.#received = [];
    this.#length = 0;
    this.#expected = null;
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve({ status: this.#status, body });
  }

  /** Whether an answer in chunks may be complete, by the end of its last piece, if that is long enough to tell. */
  #mayEnd(last: Buffer): boolean {
    return last.length < LAST_CHUNK.length || last.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK);
  }

  #readHead(): boolean {
    const bytes = this.#received.length === 1 ? (this.#received[0] as Buffer) : Buffer.concat(this.#received);
    const end = bytes.indexOf(HEAD_END);
    if (end === -1) return false;
    const head = bytes.toString('latin1', 0, end);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    const isChunked = /\r\ntransfer-encoding: *chunked/i.test(head);
    if (length === undefined && !isChunked) throw new Error(`an answer without a length: ${head}`);
    this.#status = Number(head.slice(9, 12));
    this.#headLength = end + HEAD_END.length;
    this.#expected = isChunked ? 'chunked' : this.#headLength + Number(length);
    return true;
  }
}

/** The content of a body in chunks; null if it is not complete. */
function unchunked(bytes: Buffer): Buffer | null {
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const length = lineEnd === -1 ? NaN : parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const end = lineEnd + 2 + length;
    if (Number.isNaN(end) || end + 2 > bytes.length) return null;
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(bytes.subarray(lineEnd + 2, end));
    at = end + 2;
  }
}

/** The bytes of a request; only those of its head if just the length of the body is given. */
export function requestBytes(
  method: string,
  url: string,
  path: string,
  token: string | null,
  body: Buffer | number | null,
  accept?: string,
): Buffer {
  const head = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${new URL(url).host}`,
    ...(token === null ? [] : [`Authorization: Bearer ${token}`]),
    ...(accept === undefined ? [] : [`Accept: ${accept}`]),
    ...(body === null
      ? []
      : ['Content-Type: application/json', `Content-Length: ${typeof body === 'number' ? body : body.length}`]),
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), ...(Buffer.isBuffer(body) ? [body] : [])]);
}

/** A client of the API for a verification: small requests through fetch, large uploads through a socket that can be stopped at any byte. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

export interface Answer {
  status: number;
  headers: Headers;
  /** JSON where there is some. */
  // oxlint-disable-next-line typescript/no-explicit-any -- what is expected of it is what the verification checks
  body: any;
}

/** Sends one request to `BASE/api/v1PATH` and reads the answer. */
export async function call(base: string, method: string, path: string, token?: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const all = { ...headers, ...(token && { Authorization: `Bearer ${token}` }), ...(body !== undefined && { 'Content-Type': 'application/json' }) };
  const answer = await fetch(`${base}/api/v1${path}`, { method, headers: all, ...(body !== undefined && { body: JSON.stringify(body) }) });
  return { status: answer.status, headers: answer.headers, body: parsed(await answer.text()) };
}

/** @returns an access token. @throws Error when the log-in is refused */
export async function logIn(base: string, user: { email: string; password: string }): Promise<string> {
  const { status, body } = await call(base, 'POST', '/auth/login', undefined, user);
  if (status !== 200) throw new Error(`The log-in was answered with ${status}`);
  return body.accessToken;
}

/**
 * Uploads a recording as it is made; its length is not announced.
 * @param halfway is awaited before the chunk that makes the body longer than `half` bytes; when it throws, the connection is cut there
 * @returns the answer, also where it came before the body's end; null where the connection broke without one
 */
export async function upload(base: string, token: string | undefined, chunks: Iterable<Uint8Array>, half = Infinity, halfway?: () => Promise<void>): Promise<Answer | null> {
  const sent = request(`${base}/api/v1/ecgs`, { method: 'POST', agent: false, headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) } });
  const answered = once(sent, 'response').then(async ([response]: IncomingMessage[]) => response ? { response, body: await text(response) } : null).catch(() => null);
  await pipeline(Readable.from(pausing(chunks, half, halfway)), sent).catch(() => undefined);
  const answer = await answered;
  return answer && { status: answer.response.statusCode ?? 0, headers: new Headers(answer.response.headers as Record<string, string>), body: parsed(answer.body) };
}

async function* pausing(chunks: Iterable<Uint8Array>, half: number, halfway?: () => Promise<void>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for (const chunk of chunks) {
    if (bytes <= half && bytes + chunk.length > half) await halfway?.();
    bytes += chunk.length;
    yield chunk;
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

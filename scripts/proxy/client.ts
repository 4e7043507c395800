/**
 * A client of the API for a verification: small requests through fetch, and large uploads through a socket that can be
 * stopped at any byte.
 */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Upload } from 'tus-js-client';

export interface Answer {
  status: number;
  headers: Headers;
  /** The parsed JSON, if there is any. */
  // oxlint-disable-next-line typescript/no-explicit-any -- what is expected of it is what the verification checks
  body: any;
}

/** Sends one request to `BASE/api/v1PATH` and reads the answer. */
export async function call(
  base: string,
  method: string,
  path: string,
  token?: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const all = {
    ...headers,
    ...(token && { Authorization: `Bearer ${token}` }),
    ...(body !== undefined && { 'Content-Type': 'application/json' }),
  };
  const answer = await fetch(`${base}/api/v1${path}`, {
    method,
    headers: all,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, headers: answer.headers, body: parsed(await answer.text()) };
}

/** @returns an access token. @throws Error when the log-in is refused */
export async function logIn(base: string, user: { email: string; password: string }): Promise<string> {
  const { status, body } = await call(base, 'POST', '/auth/login', undefined, user);
  if (status !== 200) throw new Error(`The log-in was answered with ${status}`);
  return body.accessToken;
}

/** Runs in the middle of an upload; its result says how the upload continues. */
export type Halfway = () => Promise<'go on' | 'break off'>;

/** Thrown inside the body to break the connection. */
const BROKEN_OFF = new Error('broken off');

/**
 * Uploads a recording while it is generated; its length is not announced.
 * @param half the byte at which `halfway` is awaited
 * @returns the answer, even if it came before the end of the body; null if the connection broke without one
 * @throws what `halfway` throws
 */
export async function upload(
  base: string,
  token: string | undefined,
  chunks: Iterable<Uint8Array>,
  half = Infinity,
  halfway?: Halfway,
): Promise<Answer | null> {
  const sent = request(`${base}/api/v1/ecgs`, {
    method: 'POST',
    agent: false,
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
  });
  const answered = once(sent, 'response')
    .then(
      async ([response]: IncomingMessage[]) =>
        response && {
          status: response.statusCode ?? 0,
          headers: new Headers(response.headers as Record<string, string>),
          body: parsed(await text(response)),
        },
    )
    .catch(() => undefined);
  await pipeline(Readable.from(pausing(chunks, half, halfway)), sent).catch((error: NodeJS.ErrnoException) => {
    // An error with a code comes from the connection; the answer then says more.
    if (error !== BROKEN_OFF && error.code === undefined) throw error;
  });
  return (await answered) ?? null;
}

/** An upload by tus-js-client, which goes on after every interruption. */
export interface Resumed {
  /** Its id, once all bytes are stored. Errors: those of the client. */
  id: Promise<string>;
  /** Bytes that are stored by now. */
  offset: () => Promise<number>;
}

/** Begins to upload a file in requests of 4 MiB. */
export function resumed(base: string, token: string, file: Buffer): Resumed {
  let address = '';
  const id = new Promise<string>((resolve, reject) => {
    const sending = new Upload(file, {
      endpoint: `${base}/api/v1/uploads`,
      chunkSize: 4 * 1024 * 1024,
      metadata: { filename: 'large.json' },
      headers: { Authorization: `Bearer ${token}` },
      retryDelays: Array.from({ length: 50 }, () => 200),
      onUploadUrlAvailable: () => {
        address = sending.url?.split('/').at(-1) ?? '';
      },
      onError: reject,
      onSuccess: () => resolve(address),
    });
    sending.start();
  });
  id.catch(() => undefined);
  const offset = async (): Promise<number> =>
    address === '' ? 0 : (await call(base, 'GET', `/uploads/${address}`, token)).body.offset;
  return { id, offset };
}

async function* pausing(chunks: Iterable<Uint8Array>, half: number, halfway?: Halfway): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for (const chunk of chunks) {
    if (bytes <= half && bytes + chunk.length > half && (await halfway?.()) === 'break off') throw BROKEN_OFF;
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

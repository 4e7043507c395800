/**
 * One large upload from a file, with as little work in the client as possible: it runs on the same cores as what it
 * measures.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { HttpConnection, requestBytes } from './connection.ts';
import type { Service } from './support.ts';

const PIECE_BYTES = 1 << 20;
const BOUNDARY = 'leadwire-bench-boundary';

/** Who uploads, and where. */
export type Sender = Pick<Service, 'url' | 'token' | 'uploads'>;

/** Milliseconds from the first byte sent to the 201. */
export async function upload({ url, token, uploads }: Sender, file: string): Promise<number> {
  const connection = await HttpConnection.open(url);
  const head = requestBytes('POST', url, uploads, token, statSync(file).size);
  const start = performance.now();
  const { status, body } = await connection.send(head, filePieces(file)).finally(() => connection.close());
  if (status !== 201) throw new Error(`the upload was answered with ${status}: ${body.toString().slice(0, 500)}`);
  return performance.now() - start;
}

/** The file in pieces that share one buffer: each is valid until the next is requested. */
export function* filePieces(file: string): Generator<Buffer, void, void> {
  const piece = Buffer.alloc(PIECE_BYTES);
  const descriptor = openSync(file, 'r');
  try {
    for (let length = readSync(descriptor, piece); length > 0; length = readSync(descriptor, piece))
      yield piece.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

/** What came of an upload. */
export interface Uploaded {
  status: number;
  /** Of the first byte sent until the answer. */
  seconds: number;
  /** Of the body. */
  bytes: number;
  /** The answer. */
  answer: Buffer;
}

/** Uploads several files as one form. @param files in the order in which they are sent */
export async function uploadForm({ url, token, uploads }: Sender, files: readonly string[]): Promise<Uploaded> {
  const heads = files.map((file) =>
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="${basename(file)}"\r\n\r\n`),
  );
  const tail = Buffer.from(`--${BOUNDARY}--\r\n`);
  const lineEnd = Buffer.from('\r\n');
  const bytes = files.reduce(
    (sum, file, i) => sum + (heads[i] as Buffer).length + statSync(file).size + lineEnd.length,
    tail.length,
  );
  const body = function* (): Generator<Buffer, void, void> {
    for (const [i, file] of files.entries()) {
      yield heads[i] as Buffer;
      yield* filePieces(file);
      yield lineEnd;
    }
    yield tail;
  };
  const head =
    `POST ${uploads} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nAuthorization: Bearer ${token}\r\n` +
    `Content-Type: multipart/form-data; boundary=${BOUNDARY}\r\nContent-Length: ${bytes}\r\n\r\n`;
  const connection = await HttpConnection.open(url);
  const start = performance.now();
  const { status, body: answer } = await connection.send(Buffer.from(head), body()).finally(() => connection.close());
  return { status, seconds: (performance.now() - start) / 1000, bytes, answer };
}

/** The same of one recording. @throws Error if it was not created */
export async function uploadRecording(
  sender: Sender,
  files: readonly string[],
): Promise<Uploaded & { id: string; perSecond: number }> {
  const uploaded = await uploadForm(sender, files);
  const text = uploaded.answer.toString();
  if (uploaded.status !== 201)
    throw new Error(`the upload was answered with ${uploaded.status}: ${text.slice(0, 500)}`);
  return {
    ...uploaded,
    id: (JSON.parse(text) as { id: string }).id,
    perSecond: uploaded.bytes / 1e6 / uploaded.seconds,
  };
}

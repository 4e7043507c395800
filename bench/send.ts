/**
 * One large upload from a file, with as little work in the client as possible: it runs on the same cores as what it
 * measures.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { HttpConnection, requestBytes } from './connection.ts';
import { API, type Service } from './support.ts';

const PIECE_BYTES = 1 << 20;

/** Milliseconds from the first byte sent to the 201. */
export async function upload({ url, token }: Service, file: string): Promise<number> {
  const connection = await HttpConnection.open(url);
  const head = requestBytes('POST', url, `${API}/ecgs?duplicate=allow`, token, statSync(file).size);
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

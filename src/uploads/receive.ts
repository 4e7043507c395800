/** Receives the body of a PATCH and stores it piece by piece, no faster than the database takes it. */
import type { Connection } from 'mongoose';
import type { Room } from '../database/room.ts';
import { Problem } from '../errors.ts';
import { Spool } from '../http/spool.ts';
import type { Limits } from '../startup/config.ts';
import type { StoredUpload } from './model.ts';
import { PIECE_BYTES, PieceWriter } from './pieces.ts';
import type { Checksum } from './tus.ts';

export interface Receiving {
  database: Connection;
  room: Room;
  limits: Limits;
  /** Rejects if the user may no longer send anything. */
  confirm: () => Promise<void>;
}

type Bytes = AsyncGenerator<Uint8Array, void, void>;

/**
 * Stores a body from the offset of the upload on. If it breaks off, everything that has arrived is stored.
 * @param checksum if given, nothing is stored before the whole body has arrived and matches it
 * @returns the upload afterwards
 * Errors: `offset-stale`, `body-too-large`, `checksum-mismatch`, `storage-full`; those of the body, of `confirm` and of
 * the database.
 */
export async function receive(
  upload: StoredUpload,
  body: Bytes,
  checksum: Checksum | null,
  deps: Receiving,
): Promise<StoredUpload> {
  const limited = atMost(body, upload.length - upload.offset);
  if (!checksum) return stored(upload, limited, deps);
  const spool = new Spool();
  try {
    for await (const bytes of limited) {
      checksum.hash.update(bytes);
      await spool.append(bytes);
    }
    if (!checksum.hash.digest().equals(checksum.expected))
      throw new Problem('checksum-mismatch', 'Nothing of the body was kept. Send it again.');
    return await stored(upload, spool.read(0, spool.length), deps);
  } finally {
    await spool.close();
  }
}

/** Errors: `body-too-large` before the bytes that are too many. */
async function* atMost(body: Bytes, most: number): Bytes {
  let received = 0;
  for await (const bytes of body) {
    received += bytes.length;
    if (received > most) {
      yield bytes.subarray(0, bytes.length - (received - most));
      throw tooLong();
    }
    yield bytes;
  }
}

export const tooLong = (): Problem =>
  new Problem(
    'body-too-large',
    'The file would be longer than its Upload-Length. Begin a new upload for another file.',
  );

async function stored(upload: StoredUpload, body: Bytes, deps: Receiving): Promise<StoredUpload> {
  if (upload.state !== 'receiving') {
    // Nothing is missing, and nothing can come.
    await body.next();
    return upload;
  }
  const writer = await PieceWriter.begin(deps.database, deps.limits, upload);
  const held = new Held();
  let isStoring = false;
  const store = async (bytes: Uint8Array): Promise<void> => {
    isStoring = true;
    await deps.room.ensure();
    await deps.confirm();
    await writer.store(bytes);
    isStoring = false;
  };
  try {
    for await (const bytes of body) for (const piece of held.add(bytes)) await store(piece);
  } catch (error) {
    // The connection has ended: what has arrived need not be sent again.
    if (!isStoring) await storeRest(held, store);
    throw error;
  }
  await storeRest(held, store, true);
  return writer.upload;
}

/** @param mustSucceed otherwise a failure only means that these bytes must be sent again */
async function storeRest(held: Held, store: (bytes: Uint8Array) => Promise<void>, mustSucceed = false): Promise<void> {
  const rest = held.take();
  if (rest.length === 0) return;
  await store(rest).catch((error: unknown) => {
    if (mustSucceed) throw error;
  });
}

/** Bytes that do not fill a piece yet. */
class Held {
  #parts: Uint8Array[] = [];
  #length = 0;

  /** Yields complete pieces. */
  *add(bytes: Uint8Array): Generator<Uint8Array, void, void> {
    let left = bytes;
    while (this.#length + left.length >= PIECE_BYTES) {
      const fitting = PIECE_BYTES - this.#length;
      this.#parts.push(left.subarray(0, fitting));
      this.#length = PIECE_BYTES;
      left = left.subarray(fitting);
      yield this.take();
    }
    if (left.length === 0) return;
    this.#parts.push(left);
    this.#length += left.length;
  }

  take(): Uint8Array {
    const all = Buffer.concat(this.#parts, this.#length);
    this.#parts = [];
    this.#length = 0;
    return all;
  }
}

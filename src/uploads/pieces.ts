/**
 * The bytes of uploads. A piece is stored first, and the offset of its upload is moved past it afterwards: only then is
 * it promised. Whatever happens in between, the offset tells the truth, and any instance can go on from it.
 */
import { type Connection, mongo, Types } from 'mongoose';
import { Problem } from '../errors.ts';
import type { Limits } from '../startup/config.ts';
import { expiry } from './begin.ts';
import { type ObjectId, type StoredPiece, type StoredUpload, uploadModel, uploadPieces } from './model.ts';

/** Bytes of a piece; the last one of a request may have fewer. */
export const PIECE_BYTES = 1_048_576;
/** Pieces that are read at once. */
const READ_AHEAD = 4;

type Place = Pick<StoredUpload, '_id' | 'owner' | 'offset' | 'length'>;

const stale = (): Problem =>
  new Problem('offset-stale', 'The upload has been continued by another request. Ask for its offset with HEAD.');

/** Stores the bytes of one request, from the offset of an upload on. */
export class PieceWriter {
  readonly #database: Connection;
  readonly #limits: Limits;
  #upload: StoredUpload;

  private constructor(database: Connection, limits: Limits, upload: StoredUpload) {
    this.#database = database;
    this.#limits = limits;
    this.#upload = upload;
  }

  /**
   * Makes this request the only one that can move the offset: one that has begun before, whose client has perhaps long
   * lost its connection, stores nothing more. Errors: `offset-stale`, and those of the database.
   */
  static async begin(database: Connection, limits: Limits, { _id, owner, offset }: Place): Promise<PieceWriter> {
    const upload = await uploadModel(database)
      .findOneAndUpdate({ _id, owner, offset, state: 'receiving' }, { $inc: { fence: 1 } }, { returnDocument: 'after' })
      .lean<StoredUpload>();
    if (!upload) throw stale();
    // Of requests that ended before they could move the offset. None of them can do so any more.
    await uploadPieces(database).deleteMany({ upload: _id, offset: { $gte: offset }, fence: { $lt: upload.fence } });
    return new PieceWriter(database, limits, upload);
  }

  /** As it was after the last piece. */
  get upload(): StoredUpload {
    return this.#upload;
  }

  /**
   * Stores a piece. Errors: `offset-stale`; those of the database, after which HEAD tells whether it was stored.
   */
  async store(bytes: Uint8Array): Promise<void> {
    const { _id, owner, offset, fence } = this.#upload;
    const pieces = uploadPieces(this.#database);
    const piece: StoredPiece = {
      _id: new Types.ObjectId(),
      upload: _id,
      offset,
      fence,
      data: new mongo.Binary(bytes),
    };
    await pieces.insertOne(piece);
    const end = offset + bytes.length;
    const state = end === this.#upload.length ? 'complete' : 'receiving';
    const moved = await uploadModel(this.#database)
      .findOneAndUpdate(
        { _id, owner, offset, fence, state: 'receiving' },
        [{ $set: { offset: end, state, expiresAt: expiry(this.#limits), version: { $add: ['$version', 1] } } }],
        { returnDocument: 'after' },
      )
      .lean<StoredUpload>();
    if (!moved) {
      // Nobody else refers to it, and nothing can any more.
      await pieces.deleteOne({ _id: piece._id }).catch(() => undefined);
      throw stale();
    }
    this.#upload = moved;
  }
}

/**
 * The stored bytes of an upload, from the first to its offset. Pieces are found by their place, so that no cursor is
 * open while the reader pauses.
 */
export async function* storedBytes(
  database: Connection,
  { _id, offset: end }: Pick<StoredUpload, '_id' | 'offset'>,
): AsyncGenerator<Uint8Array, void, void> {
  for (let at = 0; at < end;) {
    const before = at;
    const found = await uploadPieces(database)
      .find({ upload: _id, offset: { $gte: at, $lt: end } })
      .sort({ offset: 1, fence: -1 })
      .limit(READ_AHEAD)
      .toArray();
    for (const { offset, data } of found) {
      // What lies elsewhere was stored by a request that could not move the offset.
      if (offset !== at) continue;
      at += data.length();
      yield data.value();
    }
    if (at === before) throw new Error(`the upload ${_id.toHexString()} lacks its bytes from ${at} on`);
  }
}

/** Removes the pieces of an upload to which none can be added any more. Errors: those of the database. */
export async function removePieces(database: Connection, upload: ObjectId): Promise<void> {
  await uploadPieces(database).deleteMany({ upload });
  await uploadModel(database).updateOne({ _id: upload }, { $set: { hasPieces: false } });
}

/**
 * Keeps the files of an upload while they arrive: in chunks, with back-pressure, and only up to a limit. They belong to
 * the first recording of the upload, whose id is registered before anything is written.
 */
import { type Connection, mongo, Types } from 'mongoose';
import { keptFileName } from '../../text/file-name.ts';
import { BatchWriter, type Written } from './batch-writer.ts';
import {
  CHUNK_BYTES,
  chunkCollection,
  fileCollection,
  type KeptFile,
  type NoOriginal,
  type StoredChunk,
  type StoredFile,
  type StoredOriginal,
} from './original-model.ts';

/** Takes the bytes of one file, in order. */
export interface Keeping {
  /** Whether bytes are still wanted. */
  readonly isWanted: boolean;
  /** Resolves when more may be written. */
  write(bytes: Uint8Array): Promise<void>;
  /** To be called after the last byte. */
  end(): Promise<void>;
}

/** The files, or why there are none: fields of the recordings of the upload. */
export type KeptOriginal = { original: StoredOriginal } | { noOriginal: NoOriginal };

class ChunkWriter extends BatchWriter<StoredChunk> {
  add(file: Types.ObjectId, n: number, bytes: Uint8Array): void {
    this.insert(
      { _id: new Types.ObjectId(), files_id: file, n, data: new mongo.Binary(bytes), ...this.of },
      bytes.length,
    );
  }
}

class FileWriter extends BatchWriter<StoredFile> {
  add({ id, name, bytes: length }: KeptFile): void {
    const about = { length, chunkSize: CHUNK_BYTES, uploadDate: new Date(), filename: name ?? '' };
    this.insert({ _id: id, ...about, ...this.of }, 0);
  }
}

interface Writers {
  of: Written;
  chunks: ChunkWriter;
  files: FileWriter;
}

export class OriginalWriter {
  /** Bytes of all files together. */
  readonly limit: number;
  readonly #database: Connection;
  readonly #holder: (writer: OriginalWriter) => Promise<Written>;
  readonly #files: KeptFile[] = [];
  #bytes = 0;
  #noOriginal: NoOriginal | null;
  #writers: Writers | null = null;

  /** @param holder registers what the files belong to; called before the first write */
  constructor(database: Connection, limit: number, holder: (writer: OriginalWriter) => Promise<Written>) {
    this.#database = database;
    this.limit = limit;
    this.#holder = holder;
    this.#noOriginal = limit === 0 ? 'off' : null;
  }

  /** Nothing is kept if the files are known to be larger than the limit. @param bytes of all files together */
  announce(bytes: number): void {
    if (bytes > this.limit) this.#noOriginal ??= 'too-large';
  }

  /** The next file. */
  file(name: string | null): Keeping {
    const file: KeptFile = { id: new Types.ObjectId(), name: keptFileName(name), bytes: 0 };
    this.#files.push(file);
    let held: Buffer[] = [];
    let heldBytes = 0;
    let n = 0;
    const chunk = async (bytes: Buffer): Promise<void> => {
      const { chunks } = await this.#opened();
      chunks.add(file.id, n++, bytes);
      await chunks.room();
    };
    const isWanted = (): boolean => this.#noOriginal === null;
    return {
      get isWanted() {
        return isWanted();
      },
      write: async (bytes) => {
        this.announce((this.#bytes += bytes.length));
        if (!isWanted()) {
          held = [];
          return;
        }
        file.bytes += bytes.length;
        // A copy: who reads the bytes may overwrite them afterwards.
        held.push(Buffer.from(bytes));
        heldBytes += bytes.length;
        if (heldBytes < CHUNK_BYTES) return;
        let whole = Buffer.concat(held);
        for (; whole.length >= CHUNK_BYTES; whole = whole.subarray(CHUNK_BYTES))
          await chunk(whole.subarray(0, CHUNK_BYTES));
        held = [whole];
        heldBytes = whole.length;
      },
      end: async () => {
        if (!isWanted()) return;
        const last = Buffer.concat(held);
        held = [];
        if (last.length > 0) await chunk(last);
        const { chunks, files } = await this.#opened();
        files.add(file);
        // In flight while samples are still being stored.
        chunks.send();
        files.send();
      },
    };
  }

  /** Resolves when the files are stored, or it is certain that none of them is. Errors: those of the database. */
  async finish(): Promise<KeptOriginal> {
    if (this.#files.length === 0) this.#noOriginal ??= 'made-here';
    if (this.#noOriginal !== null) {
      await this.stop();
      const of = this.#writers?.of;
      if (of) await Promise.all(collections(this.#database).map(async (one) => one.deleteMany({ ecg: of.ecg })));
      return { noOriginal: this.#noOriginal };
    }
    const { chunks, files } = await this.#opened();
    await Promise.all([chunks.flush(), files.flush()]);
    return { original: { files: this.#files, chunks: chunks.documents, isShared: false } };
  }

  /** Waits for inserts in flight. Nothing is written after this. */
  async stop(): Promise<void> {
    await Promise.all([this.#writers?.chunks.stop(), this.#writers?.files.stop()]);
  }

  async #opened(): Promise<Writers> {
    if (this.#writers) return this.#writers;
    const of = await this.#holder(this);
    const chunks = new ChunkWriter(chunkCollection(this.#database), of);
    this.#writers = { of, chunks, files: new FileWriter(fileCollection(this.#database), of) };
    return this.#writers;
  }
}

const collections = (database: Connection) => [chunkCollection(database), fileCollection(database)] as const;

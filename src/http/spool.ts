/**
 * Bytes kept on disk while a request is served. The file's name is removed as soon as it is open, so that nothing is
 * left even after a crash.
 */
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Bytes read at once. */
const PIECE = 65_536;

export class Spool {
  /** Bytes added so far. */
  length = 0;
  #file: FileHandle | null = null;
  /** Set on systems that cannot remove the name of an open file; null elsewhere. */
  #path: string | null = null;

  /** Appends bytes. */
  async append(bytes: Uint8Array): Promise<void> {
    const file = (this.#file ??= await this.#create());
    for (let from = 0; from < bytes.length;) {
      const { bytesWritten } = await file.write(bytes, from, bytes.length - from, this.length);
      from += bytesWritten;
      this.length += bytesWritten;
    }
  }

  /** The bytes of a range. It can be read any number of times. */
  async *read(from: number, to: number): AsyncGenerator<Uint8Array, void, void> {
    for (let at = from; at < to;) {
      const { bytesRead, buffer } = (await this.#file?.read(
        Buffer.allocUnsafe(Math.min(PIECE, to - at)),
        0,
        Math.min(PIECE, to - at),
        at,
      )) ?? { bytesRead: 0 };
      if (bytesRead === 0 || !buffer) throw new Error(`${to - at} bytes that were set aside are gone`);
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
    if (this.#path !== null) await unlink(this.#path);
  }

  async #create(): Promise<FileHandle> {
    const path = join(tmpdir(), `leadwire-upload-${randomUUID()}`);
    const file = await open(path, 'wx+', 0o600);
    await unlink(path).catch(() => {
      this.#path = path;
    });
    return file;
  }
}

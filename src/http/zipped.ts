/** Several files in one answer. */
import { Readable } from 'node:stream';
import ZipStream from 'zip-stream';

export interface ZippedFile {
  name: string;
  /** Whether compressing it would take longer than sending it. */
  isDense?: boolean;
  bytes: AsyncIterable<Uint8Array>;
}

/**
 * The zip of files, which are read one after the other: none is held completely, and the next one is requested when the
 * one before has been read. If one fails, the zip ends with its error, and no further file is requested.
 */
export function zipped(files: Iterable<ZippedFile> | AsyncIterable<ZippedFile>): Readable {
  const zip = new ZipStream();
  // Whoever reads it sees the error, too; it is nobody's fault if nobody reads it any more.
  zip.on('error', () => undefined);
  const add = async (): Promise<void> => {
    for await (const file of files) await entry(zip, file);
    zip.finalize();
  };
  add().catch((error: unknown) => zip.destroy(error as Error));
  // It is a stream of another implementation, which Koa does not recognise.
  return Readable.from(zip, { objectMode: false });
}

/** Adds a file. Errors: those of its bytes, and if the zip is closed before its end. */
async function entry(zip: ZipStream, file: ZippedFile): Promise<void> {
  const bytes = Readable.from(file.bytes, { objectMode: false });
  const over = new AbortController();
  try {
    await new Promise<void>((resolve, reject) => {
      const closed = (): void => reject(new Error('The zip was closed.'));
      zip.once('close', closed);
      over.signal.addEventListener('abort', () => zip.off('close', closed));
      bytes.once('error', reject);
      zip.entry(bytes, { name: file.name, store: file.isDense ?? false }, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  } finally {
    over.abort();
    bytes.destroy();
  }
}

/** The source of an upload: files of a known format, and what their sender states with them. */
import type { DecoderLimits, Format, UploadFiles } from '../../formats/types.ts';
import type { OriginalWriter } from '../store/original-writer.ts';
import type { UploadMetadata } from './metadata.ts';

/** What accompanies the files. */
export interface Beside {
  said: UploadMetadata;
  /** What is not kept, in words. */
  warnings: string[];
}

export interface Source {
  format: Format;
  files: UploadFiles;
  limits: DecoderLimits;
  /** Receives the rest, so that everything the sender says is known. Files may still be opened. */
  rest(): Promise<Beside>;
  /** From now on, keeps every file that is opened. To be called before the first byte is read. */
  keepIn(original: OriginalWriter): void;
  /** Keeps what no decoder has read of these files. */
  keepRest(): Promise<void>;
  /** Releases what the source holds. */
  close(): Promise<unknown>;
}

/** A single file. */
export const alone = (bytes: AsyncIterable<Uint8Array>): UploadFiles => ({
  main: { name: null, bytes },
  open: async () => null,
});

/** A file that the service itself made, without statements of a sender. It is not kept. */
export const ownFile = (format: Format, bytes: AsyncIterable<Uint8Array>, limits: DecoderLimits): Source => ({
  format,
  files: alone(bytes),
  limits,
  rest: async () => ({ said: {}, warnings: [] }),
  keepIn: () => undefined,
  keepRest: async () => undefined,
  close: async () => undefined,
});

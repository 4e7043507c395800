/** The source of an upload: files of a known format, and what their sender states with them. */
import type { DecoderLimits, Format, UploadFiles } from '../../formats/types.ts';
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
  /** Releases what the source holds. */
  close(): Promise<unknown>;
}

/** A single file. */
export const alone = (bytes: AsyncIterable<Uint8Array>): UploadFiles => ({
  main: { name: null, bytes },
  open: async () => null,
});

/** A file that the service itself made, without statements of a sender. */
export const ownFile = (format: Format, bytes: AsyncIterable<Uint8Array>, limits: DecoderLimits): Source => ({
  format,
  files: alone(bytes),
  limits,
  rest: async () => ({ said: {}, warnings: [] }),
  close: async () => undefined,
});

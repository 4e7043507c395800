/** What an upload is read from: files of a recognised format, and what their sender says beside them. */
import type { DecoderLimits, Format, UploadFiles } from '../../formats/types.ts';
import type { UploadMetadata } from './metadata.ts';

/** What comes beside the files. */
export interface Beside {
  said: UploadMetadata;
  /** What came and is not kept, in words. */
  warnings: string[];
}

export interface Source {
  format: Format;
  files: UploadFiles;
  limits: DecoderLimits;
  /** Takes in what has not come yet, so that all that is said is known. Files may still be opened. */
  rest(): Promise<Beside>;
  /** Gives back what the source holds. */
  close(): Promise<unknown>;
}

/** A lone file. */
export const alone = (bytes: AsyncIterable<Uint8Array>): UploadFiles => ({
  main: { name: null, bytes },
  open: async () => null,
});

/** A file of the service's own, beside which nothing is said. */
export const ownFile = (format: Format, bytes: AsyncIterable<Uint8Array>, limits: DecoderLimits): Source => ({
  format,
  files: alone(bytes),
  limits,
  rest: async () => ({ said: {}, warnings: [] }),
  close: async () => undefined,
});

/** Stores recordings in the same way as an upload, from the events of a decoder. */
import type { Confirm } from '../../src/ecgs/upload/guard.ts';
import { ingest, type IngestDeps, type Upload } from '../../src/ecgs/upload/ingest.ts';
import type { Ingested } from '../../src/ecgs/upload/prove.ts';
import { ownFile } from '../../src/ecgs/upload/source.ts';
import { formatById } from '../../src/formats/registry.ts';
import type { DecoderEvent, DecoderLimits, FormatId } from '../../src/formats/types.ts';

/** The owner of the recordings, their apparent format, and other options of an upload. */
export interface Told extends Partial<Pick<Upload, 'duplicate'>> {
  owner: string;
  format: FormatId;
  /** Rejects if the owner may no longer upload; called after the recordings have been published. */
  confirm?: () => Promise<void>;
}

const NO_LIMITS: DecoderLimits = { maxChannels: 0, maxNameLength: 0, maxMetadataBytes: 0, maxDepth: 0 };

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Ingests the events of a decoder. */
export async function ingestEvents(
  events: AsyncGenerator<DecoderEvent, void, void>,
  { owner: userId, format, duplicate = 'refuse', confirm = async () => undefined }: Told,
  deps: Omit<IngestDeps, 'blockEncoding' | 'keepOriginals'> & Partial<IngestDeps>,
): Promise<Ingested[]> {
  const atLast: Confirm = async (when) => (when === 'now' ? confirm() : undefined);
  const source = ownFile({ ...formatById(format), decode: () => events }, nothing(), NO_LIMITS);
  return ingest(
    { userId, source, duplicate, confirm: atLast, along: null },
    {
      blockEncoding: 'packed',
      keepOriginals: 0,
      ...deps,
    },
  );
}

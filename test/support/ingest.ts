/** The way of an upload into the database, from the events of its decoder on. */
import type { Confirm } from '../../src/ecgs/upload/guard.ts';
import { ingest, type IngestDeps, type Upload } from '../../src/ecgs/upload/ingest.ts';
import type { Ingested } from '../../src/ecgs/upload/prove.ts';
import { ownFile } from '../../src/ecgs/upload/source.ts';
import { formatById } from '../../src/formats/registry.ts';
import type { DecoderEvent, DecoderLimits, FormatId } from '../../src/formats/types.ts';

/** The owner of the recordings, the format that they seem to have come in, and what else differs from an upload. */
export interface Told extends Partial<Pick<Upload, 'duplicate'>> {
  owner: string;
  format: FormatId;
  /** Rejects where the owner may not upload any more when the recordings have been published. */
  confirm?: () => Promise<void>;
}

const NO_LIMITS: DecoderLimits = { maxChannels: 0, maxNameLength: 0, maxMetadataBytes: 0, maxDepth: 0 };

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Ingests what a decoder tells. */
export async function ingestEvents(
  events: AsyncGenerator<DecoderEvent, void, void>,
  { owner: userId, format, duplicate = 'refuse', confirm = async () => undefined }: Told,
  deps: IngestDeps,
): Promise<Ingested[]> {
  const atLast: Confirm = async (when) => (when === 'now' ? confirm() : undefined);
  const source = ownFile({ ...formatById(format), decode: () => events }, nothing(), NO_LIMITS);
  return ingest({ userId, source, duplicate, confirm: atLast }, deps);
}

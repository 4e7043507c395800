/** A request with recordings as the events of their decoder: which format it is, which files came, and what the sender says beside them. */
import type { Context } from 'koa';
import type { Limits } from '../../startup/config.ts';
import type { Room } from '../../database/room.ts';
import { Problem } from '../../errors.ts';
import { json } from '../../formats/json/index.ts';
import { formatOf } from '../../formats/registry.ts';
import type { DecodedRecording, DecoderEvent, Format, FormatId, UploadFiles } from '../../formats/types.ts';
import { FormatError } from '../../formats/types.ts';
import { bodyBytes } from '../../http/body-bytes.ts';
import { multipartParts } from '../../http/multipart.ts';
import { fieldProblem } from '../../http/validate.ts';
import { checked } from '../../text/wording.ts';
import { formatUnknown } from './format-list.ts';
import { type UploadMetadata, uploadMetadata, withMetadata } from './metadata.ts';
import { ReceivedFile, ReceivedFiles } from './received-files.ts';

export interface Upload {
  format: FormatId;
  events: AsyncIterable<DecoderEvent>;
  /** A decoded recording with what its sender says; called for each once its samples have come. */
  complete: (recording: DecodedRecording) => Promise<DecodedRecording>;
}

/**
 * Opens the upload of a request, hands it to `work`, and gives back what it took.
 * Errors: those of the body and of `work`; `format-unknown`, `malformed-json`, `malformed-file`, `recording-invalid`,
 * `validation-failed`, `storage-full`.
 */
export async function withUpload<T>(
  ctx: Context,
  query: UploadMetadata,
  limits: Limits,
  room: Room,
  work: (upload: Upload) => Promise<T>,
): Promise<T> {
  await room.ensure();
  const body = roomFor(bodyBytes(ctx, limits), room);
  if (ctx.is('multipart/form-data')) {
    const received = new ReceivedFiles(
      multipartParts(body, ctx.get('Content-Type'), limits.maxFormParts),
      limits.maxMetadataBytes,
    );
    try {
      return await work(await multipart(received, query, limits));
    } catch (error) {
      throw asProblem(error);
    } finally {
      await received.close();
    }
  }
  try {
    return await work(await recognised(body, query, limits, ctx.is('application/json') ? json : null));
  } catch (error) {
    throw asProblem(error);
  } finally {
    // Nobody reads on when a body is refused by its head.
    await body.return();
  }
}

type Pieces = AsyncGenerator<Uint8Array, void, void>;

/** The pieces of a body, for as long as there is room for what becomes of them. Errors: `storage-full`. */
async function* roomFor(body: Pieces, room: Room): Pieces {
  for await (const piece of body) {
    await room.ensure();
    yield piece;
  }
}

async function multipart(received: ReceivedFiles, query: UploadMetadata, limits: Limits): Promise<Upload> {
  const { format, files } = await received.open();
  return decoded(format, files, limits, async () => {
    const warnings = await received.rest();
    const { data, faults } = checked(uploadMetadata, Object.fromEntries(received.fields));
    if (faults) throw fieldProblem(faults);
    return { said: { ...query, ...data }, warnings };
  });
}

/** A body that is one file. @param declared what a body that no other JSON format knows is read as, so that its mistakes are told in the words of that format */
async function recognised(
  body: AsyncIterable<Uint8Array>,
  query: UploadMetadata,
  limits: Limits,
  declared: Format | null,
): Promise<Upload> {
  const file = await ReceivedFile.begin(body);
  const found = formatOf(file.head);
  const format = declared && found?.id !== 'fhir' ? declared : found;
  if (!format)
    throw formatUnknown(file.head.length === 0 ? 'The body is empty.' : 'The format of the body is not known.');
  return decoded(format, alone(file.read()), limits, async () => ({ said: query, warnings: [] }));
}

const alone = (bytes: AsyncIterable<Uint8Array>): UploadFiles => ({
  main: { name: null, bytes },
  open: async () => null,
});

/** @param rest takes the rest of the request in: what its sender says, and what of it is not kept */
function decoded(
  format: Format,
  files: UploadFiles,
  limits: Limits,
  rest: () => Promise<{ said: UploadMetadata; warnings: string[] }>,
): Upload {
  if (!format.decode) throw new Error(`${format.id} has no decoder`);
  const taken = new Set<string>();
  const complete = async (recording: DecodedRecording): Promise<DecodedRecording> => {
    const { said, warnings } = await rest();
    const whole = withMetadata(recording, said, taken);
    return { ...whole, warnings: [...whole.warnings, ...warnings] };
  };
  return { format: format.id, events: format.decode(files, limits), complete };
}

/** What a decoder found wrong, as the client is told. */
function asProblem(error: unknown): unknown {
  if (!(error instanceof FormatError)) return error;
  const where = error.offset === null ? '' : ` (at byte ${error.offset})`;
  const syntax = error.format === 'json' ? 'malformed-json' : 'malformed-file';
  return new Problem(error.kind === 'syntax' ? syntax : 'recording-invalid', `${error.message}${where}`);
}

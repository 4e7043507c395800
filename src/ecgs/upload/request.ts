/**
 * Opens the upload in a request: recognises its format and collects its files and fields, or finds the uploads that it
 * names.
 */
import type { Context } from 'koa';
import type { Limits } from '../../startup/config.ts';
import type { Room } from '../../database/room.ts';
import { json } from '../../formats/json/index.ts';
import { formatOf } from '../../formats/registry.ts';
import type { DecoderLimits } from '../../formats/types.ts';
import { bodyBytes } from '../../http/body-bytes.ts';
import { multipartParts } from '../../http/multipart.ts';
import { fieldProblem } from '../../http/validate.ts';
import { checked } from '../../text/wording.ts';
import type { OriginalWriter } from '../store/original-writer.ts';
import { formatUnknown } from './format-list.ts';
import { type TableFields, tableOptions, type UploadMetadata, uploadMetadata } from './metadata.ts';
import { type Naming, namedUploads } from './naming.ts';
import { ReceivedFile } from './received-file.ts';
import { ReceivedFiles } from './received-files.ts';
import { alone, type Beside, type Source } from './source.ts';

/**
 * Opens the upload of a request.
 * @param query what it says is overridden by form fields and by the body that names uploads
 * Errors: those of the body; `format-unknown`, `storage-full`; `validation-failed` of fields beside names of uploads.
 */
export async function openRequest(
  ctx: Context,
  query: UploadMetadata & TableFields,
  limits: Limits,
  room: Room,
): Promise<Source | Naming> {
  await room.ensure();
  const body = roomFor(bodyBytes(ctx, limits), room);
  const { decimal, columns, ...said } = query;
  const table = { table: tableOptions({ decimal, columns }) };
  if (ctx.is('multipart/form-data')) return form(ctx, body, said, { ...limits, ...table });
  const found = await namedUploads(body, Number(ctx.get('Content-Length') || NaN));
  return 'uploads' in found
    ? { ...found, said: { ...query, ...found.said } }
    : lone(ctx, found, said, { ...limits, ...table });
}

type Pieces = AsyncGenerator<Uint8Array, void, void>;
type UploadLimits = Limits & DecoderLimits;

/** Passes the pieces of a body on as long as the disk has room for what is stored of them. Errors: `storage-full`. */
async function* roomFor(body: Pieces, room: Room): Pieces {
  for await (const piece of body) {
    await room.ensure();
    yield piece;
  }
}

/** A form, with files and fields in any order. */
async function form(ctx: Context, body: Pieces, query: UploadMetadata, limits: UploadLimits): Promise<Source> {
  const parts = multipartParts(body, ctx.get('Content-Type'), limits.maxFormParts);
  const received = new ReceivedFiles(parts, limits.maxMetadataBytes);
  const close = async (): Promise<void> => received.close();
  const rest = async (): Promise<Beside> => {
    const warnings = await received.rest();
    const { data, faults } = checked(uploadMetadata, Object.fromEntries(received.fields));
    if (faults) throw fieldProblem(faults);
    return { said: { ...query, ...data }, warnings };
  };
  const keeping = {
    keepIn: (original: OriginalWriter) => {
      // The fields and the headers of the parts are no part of the files.
      original.announce(announced(ctx) - limits.maxMetadataBytes);
      received.keepIn(original);
    },
    keepRest: async () => received.keepRest(),
  };
  return orClosed(close, async () => ({ ...(await received.open()), limits, rest, close, ...keeping }));
}

/**
 * A body that is a single file. If it is declared as JSON it is read as our own format, so that the error messages fit.
 */
async function lone(ctx: Context, body: Pieces, said: UploadMetadata, limits: UploadLimits): Promise<Source> {
  // A body that is refused after its head is not read to its end.
  const close = async (): Promise<unknown> => body.return();
  const rest = async (): Promise<Beside> => ({ said, warnings: [] });
  return orClosed(close, async () => {
    const file = await ReceivedFile.begin(body);
    const found = formatOf(file.head);
    const format = ctx.is('application/json') && found?.id !== 'fhir' ? json : found;
    if (!format)
      throw formatUnknown(file.head.length === 0 ? 'The body is empty.' : 'The format of the body is not known.');
    const keeping = {
      keepIn: (original: OriginalWriter) => {
        original.announce(announced(ctx));
        file.keepIn(original.file(said.fileName ?? null));
      },
      keepRest: async () => file.keepRest(),
    };
    return { format, files: alone(file.read()), limits, rest, close, ...keeping };
  });
}

/** The length of the body; 0 if it is not announced. */
const announced = (ctx: Context): number => Number(ctx.get('Content-Length') || 0);

/** Closes what could not be opened. */
async function orClosed(close: () => Promise<unknown>, open: () => Promise<Source>): Promise<Source> {
  try {
    return await open();
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * `POST /imports`: reads the form as it arrives, writes its file to GridFS piece by piece, and queues the import once
 * all of it is stored.
 */
import { Writable } from 'node:stream';
import type { Context } from 'koa';
import { koaBody } from 'koa-body';
import { type Connection, Types } from 'mongoose';
import type { Config } from '../startup/config.ts';
import type { Room } from '../database/room.ts';
import { isAway } from '../database/failures.ts';
import type { Along } from '../database/transaction.ts';
import { notReady, Problem } from '../errors.ts';
import { assertNotEncoded } from '../http/content-encoding.ts';
import { askForBody, fieldProblem, validatedForm } from '../http/validate.ts';
import { beginArriving, endArriving, stillArriving } from './arriving.ts';
import { FileStore } from './file-store.ts';
import type { ImportKind } from './kind.ts';
import type { ObjectId, StoredImport } from './model.ts';
import { changeState } from './record.ts';
import { untilAborted } from '../until-aborted.ts';
import { oneOfThese } from '../text/wording.ts';
import { ImportFields } from './schema.ts';

export interface UploadDeps {
  config: Pick<Config, 'limits'>;
  database: Connection;
  room: Room;
  kinds: readonly ImportKind[];
}

/** Bytes of the form without its file. */
const MAX_FORM_BYTES = 65_536;
const MAX_FIELDS = 10;
const MAX_FILE_NAME = 255;
/** Milliseconds between heartbeats of an upload. */
const HEARTBEAT_MS = 5_000;

const ZERO_ROWS = { total: 0, ok: 0, created: 0, updated: 0, unchanged: 0, failed: 0 };

/** The file as formidable's hooks receive it. */
interface FormFile {
  originalFilename: string | null;
}

/**
 * Receives the form. Errors: `media-type-unsupported`, `malformed-request`, `body-too-large`, `upload-timeout`,
 * `validation-failed`, `storage-full`, `not-ready`, and those of `along`. After any error nothing of the upload is
 * shown, and the worker clears it away.
 */
export async function receiveImport(
  ctx: Context,
  owner: ObjectId,
  deps: UploadDeps,
  along: Along<StoredImport>,
): Promise<StoredImport> {
  const {
    database,
    room,
    config: { limits },
  } = deps;
  if (!ctx.is('multipart/form-data'))
    throw new Problem('media-type-unsupported', 'Send a form as multipart/form-data with one field "file".');
  assertNotEncoded(ctx);
  if (Number(ctx.get('Content-Length')) > limits.maxUploadBytes + MAX_FORM_BYTES) throw tooLarge(limits);
  await room.ensure();
  askForBody(ctx);

  const job = newImport(owner);
  await beginArriving(database, job);
  // Aborted when the database is unreachable, so that nothing waits for it any more.
  const away = new AbortController();
  const beat = (): void =>
    void stillArriving(database, job._id).catch((error: unknown) => {
      if (isAway(error)) away.abort(error);
    });
  const heartbeat = setInterval(beat, HEARTBEAT_MS);
  try {
    const form = await readForm(ctx, job._id, deps, away.signal);
    const { kind = null, source = 'csv', createMissing, dryRun } = fieldsOf(form.fields, deps.kinds);
    const queueing = changeState(
      database,
      'create',
      owner,
      { _id: job._id, state: 'uploading' },
      {
        $set: {
          state: 'queued',
          kind,
          source,
          createMissing: createMissing === 'true',
          dryRun: dryRun === 'true',
          fileName: form.fileName?.slice(0, MAX_FILE_NAME) ?? null,
          encoding: form.encoding,
          'bytes.total': form.bytes,
          updatedAt: new Date(),
        },
      },
      along,
    );
    const queued = await untilAborted(queueing, away.signal);
    if (!queued) throw notReady(undefined, 'The upload took too long and was cancelled; send it again.');
    return queued;
  } catch (error) {
    if (isAway(error)) away.abort(error);
    // If this fails too, the upload falls silent and the worker clears it away.
    await untilAborted(endArriving(database, job), away.signal).catch(() => undefined);
    throw error;
  } finally {
    clearInterval(heartbeat);
  }
}

/** A new import, whose file is still to arrive. */
export function newImport(owner: ObjectId): StoredImport {
  const now = new Date();
  const _id = new Types.ObjectId();
  return {
    _id,
    owner,
    fileName: null,
    file: _id,
    encoding: 'utf-8',
    kind: null,
    source: 'csv',
    createMissing: false,
    dryRun: false,
    state: 'uploading',
    failure: null,
    warnings: [],
    bytes: { total: 0, done: 0 },
    line: 1,
    rows: ZERO_ROWS,
    alsoCreated: {},
    errorsKept: 0,
    fence: 0,
    session: null,
    attempts: 0,
    run: null,
    version: 1,
    createdAt: now,
    startedAt: null,
    updatedAt: now,
    endedAt: null,
  };
}

function fieldsOf(fields: Record<string, unknown>, kinds: readonly ImportKind[]): ImportFields {
  const given = validatedForm(fields, ImportFields);
  if (given.kind === undefined || kinds.some(({ name }) => name === given.kind)) return given;
  throw invalid('/kind', oneOfThese(kinds.map(({ name }) => name)));
}

const invalid = (path: string, message: string): Problem => fieldProblem([{ path, message }]);

interface Form {
  fields: Record<string, unknown>;
  fileName: string | null;
  bytes: number;
  encoding: StoredImport['encoding'];
}

/** @param away is aborted when the database is unreachable, and ends the form */
async function readForm(ctx: Context, id: ObjectId, deps: UploadDeps, away: AbortSignal): Promise<Form> {
  const {
    database,
    room,
    config: { limits },
  } = deps;
  const store = new FileStore(database, room, id);
  let fileName: string | null = null;
  let isWrongField = false;
  let isTaken = false;
  const parse = koaBody({
    multipart: true,
    json: false,
    text: false,
    urlencoded: false,
    formidable: {
      maxFiles: 1,
      maxFileSize: limits.maxUploadBytes,
      maxTotalFileSize: limits.maxUploadBytes,
      allowEmptyFiles: true,
      minFileSize: 0,
      maxFields: MAX_FIELDS,
      maxFieldsSize: MAX_FORM_BYTES,
      onFileBegin: (name: string, file: FormFile) => {
        isWrongField = name !== 'file';
        fileName = file.originalFilename;
      },
      // By now, a second file has already made the form invalid.
      fileWriteStreamHandler: () => {
        if (isWrongField) return refusing(invalid('/file', 'must be the field that contains the file'));
        if (isTaken) return refusing(severalFiles());
        isTaken = true;
        return store;
      },
    },
  });

  const silence = watchSilence(ctx, store, limits.uploadIdleMs);
  try {
    await untilAborted(
      parse(ctx, async () => undefined),
      away,
    );
    // formidable does not notice a file that fails after the end of the form.
    if (store.errored) throw store.errored;
  } catch (error) {
    // Database errors are not errors of the form, whatever they look like.
    const isOurs = error === away.reason || error === store.errored;
    const discarding = store.discarded();
    if (!isOurs || !isAway(error)) await untilAborted(discarding, away).catch(() => undefined);
    throw isOurs ? error : asProblem(error, limits);
  } finally {
    clearInterval(silence);
  }
  if (!isTaken)
    throw invalid('/file', 'is required: send one file, with a file name and a content type such as text/csv');
  return {
    fields: { ...(ctx.request.body as Record<string, unknown>) },
    fileName,
    bytes: store.bytes,
    encoding: store.encoding,
  };
}

/**
 * Gives the form up if nothing arrives although more could be taken. It watches the bytes of the socket, since a
 * listener on the request would take pieces away from formidable.
 */
function watchSilence({ req }: Context, store: FileStore, idleMs: number): NodeJS.Timeout {
  let seen = req.socket.bytesRead;
  let silentChecks = 0;
  return setInterval(() => {
    silentChecks = req.socket.bytesRead === seen && !store.isBusy ? silentChecks + 1 : 0;
    seen = req.socket.bytesRead;
    if (silentChecks === 2)
      req.emit(
        'error',
        new Problem(
          'upload-timeout',
          `No data arrived for ${idleMs / 1000} s (setting MAX_UPLOAD_IDLE_MS). Send it again.`,
        ),
      );
  }, idleMs / 2);
}

/** Rejects everything. */
const refusing = (problem: Problem): Writable =>
  new Writable({ write: (_piece, _encoding, done) => done(problem), final: (done) => done(problem) });

const severalFiles = (): Problem => invalid('/file', 'must be exactly one file');
const tooLarge = ({ maxUploadBytes }: Config['limits']): Problem =>
  new Problem(
    'body-too-large',
    `A file may have at most ${maxUploadBytes} bytes (setting MAX_UPLOAD_BYTES). Split it, or ask for a higher limit.`,
  );

/** formidable's error codes (node_modules/formidable/src/FormidableError.js). */
const FORMIDABLE = { maxFieldsSize: 1006, maxFields: 1007, totalSize: 1009, maxFiles: 1015, fileSize: 1016 } as const;

function asProblem(error: unknown, limits: Config['limits']): unknown {
  if (error instanceof Problem) return error;
  const { code, httpCode } = error as { code?: unknown; httpCode?: unknown };
  if (code === FORMIDABLE.totalSize || code === FORMIDABLE.fileSize) return tooLarge(limits);
  if (code === FORMIDABLE.maxFiles) return severalFiles();
  if (code === FORMIDABLE.maxFields || code === FORMIDABLE.maxFieldsSize)
    return new Problem(
      'body-too-large',
      `The form may have at most ${MAX_FIELDS} fields of ${MAX_FORM_BYTES} bytes together, besides its file.`,
    );
  if (typeof httpCode === 'number' || code === 'ECONNRESET')
    return new Problem('malformed-request', 'The form is not complete and valid multipart/form-data.', {
      cause: error,
    });
  return error;
}

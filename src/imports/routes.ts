/** `/imports`: CSV files are accepted at once and imported in the background. */
import { pipeline, Readable } from 'node:stream';
import { format } from '@fast-csv/format';
import type { Context } from 'koa';
import { type Connection, Types } from 'mongoose';
import { z } from 'zod';
import type { Along } from '../database/transaction.ts';
import type { Config } from '../startup/config.ts';
import { ID } from '../database/ids.ts';
import type { Room } from '../database/room.ts';
import { Problem } from '../errors.ts';
import { ETAG, json, jsonOrCsv, LOCATION, pageOrCsv, versioned } from '../http/answers.ts';
import { csvHead, csvOptions, defused, wantsCsv } from '../http/csv.ts';
import { etag } from '../http/etag.ts';
import { answerEvents } from '../http/event-stream.ts';
import { columnsOf } from '../http/csv-columns.ts';
import { answerList, LIST } from '../http/list-csv.ts';
import { type AnyOperation, type Identity, operation } from '../http/operation.ts';
import { decodeCursor, page, total } from '../http/paging.ts';
import type { PlacesPerUser } from '../http/places.ts';
import type { UploadLimit } from '../http/upload-limit.ts';
import { importEvents } from './events.ts';
import type { ImportKind } from './kind.ts';
import { errorCollection, importModel, type ObjectId, type StoredImport } from './model.ts';
import { changeState } from './record.ts';
import { Import, ImportErrorList, ImportList, importListQuery, importUpload } from './schema.ts';
import { receiveImport } from './upload.ts';
import { errorView, importView } from './view.ts';
import { isImporter, visibleImport, visibleTo } from './visible.ts';
import type { Worker } from './worker.ts';

export interface ImportDeps {
  config: Pick<Config, 'limits'>;
  database: Connection;
  room: Room;
  inUploadTurn: UploadLimit;
  eventStreams: PlacesPerUser;
  importKinds: readonly ImportKind[];
  importWorker: Pick<Worker, 'wake' | 'stopping'>;
}

export const importOperations = (deps: ImportDeps): AnyOperation[] => [
  upload(deps),
  list(deps),
  read(deps),
  events(deps),
  readErrors(deps),
  cancel(deps),
];

const COMMON = { tag: 'imports', access: 'user' } as const;
const CSV = { name: 'imports', columns: columnsOf(Import) };

/**
 * @openapi
 * /imports:
 *   post:
 *     summary: Import a CSV file in the background
 *     description: >
 *       Valid rows are imported, invalid rows are reported with their line, and importing the same file again changes
 *       nothing. The file is streamed and may have any size up to MAX_UPLOAD_BYTES; the import is queued once the file
 *       is stored. Columns may be in any order; delimiter (comma, semicolon, tab) and encoding (UTF-8, windows-1252)
 *       are recognised. Columns that are not known are passed over, which `warnings` tells, as are empty rows.
 */
const upload = ({ config, database, room, inUploadTurn, importKinds, importWorker }: ImportDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'uploadImport',
    method: 'post',
    path: '/imports',
    receives: { 'multipart/form-data': importUpload(importKinds.map(({ name }) => name)) },
    creates: true,
    answers: { 202: json(Import, 'The import, queued', { ...LOCATION, ...ETAG }) },
    errors: ['too-many-uploads'],
    handler: async ({ ctx, user, keep }) => {
      const owner = new Types.ObjectId(user.userId);
      const along: Along<StoredImport> = async (job, session) => {
        ctx.status = 202;
        ctx.set('Location', `${ctx.path}/${job._id.toHexString()}`);
        answer(ctx, user, job);
        await keep?.(session);
      };
      await inUploadTurn(user.userId, async () =>
        receiveImport(ctx, owner, { config, database, room, kinds: importKinds }, along),
      );
      importWorker.wake();
    },
  });

function answer(ctx: Context, user: Identity, job: StoredImport): void {
  ctx.set('ETag', etag(job.version));
  ctx.body = importView(job, isImporter(user, job)) satisfies Import;
}

const afterId = z.tuple([z.string().regex(ID)]);

/**
 * @openapi
 * /imports:
 *   get:
 *     summary: List your imports, the latest first; admins see everybody's
 */
const list = ({ config, database }: ImportDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'listImports',
    method: 'get',
    path: '/imports',
    query: importListQuery(config.limits),
    answers: pageOrCsv(ImportList),
    ...LIST,
    handler: async (call) => {
      const { user } = call;
      const imports = importModel(database);
      await answerList<Import>(call, CSV, {
        page: async (cursor, limit) => {
          const after =
            cursor === undefined ? {} : { _id: { $lt: new Types.ObjectId(decodeCursor(cursor, afterId)[0]) } };
          const found = await imports
            .find({ ...visibleTo(user), ...after })
            .sort({ _id: -1 })
            .limit(limit + 1)
            .lean();
          const { items, nextCursor } = page(found, limit, (job) => [job._id.toHexString()]);
          return { items: items.map((job) => importView(job, isImporter(user, job))), nextCursor };
        },
        count: async (atMost) => imports.countDocuments(visibleTo(user)).limit(atMost),
      });
    },
  });

/**
 * @openapi
 * /imports/{id}:
 *   get:
 *     summary: Read an import and its progress
 */
const read = ({ database }: ImportDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'readImport',
    method: 'get',
    path: '/imports/:id',
    answers: versioned(Import, 'The import'),
    handler: async ({ ctx, user, param }) => answer(ctx, user, await visibleImport(database, user, param('id'))),
  });

/**
 * @openapi
 * /imports/{id}/events:
 *   get:
 *     summary: Follow the progress of an import live
 *     description: >
 *       Server-sent events: `progress` after every change and `end` as the last, each with the import as JSON. If the
 *       connection breaks, connect again; the first event has the current state. The stream ends when the token ends or
 *       its user may no longer see the import.
 */
const events = ({ config, database, importWorker, eventStreams }: ImportDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'watchImport',
    method: 'get',
    path: '/imports/:id/events',
    answers: { 200: { description: 'Events until the import has ended', content: { 'text/event-stream': 'text' } } },
    errors: ['too-many-streams'],
    handler: async ({ ctx, user, param, confirm }) => {
      const job = await visibleImport(database, user, param('id'));
      const { stopping } = importWorker;
      const idleMs = config.limits.uploadIdleMs;
      answerEvents({ ctx, user, confirm, eventStreams, stopping, idleMs }, (watching) =>
        importEvents(database, job._id, isImporter(user, job), watching),
      );
    },
  });

const afterLine = z.tuple([z.int(), z.int()]);

/**
 * @openapi
 * /imports/{id}/errors:
 *   get:
 *     summary: List the rows that failed, with line, column, value and reason
 *     description: >
 *       In the order of the file; kept for 30 days. With Accept text/csv, the answer is the whole report, without
 *       paging. Admins see the errors of others without the values.
 */
const readErrors = ({ config, database }: ImportDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'listImportErrors',
    method: 'get',
    path: '/imports/:id/errors',
    query: importListQuery(config.limits),
    large: true,
    answers: jsonOrCsv(ImportErrorList, 'One page, or the whole report as CSV'),
    errors: ['invalid-cursor'],
    handler: async ({ ctx, user, param, query }) => {
      const asCsv = wantsCsv(ctx);
      const job = await visibleImport(database, user, param('id'));
      const withValues = isImporter(user, job);
      if (asCsv) return answerCsv(ctx, database, job._id, withValues);
      const errors = errorCollection(database);
      const [line, n] = query.cursor === undefined ? [0, -1] : decodeCursor(query.cursor, afterLine);
      const found = await errors
        .find({ import: job._id, $or: [{ line: { $gt: line } }, { line, n: { $gt: n } }] })
        .sort({ line: 1, n: 1 })
        .limit(query.limit + 1)
        .toArray();
      const { items, nextCursor } = page(found, query.limit, (error) => [error.line, error.n]);
      const counted = query.total
        ? await total(async (atMost) => errors.countDocuments({ import: job._id }, { limit: atMost }))
        : {};
      ctx.body = {
        items: items.map((error) => errorView(error, withValues)),
        nextCursor,
        ...counted,
      } satisfies ImportErrorList;
    },
  });

function answerCsv(ctx: Context, database: Connection, importId: ObjectId, withValues: boolean): void {
  const columns = ['line', 'column', 'value', 'reason'] as const;
  const rows = errorCollection(database)
    .find({ import: importId })
    .sort({ line: 1, n: 1 })
    .map((error) => {
      const view = errorView(error, withValues);
      return columns.map((column) => defused(view[column]));
    });
  csvHead(ctx, `import-${importId.toHexString()}-errors.csv`);
  // Nothing more can be reported by then: an error cuts the answer off.
  ctx.body = pipeline(Readable.from(rows), format(csvOptions(columns)), () => undefined);
}

/**
 * @openapi
 * /imports/{id}/cancel:
 *   post:
 *     summary: Cancel an import; rows that are already imported are kept
 *     description: Nothing more is written after this is answered. Cancelling twice is allowed.
 */
const cancel = ({ database, importWorker }: ImportDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'cancelImport',
    method: 'post',
    path: '/imports/:id/cancel',
    answers: versioned(Import, 'The import, cancelled'),
    errors: ['import-ended'],
    handler: async ({ ctx, user, param }) => {
      const { _id } = await visibleImport(database, user, param('id'));
      const now = new Date();
      const cancelled = await changeState(
        database,
        'cancel',
        new Types.ObjectId(user.userId),
        { _id, state: { $in: ['queued', 'running'] } },
        { $set: { state: 'cancelled', endedAt: now, updatedAt: now }, $inc: { version: 1 } },
      );
      const job = cancelled ?? (await visibleImport(database, user, param('id')));
      if (job.state !== 'cancelled')
        throw new Problem('import-ended', `It has ${job.state}; the rows that it imported are kept.`);
      importWorker.wake();
      answer(ctx, user, job);
    },
  });

/** `/ecgs`: clinicians upload recordings, and see exactly those. */
import { Readable } from 'node:stream';
import type { Context } from 'koa';
import { type Connection, Types } from 'mongoose';
import { z } from 'zod';
import { instant } from '../calendar/instant.ts';
import { UnreadableMoment } from '../calendar/moment.ts';
import type { Config } from '../startup/config.ts';
import { withReferences } from '../directory/references.ts';
import type { Room } from '../database/room.ts';
import { Problem } from '../errors.ts';
import { clientGone } from '../http/client-gone.ts';
import { etag, ifMatch } from '../http/etag.ts';
import type { Handler, Operations } from '../http/operations.ts';
import { decodeCursor, page, total } from '../http/paging.ts';
import type { UploadLimit } from '../http/upload-limit.ts';
import { queryProblem } from '../http/validate.ts';
import { namedReferences } from './attached.ts';
import { changes } from './change.ts';
import { toInstant } from './date.ts';
import { ingest, type Ingested } from './upload/ingest.ts';
import { type UploadQuery, uploadQuery } from './upload/metadata.ts';
import type { StoredEcg } from './store/model.ts';
import { type EcgFilter, OwnRecordings } from './access.ts';
import { jsonNumbers, type ChannelRange, readRange } from './reading/samples.ts';
import {
  type EcgList,
  type EcgListQuery,
  EcgPatch,
  ecgListQuery,
  samplesQuery,
  type SamplesQuery,
  type UploadedEcg,
  type UploadedEcgs,
} from './schema.ts';
import type { Uploads } from './store/uploads.ts';
import { withUpload } from './upload/request.ts';
import { ecgView } from './view.ts';

export interface EcgDeps {
  config: Pick<Config, 'limits' | 'clinicTimezone'>;
  database: Connection;
  room: Room;
  uploads: Uploads;
  inUploadTurn: UploadLimit;
}

type NoQuery = Record<string, never>;

export function ecgRoutes(api: Operations, deps: EcgDeps): void {
  api.add('post', '/ecgs', { access: 'clinician', query: uploadQuery }, upload(deps));
  api.add('get', '/ecgs', { access: 'clinician', query: ecgListQuery(deps.config.limits) }, list(deps));
  api.add('get', '/ecgs/:id', { access: 'clinician' }, read(deps));
  api.add(
    'patch',
    '/ecgs/:id',
    { access: 'clinician', body: EcgPatch, large: (_query, { zeroLevel }) => zeroLevel !== undefined },
    change(deps),
  );
  api.add('delete', '/ecgs/:id', { access: 'clinician' }, remove(deps));
  api.add(
    'get',
    '/ecgs/:id/channels/:name/samples',
    { access: 'clinician', query: samplesQuery, large: true },
    readSamples(deps),
  );
}

/**
 * @openapi
 * /ecgs:
 *   post:
 *     operationId: uploadEcg
 *     tags: [ecgs]
 *     x-access: clinician
 *     summary: Upload a recording
 *     description: >
 *       In any format of GET /formats, recognised by its content: as the body, or as multipart/form-data where a recording has several files (any order).
 *       Streamed: the body may have any size up to MAX_UPLOAD_BYTES and is never held whole. Nothing of it is visible before all of it is stored.
 *       The same content again answers 200 with the recording that exists: under the same id, or where the upload has none, with the same patient, study and notes; with others
 *       it is refused with 409, which names the recording.
 *       With a file, the parameters below (in multipart also as form fields) say what the JSON form says itself. id, date, patient, study and notes replace those of the file;
 *       samplingRate, unit, gain and zeroLevel only fill what the file leaves open.
 *     parameters:
 *       - { name: id, in: query, schema: { type: string, minLength: 1, maxLength: 200 },
 *           description: 'Unique among your recordings; where a file holds several, that of the second is id#2' }
 *       - { name: date, in: query, schema: { type: string, minLength: 1 },
 *           description: 'ISO 8601; without a zone it is read in the clinic''s, where a time that clocks skipped or
 *           showed twice is refused' }
 *       - { name: patient, in: query, schema: { type: string, minLength: 1, maxLength: 100 } }
 *       - { name: study, in: query, schema: { type: string, minLength: 1, maxLength: 100 } }
 *       - { name: notes, in: query, schema: { type: string, maxLength: 10000 } }
 *       - { name: samplingRate, in: query, schema: { type: number }, description: Hz }
 *       - { name: unit, in: query, schema: { type: string, minLength: 1, maxLength: 32 } }
 *       - { name: gain, in: query, schema: { type: number }, description: 'Stored units per physical unit; replaces a gain that is only a format''s default, or has no unit' }
 *       - { name: zeroLevel, in: query, schema: { type: number } }
 *       - { name: duplicate, in: query, schema: { type: string, enum: [refuse, allow], default: refuse }, description: 'allow: store a recording without an id even where you have its content already' }
 *     requestBody:
 *       required: true
 *       content:
 *         application/json:
 *           schema: { $ref: '#/components/schemas/EcgUpload' }
 *           example: { id: example-1, date: '2026-01-15T09:30:00Z', samplingRate: 500, unit: mV, gain: 1000, leads: [{ name: II, number_of_samples: 6, signal: [12, -7, 0, -3, null, 5] }] }
 *         multipart/form-data:
 *           schema:
 *             type: object
 *             required: [files]
 *             properties:
 *               files: { type: array, items: { type: string, format: binary }, description: 'All files of the recording, such as 100.hea, 100.dat and 100.atr' }
 *               id: { type: string, minLength: 1, maxLength: 200 }
 *               date: { type: string, minLength: 1 }
 *               patient: { type: string, minLength: 1, maxLength: 100 }
 *               study: { type: string, minLength: 1, maxLength: 100 }
 *               notes: { type: string, maxLength: 10000 }
 *               samplingRate: { type: number }
 *               unit: { type: string, minLength: 1, maxLength: 32 }
 *               gain: { type: number }
 *               zeroLevel: { type: number }
 *         application/octet-stream:
 *           schema: { type: string, format: binary, description: One file of any known format }
 *     responses:
 *       201:
 *         description: The recording; or all of them where the file holds several, the rhythm first. Location and ETag come with a single one
 *         headers:
 *           Location: { schema: { type: string } }
 *           ETag: { $ref: '#/components/headers/ETag' }
 *         content:
 *           application/json:
 *             schema: { oneOf: [{ $ref: '#/components/schemas/UploadedEcg' }, { $ref: '#/components/schemas/UploadedEcgs' }] }
 *       200:
 *         description: What was there already
 *         content:
 *           application/json:
 *             schema: { oneOf: [{ $ref: '#/components/schemas/UploadedEcg' }, { $ref: '#/components/schemas/UploadedEcgs' }] }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       403: { $ref: '#/components/responses/Problem403' }
 *       408: { $ref: '#/components/responses/Problem408' }
 *       409: { $ref: '#/components/responses/Problem409' }
 *       413: { $ref: '#/components/responses/Problem413' }
 *       415: { $ref: '#/components/responses/Problem415' }
 *       422: { $ref: '#/components/responses/Problem422' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 *       507: { $ref: '#/components/responses/Problem507' }
 */
function upload({ config, database, room, uploads, inUploadTurn }: EcgDeps): Handler<UploadQuery, undefined> {
  const deps = { database, uploads, clinicTimezone: config.clinicTimezone };
  return async ({ ctx, user, query, confirm }) => {
    // Not only when hours of a body have come.
    if (query.date != null) toInstant(query.date, config.clinicTimezone);
    const { duplicate, ...said } = query;
    const owner = new Types.ObjectId(user.userId);
    const { limits } = config;
    const results = await inUploadTurn(user.userId, () =>
      withUpload(ctx, said, limits, room, async ({ events, format, complete }) =>
        ingest(
          events,
          {
            owner,
            format,
            duplicate,
            confirm: async () => confirm('now'),
            complete: async (recording) => {
              const whole = await complete(recording);
              // Hours may have passed since the token was looked at.
              await confirm();
              return whole;
            },
          },
          deps,
        ),
      ),
    );
    // A rhythm is what a reader looks for; the median beat and others were made from it.
    const [first, ...others] = results.toSorted(
      (a, b) => Number(b.ecg.part === 'rhythm') - Number(a.ecg.part === 'rhythm'),
    );
    if (!first) throw new Error('the decoder ended without a recording and without an error');
    ctx.status = results.some(({ created }) => created) ? 201 : 200;
    if (others.length > 0) {
      ctx.body = { items: [first, ...others].map(uploaded) } satisfies UploadedEcgs;
      return;
    }
    const view = uploaded(first);
    ctx.set('Location', `${ctx.path}/${view.id}`);
    ctx.set('ETag', etag(view.version));
    ctx.body = view;
  };
}

const uploaded = ({ ecg, warnings }: Ingested): UploadedEcg => ({ ...ecgView(ecg), warnings });

/**
 * @openapi
 * /ecgs:
 *   get:
 *     operationId: listEcgs
 *     tags: [ecgs]
 *     x-access: clinician
 *     summary: List your recordings
 *     description: The latest upload first; with dateFrom or dateTo the latest recording first.
 *     parameters:
 *       - { $ref: '#/components/parameters/Limit' }
 *       - { $ref: '#/components/parameters/Cursor' }
 *       - { $ref: '#/components/parameters/Total' }
 *       - { name: dateFrom, in: query, schema: { type: string, minLength: 1 },
 *           description: 'ISO 8601 date or date-time; recorded then or later' }
 *       - { name: dateTo, in: query, schema: { type: string, minLength: 1 },
 *           description: 'ISO 8601 date or date-time; recorded before' }
 *       - { name: patient, in: query, schema: { type: string, minLength: 1, maxLength: 100 } }
 *       - { name: study, in: query, schema: { type: string, minLength: 1, maxLength: 100 } }
 *       - { name: externalId, in: query, schema: { type: string, minLength: 1, maxLength: 200 } }
 *     responses:
 *       200:
 *         description: One page
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/EcgList' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       403: { $ref: '#/components/responses/Problem403' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function list({ config, database }: EcgDeps): Handler<EcgListQuery, undefined> {
  const byId = z.tuple([z.string().regex(/^[0-9a-f]{24}$/)]);
  const byDate = z.tuple([z.iso.datetime(), z.string().regex(/^[0-9a-f]{24}$/)]);
  return async ({ ctx, user, query }) => {
    const own = new OwnRecordings(database, user.userId);
    const dated = query.dateFrom !== undefined || query.dateTo !== undefined;
    const filter: EcgFilter = {
      ...(query.patient === undefined ? {} : { patient: query.patient }),
      ...(query.study === undefined ? {} : { study: query.study }),
      ...(query.externalId === undefined ? {} : { externalId: query.externalId }),
      ...(dated
        ? { date: { $ne: null, ...bound('$gte', 'dateFrom', query, config), ...bound('$lt', 'dateTo', query, config) } }
        : {}),
    };
    const after =
      query.cursor === undefined
        ? {}
        : dated
          ? afterDate(decodeCursor(query.cursor, byDate))
          : { _id: { $lt: new Types.ObjectId(decodeCursor(query.cursor, byId)[0]) } };
    const found = await own.list(
      { $and: [filter, after] },
      dated ? { date: -1, _id: -1 } : { _id: -1 },
      query.limit + 1,
    );
    const { items, nextCursor } = page(found, query.limit, (ecg) =>
      dated ? [ecg.date?.toISOString(), ecg._id.toHexString()] : [ecg._id.toHexString()],
    );
    const counted = query.total ? await total(async (atMost) => own.count(filter, atMost)) : {};
    ctx.body = { items: items.map(ecgView), nextCursor, ...counted } satisfies EcgList;
  };
}

function bound(
  operator: '$gte' | '$lt',
  name: 'dateFrom' | 'dateTo',
  query: EcgListQuery,
  config: EcgDeps['config'],
): Record<string, Date> {
  const text = query[name];
  if (text === undefined) return {};
  try {
    return { [operator]: instant(text, config.clinicTimezone) };
  } catch (error) {
    if (!(error instanceof UnreadableMoment)) throw error;
    throw queryProblem([{ path: `/${name}`, message: error.message }]);
  }
}

function afterDate([date, id]: [string, string]): EcgFilter {
  const at = new Date(date);
  return { $or: [{ date: { $lt: at } }, { date: at, _id: { $lt: new Types.ObjectId(id) } }] };
}

/**
 * @openapi
 * /ecgs/{id}:
 *   get:
 *     operationId: readEcg
 *     tags: [ecgs]
 *     x-access: clinician
 *     summary: Read a recording of yours
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *     responses:
 *       200:
 *         description: The recording
 *         headers:
 *           ETag: { $ref: '#/components/headers/ETag' }
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/Ecg' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       403: { $ref: '#/components/responses/Problem403' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function read({ database }: EcgDeps): Handler<NoQuery, undefined> {
  return async ({ ctx, user, param }) => answer(ctx, await new OwnRecordings(database, user.userId).get(param('id')));
}

function answer(ctx: Context, ecg: StoredEcg): void {
  ctx.set('ETag', etag(ecg.version));
  ctx.body = ecgView(ecg);
}

/**
 * @openapi
 * /ecgs/{id}:
 *   patch:
 *     operationId: changeEcg
 *     tags: [ecgs]
 *     x-access: clinician
 *     summary: Change what is said about a recording
 *     description: >
 *       Notes, patient and study at any time; samplingRate, unit with gain, and zeroLevel on the channels whose file left them open, where they may also be corrected. What the file
 *       states stays, and the samples never change. Insights follow: about another zeroLevel the crossings are counted again.
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *       - { $ref: '#/components/parameters/IfMatch' }
 *     requestBody:
 *       required: true
 *       content:
 *         application/json:
 *           schema: { $ref: '#/components/schemas/EcgPatch' }
 *           example: { notes: 'Repeat in a week' }
 *     responses:
 *       200:
 *         description: The recording
 *         headers:
 *           ETag: { $ref: '#/components/headers/ETag' }
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/Ecg' }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       403: { $ref: '#/components/responses/Problem403' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       408: { $ref: '#/components/responses/Problem408' }
 *       409: { $ref: '#/components/responses/Problem409' }
 *       412: { $ref: '#/components/responses/Problem412' }
 *       413: { $ref: '#/components/responses/Problem413' }
 *       415: { $ref: '#/components/responses/Problem415' }
 *       422: { $ref: '#/components/responses/Problem422' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 *       507: { $ref: '#/components/responses/Problem507' }
 */
function change({ database }: EcgDeps): Handler<NoQuery, EcgPatch> {
  return async ({ ctx, user, param, body }) => {
    const own = new OwnRecordings(database, user.userId);
    const expected = ifMatch(ctx);
    for (;;) {
      const updated = await own.reading(param('id'), { withBlockTables: true }, async (ecg) => {
        if (expected !== null && ecg.version !== expected) throw stale();
        const changed = await changes(ecg, body, database);
        const named = namedReferences(ecg, body);
        return named === null
          ? own.update(ecg, changed)
          : withReferences(database, named, async (references, session) =>
              own.update(ecg, { ...changed, ...references }, session),
            );
      });
      // Null: somebody changed it in between. Their change is looked at, and this one tried again on top of it.
      if (updated) return answer(ctx, updated);
    }
  };
}

const stale = (): Problem =>
  new Problem('version-stale', 'Read the recording again and repeat your change on what it is now.');

/**
 * @openapi
 * /ecgs/{id}:
 *   delete:
 *     operationId: removeEcg
 *     tags: [ecgs]
 *     x-access: clinician
 *     summary: Delete a recording of yours, with its samples
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *       - { $ref: '#/components/parameters/IfMatch' }
 *     responses:
 *       204: { description: It is gone; its id may be used again }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       403: { $ref: '#/components/responses/Problem403' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       412: { $ref: '#/components/responses/Problem412' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 *       507: { $ref: '#/components/responses/Problem507' }
 */
function remove({ database }: EcgDeps): Handler<NoQuery, undefined> {
  return async ({ ctx, user, param }) => {
    const own = new OwnRecordings(database, user.userId);
    const ecg = await own.get(param('id'));
    const expected = ifMatch(ctx);
    if (!(await own.remove(ecg, expected))) {
      await own.get(param('id'));
      throw stale();
    }
    ctx.status = 204;
  };
}

/**
 * @openapi
 * /ecgs/{id}/channels/{name}/samples:
 *   get:
 *     operationId: readSamples
 *     tags: [ecgs]
 *     x-access: clinician
 *     summary: The samples of one channel, as recorded
 *     description: >
 *       In stored units, as JSON or, with Accept application/octet-stream, as little-endian binary of the type that the header Sample-Type names; there a
 *       missing sample is the lowest value of an integer type, or NaN. At most MAX_SAMPLES_PER_ANSWER samples an answer.
 *     parameters:
 *       - { $ref: '#/components/parameters/Id' }
 *       - { name: name, in: path, required: true, schema: { type: string }, description: The channel's name as the upload gave it }
 *       - { name: from, in: query, schema: { type: number, minimum: 0 }, description: 'Seconds from the start, before the end of the recording' }
 *       - { name: to, in: query, schema: { type: number, minimum: 0 }, description: 'Seconds from the start, not included; what lies behind the end is left out' }
 *     responses:
 *       200:
 *         description: The samples. The binary answer tells the rest in headers; what is unknown has none
 *         headers:
 *           Sample-Type: { schema: { type: string, enum: [int16, int32, float32, float64] } }
 *           Sample-Count: { schema: { type: integer } }
 *           First-Sample: { schema: { type: integer }, description: 'Its number, from 0' }
 *           Sampling-Rate: { schema: { type: number }, description: Hz }
 *           Gain: { schema: { type: number } }
 *           Zero-Level: { schema: { type: number } }
 *           Unit: { schema: { type: string }, description: Percent-encoded }
 *           Calibrated: { schema: { type: boolean }, description: 'Whether a unit of a physical quantity and its gain are known' }
 *         content:
 *           application/json:
 *             schema: { $ref: '#/components/schemas/ChannelSamples' }
 *           application/octet-stream:
 *             schema: { type: string, format: binary }
 *       400: { $ref: '#/components/responses/Problem400' }
 *       401: { $ref: '#/components/responses/Problem401' }
 *       403: { $ref: '#/components/responses/Problem403' }
 *       404: { $ref: '#/components/responses/Problem404' }
 *       406: { $ref: '#/components/responses/Problem406' }
 *       422: { $ref: '#/components/responses/Problem422' }
 *       429: { $ref: '#/components/responses/Problem429' }
 *       500: { $ref: '#/components/responses/Problem500' }
 *       503: { $ref: '#/components/responses/Problem503' }
 */
function readSamples({ config, database }: EcgDeps): Handler<SamplesQuery, undefined> {
  return async ({ ctx, user, param, query }) => {
    const form = ctx.accepts('application/json', 'application/octet-stream');
    if (!form) throw new Problem('not-acceptable', 'Accept application/json or application/octet-stream.');
    await new OwnRecordings(database, user.userId).reading(param('id'), {}, async (ecg) => {
      const range = await readRange(
        ecg,
        param('name'),
        query,
        config.limits.maxSamplesPerAnswer,
        database,
        clientGone(ctx),
      );
      ctx.vary('Accept');
      if (form === 'application/json') answerJson(ctx, ecg, range);
      else answerBinary(ctx, range);
    });
  };
}

function answerJson(ctx: Context, ecg: StoredEcg, { channel, first, samples, type }: ChannelRange): void {
  const { name, lead, samplingRate, unit, gain, zeroLevel, calibrated } = channel;
  const head = {
    ecgId: ecg._id.toHexString(),
    channel: name,
    lead,
    samplingRate,
    unit,
    gain,
    zeroLevel,
    calibrated,
    sampleType: type,
    first,
    count: samples.length,
  };
  ctx.type = 'application/json';
  ctx.body = Readable.from(
    (function* () {
      yield `${JSON.stringify(head).slice(0, -1)},"samples":[`;
      yield* jsonNumbers(samples);
      yield ']}';
    })(),
  );
}

function answerBinary(ctx: Context, { channel, first, samples, type }: ChannelRange): void {
  ctx.type = 'application/octet-stream';
  ctx.set({
    'Sample-Type': type,
    'Sample-Count': String(samples.length),
    'First-Sample': String(first),
    Gain: String(channel.gain),
    'Zero-Level': String(channel.zeroLevel),
    Calibrated: String(channel.calibrated),
  });
  if (channel.samplingRate !== null) ctx.set('Sampling-Rate', String(channel.samplingRate));
  if (channel.unit !== null) ctx.set('Unit', encodeURIComponent(channel.unit));
  ctx.body = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
}

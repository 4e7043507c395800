/** `/ecgs`: clinicians upload recordings, and see exactly those. */
import type { Context } from 'koa';
import { Types } from 'mongoose';
import { z } from 'zod';
import { withReferences } from '../directory/references.ts';
import { ID } from '../database/ids.ts';
import { Problem } from '../errors.ts';
import { noContent, onePage, versioned } from '../http/answers.ts';
import { clientGone } from '../http/client-gone.ts';
import { etag } from '../http/etag.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import { decodeCursor, page, total } from '../http/paging.ts';
import { listAnnotations } from './annotation-routes.ts';
import { namedReferences } from './attached.ts';
import { changes } from './change.ts';
import { checkEcg } from './check-routes.ts';
import { readCohort } from './cohort-routes.ts';
import { datesOf } from './date.ts';
import type { EcgDeps } from './deps.ts';
import { exportEcg } from './export-routes.ts';
import { listFormats } from './format-routes.ts';
import { readInsights } from './insight-routes.ts';
import { drawEcg } from './picture-routes.ts';
import { readSamples } from './channel-routes.ts';
import { Ecg, EcgList, ecgListQuery, EcgPatch } from './schema.ts';
import { type EcgFilter, type StoredEcg, withExternalId } from './store/model.ts';
import { readEcgSamples } from './samples-routes.ts';
import { readInsightSeries } from './series-routes.ts';
import { suggestPatients } from './suggestion-routes.ts';
import { readWaveform } from './waveform-routes.ts';
import { uploadEcg } from './upload-routes.ts';
import { ecgView } from './view.ts';

export const ecgOperations = (deps: EcgDeps): AnyOperation[] => [
  uploadEcg(deps),
  listEcgs(deps),
  readEcg(deps),
  changeEcg(deps),
  removeEcg(deps),
  readInsights(deps),
  readCohort(deps),
  readInsightSeries(deps),
  readEcgSamples(deps),
  readSamples(deps),
  readWaveform(deps),
  listAnnotations(deps),
  checkEcg(deps),
  drawEcg(deps),
  exportEcg(deps),
  suggestPatients(deps),
  listFormats(deps),
];

const COMMON = { tag: 'ecgs', access: 'clinician' } as const;

const ecgId = z.string().regex(ID);
const afterId = z.tuple([ecgId]);
const afterDateAndId = z.tuple([z.iso.datetime(), ecgId]);

/**
 * @openapi
 * /ecgs:
 *   get:
 *     summary: List your recordings
 *     description: The latest upload first; with `dateFrom` or `dateTo`, the latest recording date first.
 */
const listEcgs = ({ config, zone, recordingsOf }: EcgDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'listEcgs',
    method: 'get',
    path: '/ecgs',
    query: ecgListQuery(config.limits),
    answers: onePage(EcgList),
    errors: ['invalid-cursor'],
    handler: async ({ ctx, user, query }) => {
      const own = recordingsOf(user.userId);
      const { patient, study, externalId, cursor } = query;
      const dates = datesOf(query, zone);
      const dated = dates !== null;
      const filter: EcgFilter = {
        ...(patient !== undefined && { patient }),
        ...(study !== undefined && { study }),
        ...(externalId !== undefined && withExternalId(externalId)),
        ...dates,
      };
      const after =
        cursor === undefined
          ? {}
          : dated
            ? afterDate(decodeCursor(cursor, afterDateAndId))
            : { _id: { $lt: new Types.ObjectId(decodeCursor(cursor, afterId)[0]) } };
      const order = dated ? ({ date: -1, _id: -1 } as const) : ({ _id: -1 } as const);
      const found = await own.list({ $and: [filter, after] }, order, query.limit + 1);
      const { items, nextCursor } = page(found, query.limit, (ecg) =>
        dated ? [ecg.date?.toISOString(), ecg._id.toHexString()] : [ecg._id.toHexString()],
      );
      const counted = query.total ? await total(async (atMost) => own.count(filter, atMost)) : {};
      ctx.body = { items: items.map(ecgView), nextCursor, ...counted } satisfies EcgList;
    },
  });

function afterDate([date, id]: [string, string]): EcgFilter {
  const at = new Date(date);
  return { $or: [{ date: { $lt: at } }, { date: at, _id: { $lt: new Types.ObjectId(id) } }] };
}

/**
 * @openapi
 * /ecgs/{id}:
 *   get:
 *     summary: Read one of your recordings
 */
const readEcg = ({ recordingsOf }: EcgDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'readEcg',
    method: 'get',
    path: '/ecgs/:id',
    answers: versioned(Ecg, 'The recording'),
    handler: async ({ ctx, user, param }) => answer(ctx, await recordingsOf(user.userId).get(param('id'))),
  });

function answer(ctx: Context, ecg: StoredEcg): void {
  ctx.set('ETag', etag(ecg.version));
  ctx.body = ecgView(ecg);
}

/**
 * @openapi
 * /ecgs/{id}:
 *   patch:
 *     summary: Change the description of a recording
 *     description: >
 *       Notes, patient and study can always be changed. samplingRate, unit with gain, and zeroLevel can be set, and
 *       corrected, on channels whose file leaves them open. What the file states cannot be changed, and the samples
 *       never change. Insights are updated: with another zeroLevel the crossings are counted again.
 *     requestBody: { content: { application/json: { example: { notes: Repeat in a week } } } }
 */
const changeEcg = ({ database, recordingsOf }: EcgDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'changeEcg',
    method: 'patch',
    path: '/ecgs/:id',
    body: EcgPatch,
    ifMatch: true,
    large: (_query, { zeroLevel }) => zeroLevel !== undefined,
    answers: versioned(Ecg, 'The recording'),
    errors: ['reference-unknown', 'already-known'],
    handler: async ({ ctx, user, param, body, version }) => {
      const own = recordingsOf(user.userId);
      const gone = clientGone(ctx);
      for (;;) {
        const updated = await own.reading(param('id'), { withBlockTables: true, deed: 'change' }, async (ecg) => {
          if (version !== null && ecg.version !== version) throw stale();
          const changed = await changes(ecg, body, database, gone);
          const named = namedReferences(ecg, body);
          const fields = Object.keys(body);
          return named === null
            ? own.update(ecg, changed, fields)
            : withReferences(database, named, async (references, session) =>
                own.update(ecg, { ...changed, ...references }, fields, session),
              );
        });
        // Null if somebody changed it meanwhile: this change is then tried again on top of theirs.
        if (updated) return answer(ctx, updated);
      }
    },
  });

const stale = (): Problem => new Problem('version-stale', 'Read the recording again and repeat your change.');

/**
 * @openapi
 * /ecgs/{id}:
 *   delete:
 *     summary: Delete one of your recordings, with its samples
 */
const removeEcg = ({ recordingsOf }: EcgDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'removeEcg',
    method: 'delete',
    path: '/ecgs/:id',
    ifMatch: true,
    answers: noContent('Deleted; its id may be used again'),
    handler: async ({ ctx, user, param, version }) => {
      const own = recordingsOf(user.userId);
      const ecg = await own.get(param('id'), { deed: 'remove' });
      if (!(await own.remove(ecg, version))) {
        await own.get(param('id'), { deed: 'remove' });
        throw stale();
      }
      ctx.status = 204;
    },
  });

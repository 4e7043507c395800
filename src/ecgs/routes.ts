/** `/ecgs`: clinicians upload recordings, and see exactly those. */
import type { Context } from 'koa';
import { Problem } from '../errors.ts';
import { noContent, versioned } from '../http/answers.ts';
import { clientGone } from '../http/client-gone.ts';
import { etag } from '../http/etag.ts';
import { type AnyOperation, operation } from '../http/operation.ts';
import { annotationFileOperations } from './annotations/file-routes.ts';
import { annotationOperations } from './annotations/routes.ts';
import { withNamedReferences } from './attached.ts';
import { bulkOperations } from './bulk/routes.ts';
import { changes } from './change.ts';
import { changedFacts, takenBy } from './change-facts.ts';
import { checkEcg } from './check-routes.ts';
import { readCohort } from './cohort-routes.ts';
import { commentLines } from './comments/lines.ts';
import { commentOperations } from './comments/routes.ts';
import type { EcgDeps } from './deps.ts';
import { exportEcg } from './export-routes.ts';
import { listFormats } from './format-routes.ts';
import { readInsights } from './insight-routes.ts';
import { listEcgs, listPatientEcgs } from './list-routes.ts';
import { readOriginal } from './original-routes.ts';
import { drawEcg, drawEcgAsPdf, drawEcgAsPng, type RemarksOf } from './picture-routes.ts';
import { readSamples } from './channel-routes.ts';
import { Ecg, EcgPatch } from './schema.ts';
import type { StoredEcg } from './store/model.ts';
import { readEcgSamples } from './samples-routes.ts';
import { readInsightSeries } from './series-routes.ts';
import { suggestPatients } from './suggestion-routes.ts';
import { readWaveform } from './waveform-routes.ts';
import { uploadEcg } from './upload-routes.ts';
import { ecgView } from './view.ts';

export const ecgOperations = (deps: EcgDeps): AnyOperation[] => [
  uploadEcg(deps),
  listEcgs(deps),
  listPatientEcgs(deps),
  readEcg(deps),
  changeEcg(deps),
  removeEcg(deps),
  readInsights(deps),
  readCohort(deps),
  readInsightSeries(deps),
  readEcgSamples(deps),
  readSamples(deps),
  readWaveform(deps),
  ...annotationOperations(deps),
  ...annotationFileOperations(deps),
  ...commentOperations(deps),
  ...bulkOperations(deps),
  checkEcg(deps),
  ...[drawEcg, drawEcgAsPng, drawEcgAsPdf].map((operationOf) => operationOf({ ...deps, remarksOf: signed(deps) })),
  exportEcg(deps),
  readOriginal(deps),
  suggestPatients(deps),
  listFormats(deps),
];

/** The signed comment is written on pictures with a header. */
const signed =
  ({ zone, database }: EcgDeps): RemarksOf =>
  async (ecg) =>
    commentLines(ecg, zone, database);

const COMMON = { tag: 'ecgs', access: 'clinician' } as const;

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
 *       Notes, patient and study can always be changed. To move a recording to another patient, name that patient: a
 *       study of another patient alone is refused with a 409 (`other-patient`). date and externalId can be set, and
 *       corrected, if the file leaves them open (`open`). samplingRate, unit with gain, and zeroLevel can be set, and
 *       corrected, on channels whose file leaves them open. What the file states cannot be changed, and the samples
 *       never change. Insights are updated: with another zeroLevel the crossings are counted again. What is there
 *       already is no change: the version stays.
 *     requestBody: { content: { application/json: { example: { notes: Repeat in a week } } } }
 */
const changeEcg = ({ zone, database, recordingsOf }: EcgDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'changeEcg',
    method: 'patch',
    path: '/ecgs/:id',
    body: EcgPatch,
    ifMatch: true,
    large: (_query, { zeroLevel }) => zeroLevel !== undefined,
    answers: versioned(Ecg, 'The recording'),
    errors: ['reference-unknown', 'other-patient', 'already-known', 'external-id-taken', 'content-exists'],
    handler: async ({ ctx, user, param, body, version }) => {
      const own = recordingsOf(user.userId);
      const gone = clientGone(ctx);
      for (;;) {
        const change = async (ecg: StoredEcg): Promise<StoredEcg | null> => {
          if (version !== null && ecg.version !== version) throw stale();
          const facts = changedFacts(ecg, body, zone);
          const changed = { ...(await changes(ecg, body, database, gone)), ...facts };
          return withNamedReferences(database, ecg, body, async (references, session) =>
            own.update(ecg, { ...changed, ...references }, Object.keys(body), session),
          );
        };
        const reading = own.reading(param('id'), { withBlockTables: true, deed: 'change' }, change);
        const updated = await reading.catch((error: unknown) => {
          throw takenBy(error, body);
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

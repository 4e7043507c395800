/** `/ecgs/bulk/…`: several recordings in one request, with one result for each. */
import { Problem } from '../../errors.ts';
import { formatById } from '../../formats/registry.ts';
import { json } from '../../http/answers.ts';
import { clientGone } from '../../http/client-gone.ts';
import { type AnyOperation, operation } from '../../http/operation.ts';
import { withNamedReferences } from '../attached.ts';
import type { EcgDeps } from '../deps.ts';
import { zipped } from '../../http/zipped.ts';
import { assertSeen, done, Each, resultsOf, stale } from './each.ts';
import { exportedFiles } from './export.ts';
import { BulkAttach, BulkDelete, BulkExport, BulkResults } from './schema.ts';

export const bulkOperations = (deps: EcgDeps): AnyOperation[] => [deleteEcgs(deps), attachEcgs(deps), exportEcgs(deps)];

const COMMON = { tag: 'ecgs', access: 'clinician', method: 'post', large: true } as const;
const RESULTS = { 200: json(BulkResults, 'One result for each recording, whether it was done or not') };

/**
 * @openapi
 * /ecgs/bulk/delete:
 *   post:
 *     summary: Delete several recordings
 *     description: >
 *       Up to 200, one after the other, each only in the version that you have seen. Nothing is undone if another one
 *       cannot be deleted: the answer has one result for each. A result of 503 says that the database did not answer,
 *       and the rest was not attempted: send the same request again, and those that are deleted already are answered
 *       with 404.
 *     requestBody:
 *       content:
 *         application/json:
 *           example: { items: [{ id: 665f1c2ab7e4d1a2c3b4d5e6, version: 1 }] }
 */
const deleteEcgs = (deps: EcgDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'deleteEcgs',
    path: '/ecgs/bulk/delete',
    body: BulkDelete,
    answers: RESULTS,
    handler: async ({ ctx, user, body }) => {
      const own = deps.recordingsOf(user.userId);
      ctx.body = await resultsOf(new Each(ctx, deps, clientGone(ctx)), body.items, async (item) => {
        const ecg = await own.get(item.id, { deed: 'remove' });
        if (await own.remove(ecg, item.version)) return done(204);
        await own.get(item.id, { deed: 'remove' });
        throw stale();
      });
    },
  });

/**
 * @openapi
 * /ecgs/bulk/attach:
 *   post:
 *     summary: Attach several recordings to a patient or study
 *     description: >
 *       Up to 200, one after the other, each only in the version that you have seen; as PATCH does with a single one.
 *       Null detaches. A recording of another patient is moved only if `patient` names the new one; with the study
 *       alone, its result is a 409 (`other-patient`). The answer has one result for each, with the new version. A
 *       result of 503 says that the database did not answer, and the rest was not attempted. Read these again before
 *       you repeat it.
 *     requestBody:
 *       content:
 *         application/json:
 *           example: { items: [{ id: 665f1c2ab7e4d1a2c3b4d5e6, version: 1 }], patient: null }
 */
const attachEcgs = (deps: EcgDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'attachEcgs',
    path: '/ecgs/bulk/attach',
    body: BulkAttach,
    answers: RESULTS,
    handler: async ({ ctx, user, body: { items, ...attached } }) => {
      const own = deps.recordingsOf(user.userId);
      const fields = Object.keys(attached);
      ctx.body = await resultsOf(new Each(ctx, deps, clientGone(ctx)), items, async (item) => {
        const ecg = await own.get(item.id, { deed: 'change' });
        assertSeen(ecg, item);
        const updated = await withNamedReferences(deps.database, ecg, attached, async (references, session) =>
          own.update(ecg, { ...attached, ...references }, fields, session),
        );
        if (!updated) throw stale();
        return done(200, updated.version);
      });
    },
  });

/**
 * @openapi
 * /ecgs/bulk/export:
 *   post:
 *     summary: Export several recordings as a zip
 *     description: >
 *       Up to 200, each in a folder with its number in the request, then manifest.json: for each recording `position`,
 *       `id`, `status`, `code`, `detail` and the names of its `files`. A recording that cannot be exported has no
 *       files, and its reason is in the manifest (such as one without a date, which DICOM needs unless it is
 *       de-identified). The zip is streamed; if reading fails in the middle of a file, the
 *       connection is closed, and a zip without a manifest is incomplete. With `deidentify`, the manifest contains no
 *       ids.
 *     requestBody:
 *       content:
 *         application/json:
 *           example: { items: [{ id: 665f1c2ab7e4d1a2c3b4d5e6, version: 1 }], format: wfdb, deidentify: true }
 */
const exportEcgs = (deps: EcgDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'exportEcgs',
    path: '/ecgs/bulk/export',
    body: BulkExport,
    answers: { 200: { description: 'The zip', content: { 'application/zip': 'binary' } } },
    errors: ['format-unfit'],
    handler: async ({ ctx, user, body }) => {
      const { encode, title, id } = formatById(body.format);
      if (!encode)
        throw new Problem(
          'format-unfit',
          `${title} can be read but not written. GET /formats shows which formats can be written.`,
        );
      const own = deps.recordingsOf(user.userId);
      const gone = clientGone(ctx);
      ctx.attachment(`ecgs-${id}.zip`);
      ctx.type = 'application/zip';
      ctx.body = zipped(exportedFiles(own, body, new Each(ctx, deps, gone), deps, gone));
    },
  });

/** Lists of recordings: `/ecgs`, and `/patients/{id}/ecgs` of one patient. */
import type { Connection } from 'mongoose';
import { existingPatient } from '../directory/children.ts';
import { patientNames } from '../directory/patients/find.ts';
import { pageOrCsv } from '../http/answers.ts';
import { wantsCsv } from '../http/csv.ts';
import { columnsOf } from '../http/csv-columns.ts';
import { answerList, LIST } from '../http/list-csv.ts';
import { type AnyOperation, type Call, operation } from '../http/operation.ts';
import { page } from '../http/paging.ts';
import type { EcgDeps } from './deps.ts';
import { defaultSort, type EcgListQuery, ecgListQuery, patientEcgsQuery } from './list-query.ts';
import { listed, planned } from './listing.ts';
import { type Ecg, EcgList, EcgShort } from './schema.ts';
import { cursorValues } from './store/list-order.ts';
import type { StoredEcg } from './store/model.ts';
import { ecgView, shortView } from './view.ts';

const COMMON = { tag: 'ecgs', access: 'clinician' } as const;
const CSV = {
  name: 'recordings',
  columns: columnsOf(EcgShort, {
    leads: (leads: EcgShort['leads']) => leads.map(({ name, zeroCrossings }) => `${name}: ${zeroCrossings}`).join('; '),
  }),
};

/**
 * @openapi
 * /ecgs:
 *   get:
 *     summary: List your recordings
 *     description: >
 *       Search, filters and orders can be combined. With `view=short`, each recording has its leads with their
 *       crossings in place of its channels. The CSV has the fields of the short form, and the crossings of all leads in
 *       one column.
 */
export const listEcgs = (deps: EcgDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'listEcgs',
    method: 'get',
    path: '/ecgs',
    query: ecgListQuery(deps.config.limits),
    answers: pageOrCsv(EcgList),
    ...LIST,
    handler: async (call) => answerRecordings(deps, call, call.query),
  });

/**
 * @openapi
 * /patients/{id}/ecgs:
 *   get:
 *     summary: List your recordings of a patient
 *     description: As `GET /ecgs` with `patient`, but a patient who does not exist is a 404.
 */
export const listPatientEcgs = (deps: EcgDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'listPatientEcgs',
    method: 'get',
    path: '/patients/:id/ecgs',
    query: patientEcgsQuery(deps.config.limits),
    answers: pageOrCsv(EcgList),
    ...LIST,
    handler: async (call) => {
      const patient = (await existingPatient(deps.database, call.param('id'))).toHexString();
      await answerRecordings(deps, call, { ...call.query, patient });
    },
  });

async function answerRecordings(
  { database, recordingsOf, zone }: EcgDeps,
  { ctx, user }: Pick<Call<unknown, unknown>, 'ctx' | 'user'>,
  query: EcgListQuery,
): Promise<void> {
  const own = recordingsOf(user.userId);
  const sort = query.sort ?? defaultSort(query);
  const isShort = query.view === 'short' || wantsCsv(ctx);
  const listing = await planned(database, own, query, sort, zone);
  await answerList<Ecg | EcgShort>({ ctx, query }, CSV, {
    page: async (cursor, limit) => {
      const found = await listed(own, listing, sort, cursor, limit + 1);
      const { items, nextCursor } = page(found, limit, (ecg) => cursorValues(sort, ecg));
      return { items: isShort ? await shortViews(database, items) : items.map(ecgView), nextCursor };
    },
    count: (atMost) => own.count(listing.filter, atMost, listing.index),
  });
}

async function shortViews(database: Connection, ecgs: readonly StoredEcg[]): Promise<EcgShort[]> {
  const names = await patientNames(
    database,
    ecgs.flatMap(({ patient }) => patient ?? []),
  );
  return ecgs.map((ecg) => shortView(ecg, names.get(ecg.patient ?? '') ?? null));
}

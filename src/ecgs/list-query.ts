/** The queries of lists of recordings. */
import { z } from 'zod';
import type { Limits } from '../startup/config.ts';
import { moment } from '../directory/fields.ts';
import { MAX_ID_LENGTH } from '../formats/common/bounds.ts';
import { FORMAT_IDS } from '../formats/types.ts';
import { pageQuery } from '../http/paging.ts';
import { eitherFlag, number, withDefault } from '../http/query-values.ts';
import { searchText } from '../http/search-text.ts';
import { CANONICAL_LEADS } from '../signal/leads.ts';
import { reference } from './fields.ts';
import { EVIDENT } from './store/evident.ts';
import { ECG_ORDERS } from './store/list-order.ts';

const SORTS = ECG_ORDERS.flatMap((order) => [order, `-${order}`] as const);

const filters = {
  q: searchText()
    .optional()
    .meta({
      description:
        'Beginnings of words, ignoring case and accents; all must match. Searched are notes, `externalId`, the ' +
        'names of channels, leads, the file and its record, the subject according to the file, and the names of ' +
        'the patient',
    }),
  dateFrom: moment().optional().meta({ description: 'Recorded then or later' }),
  dateTo: moment().optional().meta({ description: 'Recorded before' }),
  study: reference.optional(),
  externalId: z.string().min(1).max(MAX_ID_LENGTH).optional(),
  lead: z.enum(CANONICAL_LEADS).optional().meta({ description: 'With a channel of this standard lead' }),
  format: z.enum(FORMAT_IDS).optional().meta({ description: 'The format of the upload' }),
  samplingRateFrom: number().optional().meta({ description: 'Hz, of the fastest channel' }),
  samplingRateTo: number().optional().meta({ description: 'Hz, of the fastest channel; inclusive' }),
  durationFrom: number().optional().meta({ description: 'Seconds, of the longest channel' }),
  durationTo: number().optional().meta({ description: 'Seconds, of the longest channel; inclusive' }),
  hasAnnotations: eitherFlag().meta({ description: 'Of its file, attached later, or your own' }),
  check: z
    .enum(EVIDENT)
    .optional()
    .meta({
      description:
        'With this finding. Only findings that need no samples; `lead-off` only of channels that are flat from ' +
        'beginning to end. `GET /ecgs/{id}/checks` finds more',
    }),
};

const form = {
  sort: z
    .enum(SORTS)
    .optional()
    .meta({
      description:
        'A minus sign (`-`) means descending. `createdAt` is the order in which the uploads began; unknown values ' +
        'come before all others. Default: `-createdAt`, or `-date`, `-duration` or `-samplingRate` if a range of it ' +
        'is given',
    }),
  view: withDefault(
    z.enum(['full', 'short']).meta({ description: 'Short: without channels, but with the crossings of each lead' }),
    'full',
  ),
};

const RANGES = ['duration', 'samplingRate'] as const;
type Ranges = { readonly [Name in `${(typeof RANGES)[number]}${'From' | 'To'}`]?: number | undefined };

const disorder = (query: Ranges): (typeof RANGES)[number] | undefined =>
  RANGES.find((name) => (query[`${name}From`] ?? -Infinity) > (query[`${name}To`] ?? Infinity));

/** The query of `GET /patients/{id}/ecgs`. */
export const patientEcgsQuery = (limits: Pick<Limits, 'maxPageSize'>) =>
  z.strictObject({ ...pageQuery(limits), ...filters, ...form }).superRefine(inOrder);

/** The query of `GET /ecgs`. */
export const ecgListQuery = (limits: Pick<Limits, 'maxPageSize'>) =>
  z.strictObject({ ...pageQuery(limits), patient: reference.optional(), ...filters, ...form }).superRefine(inOrder);

function inOrder(query: Ranges, ctx: z.RefinementCtx): void {
  const name = disorder(query);
  if (name === undefined) return;
  ctx.addIssue({ code: 'custom', path: [`${name}To`], message: `must not be less than ${name}From` });
}

export type EcgListQuery = z.infer<ReturnType<typeof ecgListQuery>>;
export type EcgFilters = Omit<EcgListQuery, 'limit' | 'cursor' | 'total' | 'sort' | 'view'>;

/** The order of a list whose query names none. */
export function defaultSort(query: EcgFilters): (typeof SORTS)[number] {
  if ((query.dateFrom ?? query.dateTo) !== undefined) return '-date';
  const range = RANGES.find((name) => (query[`${name}From`] ?? query[`${name}To`]) !== undefined);
  return range === undefined ? '-createdAt' : `-${range}`;
}

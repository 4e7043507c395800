/** How often the recordings of a user cross zero: the distribution over all of them, from one aggregation. */
import { type Connection, mongo } from 'mongoose';
import { Problem } from '../../errors.ts';
import { DEFINITION } from '../../signal/crossings.ts';
import { CANONICAL_LEADS } from '../../signal/leads.ts';
import { recordingsFor } from '../access.ts';
import { type EcgFilter, ecgModel } from '../store/model.ts';
import { BIN_WIDTH, type Cohort, type CohortGroup, type CohortQuery } from './cohort-schema.ts';
import { cohortStages } from './cohort-stages.ts';

/** How long the database may work on one answer. */
export const MAX_COHORT_MS = 30_000;

/**
 * mongod's error_codes.yml: MaxTimeMSExpired, ExceededMemoryLimit, BSONObjectTooLarge, and the same as an assertion.
 */
const TOO_MUCH: ReadonlySet<unknown> = new Set([50, 146, 10_334, 17_419]);

/** One result of the aggregation. */
type Found = Pick<
  CohortGroup,
  'lead' | 'sex' | 'ageFrom' | 'recordings' | 'withoutRate' | 'minimum' | 'maximum' | 'mean' | 'standardDeviation'
> & { percentiles: (number | null)[]; histogram: { bin: number; recordings: number }[] };

/** @param dates the filter for the dates of the recordings; null: any. Errors: `cohort-too-large` */
export async function cohort(
  database: Connection,
  userId: string,
  dates: EcgFilter | null,
  query: CohortQuery,
): Promise<Cohort> {
  const recordings = { ...recordingsFor(userId, 'read'), ...dates };
  try {
    const found = await ecgModel(database)
      .aggregate<Found>(cohortStages(recordings, query))
      .hint(dates ? 'date' : 'owned')
      .option({ maxTimeMS: MAX_COHORT_MS })
      .allowDiskUse(true);
    return {
      definition: { ...DEFINITION, deadBand: 0, gaps: 'break' },
      binWidth: BIN_WIDTH,
      groups: found.map(groupOf).toSorted(inOrder),
    };
  } catch (error) {
    if (error instanceof mongo.MongoServerError && TOO_MUCH.has(error.code)) throw tooLarge(error);
    throw error;
  }
}

function groupOf({ percentiles, histogram, ...found }: Found): CohortGroup {
  const [p5 = null, p25 = null, p50 = null, p75 = null, p95 = null] = percentiles;
  const { lead, sex, ageFrom, recordings, withoutRate, minimum, maximum, mean, standardDeviation } = found;
  const bins = histogram.map(({ bin, recordings: count }) => ({
    from: bin * BIN_WIDTH,
    to: (bin + 1) * BIN_WIDTH,
    recordings: count,
  }));
  const place = { lead, sex, ageFrom, recordings, withoutRate };
  return { ...place, minimum, p5, p25, p50, p75, p95, maximum, mean, standardDeviation, histogram: bins };
}

const inOrder = (a: CohortGroup, b: CohortGroup): number =>
  CANONICAL_LEADS.indexOf(a.lead) - CANONICAL_LEADS.indexOf(b.lead) ||
  (a.sex ?? '').localeCompare(b.sex ?? '') ||
  (a.ageFrom ?? -1) - (b.ageFrom ?? -1);

const tooLarge = (cause: unknown): Problem =>
  new Problem(
    'cohort-too-large',
    `The database could not count these recordings within ${MAX_COHORT_MS / 1000} s or its memory. Choose fewer, by ` +
      'date or lead, or leave out sex, age and groupBy.',
    { cause },
  );

/**
 * The aggregation of `GET /insights/cohort`. Equal values are counted together as early as possible: recordings of the
 * same length have few different ones.
 */
import type { PipelineStage } from 'mongoose';
import { PATIENTS } from '../../directory/patients/model.ts';
import { CANONICAL_LEADS } from '../../signal/leads.ts';
import type { EcgFilter } from '../store/model.ts';
import { AGE_BAND, BIN_WIDTH, type CohortQuery, PERCENTILES } from './cohort-schema.ts';

type Choice = Pick<CohortQuery, 'lead' | 'sex' | 'ageFrom' | 'ageTo' | 'groupBy'>;

/** @param recordings the filter that the user's recordings begin with, and the dates */
export const cohortStages = (recordings: EcgFilter, choice: Choice): PipelineStage[] => [
  { $match: recordings },
  ...(needsPatients(choice) ? ratesOfPatients(choice) : rates(choice)),
  ...distribution(),
];

const needsAge = ({ ageFrom, ageTo, groupBy }: Choice): boolean =>
  ageFrom !== undefined || ageTo !== undefined || groupBy === 'age';
const needsPatients = (choice: Choice): boolean =>
  choice.sex !== undefined || choice.groupBy === 'sex' || needsAge(choice);

/** An expression for the crossings per second of a channel, as `insights.ts` computes them; null if unknown. */
function rateOf(samplingRate: string, samples: string, crossings: string): object {
  const isKnown = { $and: [{ $gt: [samplingRate, 0] }, { $gt: [samples, 0] }] };
  return { $cond: [isKnown, { $divide: [crossings, { $divide: [samples, samplingRate] }] }, null] };
}

const leadsOf = ({ lead }: Choice): string[] => [...(lead ?? CANONICAL_LEADS)];

/** Lead, rate and number of channels. The numbers of a summary are grouped as they are, which is half of the work. */
const rates = (choice: Choice): PipelineStage[] => [
  { $unwind: '$channels' },
  { $match: { 'channels.lead': { $in: leadsOf(choice) } } },
  {
    $group: {
      _id: {
        lead: '$channels.lead',
        samplingRate: '$channels.samplingRate',
        samples: '$channels.summary.samples',
        crossings: '$channels.summary.zeroCrossings',
      },
      channels: { $sum: 1 },
    },
  },
  {
    $project: {
      _id: 0,
      lead: '$_id.lead',
      rate: rateOf('$_id.samplingRate', '$_id.samples', '$_id.crossings'),
      channels: 1,
    },
  },
];

/** The same with `sex` or `band` of the patient. Each patient is looked up once, and nothing else of them goes on. */
function ratesOfPatients(choice: Choice): PipelineStage[] {
  const { sex, ageFrom, ageTo, groupBy } = choice;
  const wanted = { $filter: { input: '$channels', as: 'of', cond: { $in: ['$$of.lead', leadsOf(choice)] } } };
  const rate = rateOf('$$of.samplingRate', '$$of.summary.samples', '$$of.summary.zeroCrossings');
  // Free text from before the directory existed is no id. Each recording without a patient is a group of its own.
  const patient = { $convert: { input: '$patient', to: 'objectId', onError: '$_id', onNull: '$_id' } };
  const age = {
    ...((ageFrom !== undefined || ageTo !== undefined) && { $gte: ageFrom ?? 0 }),
    ...(ageTo !== undefined && { $lte: ageTo }),
  };
  return [
    {
      $project: {
        patient,
        date: 1,
        rates: { $map: { input: wanted, as: 'of', in: { lead: '$$of.lead', rate } } },
      },
    },
    { $group: { _id: '$patient', recordings: { $push: { date: '$date', rates: '$rates' } } } },
    {
      $lookup: {
        from: PATIENTS,
        localField: '_id',
        foreignField: '_id',
        pipeline: [{ $project: { _id: 0, sex: 1, birthDate: 1 } }],
        as: 'person',
      },
    },
    { $project: { recordings: 1, sex: { $first: '$person.sex' }, born: { $first: '$person.birthDate' } } },
    ...(sex === undefined ? [] : [{ $match: { sex } }]),
    { $unwind: '$recordings' },
    ...(needsAge(choice) ? [{ $set: { age: AGE } }, { $match: '$gte' in age ? { age } : {} }] : []),
    { $unwind: '$recordings.rates' },
    {
      $project: {
        _id: 0,
        lead: '$recordings.rates.lead',
        rate: '$recordings.rates.rate',
        ...(groupBy === 'sex' && { sex: 1 }),
        ...(groupBy === 'age' && { band: BAND }),
        channels: { $literal: 1 },
      },
    },
  ];
}

const BIRTHDAY = { $substrBytes: ['$born', 'yyyy-'.length, 'mm-dd'.length] };
const YEARS = { $subtract: [{ $year: '$recordings.date' }, { $toInt: { $substrBytes: ['$born', 0, 'yyyy'.length] } }] };
/** Completed years on the day of the recording in UTC, like `yearsBetween`; null if one of the dates is unknown. */
const AGE = {
  $cond: [
    { $and: [{ $eq: [{ $type: '$born' }, 'string'] }, { $eq: [{ $type: '$recordings.date' }, 'date'] }] },
    {
      $subtract: [
        YEARS,
        { $cond: [{ $lt: [{ $dateToString: { format: '%m-%d', date: '$recordings.date' } }, BIRTHDAY] }, 1, 0] },
      ],
    },
    null,
  ],
};

/** The first age of a band. Before birth, an age is unknown. */
const BAND = {
  $cond: [{ $gte: ['$age', 0] }, { $multiply: [AGE_BAND, { $floor: { $divide: ['$age', AGE_BAND] } }] }, null],
};

const GROUP = { lead: '$_id.lead', sex: '$_id.sex', band: '$_id.band' };

/** From rates to one document for each group. */
function distribution(): PipelineStage[] {
  const isKnown = { $ne: ['$rate', null] };
  return [
    {
      $group: {
        _id: { lead: '$lead', sex: { $ifNull: ['$sex', null] }, band: { $ifNull: ['$band', null] }, rate: '$rate' },
        count: { $sum: { $cond: [isKnown, '$channels', 0] } },
        withoutRate: { $sum: { $cond: [isKnown, 0, '$channels'] } },
      },
    },
    // How many recordings have this value or a smaller one.
    {
      $setWindowFields: {
        partitionBy: GROUP,
        sortBy: { '_id.rate': 1 },
        output: { upTo: { $sum: '$count', window: { documents: ['unbounded', 'current'] } } },
      },
    },
    {
      $group: {
        _id: { ...GROUP, bin: { $floor: { $divide: ['$_id.rate', BIN_WIDTH] } } },
        values: { $push: { rate: '$_id.rate', count: '$count', upTo: '$upTo' } },
        count: { $sum: '$count' },
        upTo: { $max: '$upTo' },
        sum: { $sum: { $multiply: ['$_id.rate', '$count'] } },
        minimum: { $min: '$_id.rate' },
        maximum: { $max: '$_id.rate' },
        withoutRate: { $sum: '$withoutRate' },
      },
    },
    { $sort: { '_id.bin': 1 } },
    {
      $group: {
        _id: GROUP,
        bins: { $push: { bin: '$_id.bin', values: '$values', count: '$count', upTo: '$upTo' } },
        recordings: { $sum: '$count' },
        withoutRate: { $sum: '$withoutRate' },
        minimum: { $min: '$minimum' },
        maximum: { $max: '$maximum' },
        sum: { $sum: '$sum' },
      },
    },
    { $set: { mean: { $cond: ['$recordings', { $divide: ['$sum', '$recordings'] }, null] } } },
    {
      $project: {
        _id: 0,
        lead: '$_id.lead',
        sex: '$_id.sex',
        ageFrom: '$_id.band',
        recordings: 1,
        withoutRate: 1,
        minimum: 1,
        maximum: 1,
        mean: 1,
        standardDeviation: { $cond: ['$recordings', deviation, null] },
        percentiles: PERCENTILES.map(percentile),
        histogram: {
          $map: {
            input: { $filter: { input: '$bins', cond: '$$this.count' } },
            in: { bin: '$$this.bin', recordings: '$$this.count' },
          },
        },
      },
    },
  ];
}

/** Of the population, in a second pass over the values: a difference of sums of squares would lose digits. */
const deviation = {
  $sqrt: {
    $divide: [
      {
        $sum: {
          $map: {
            input: '$bins',
            as: 'bin',
            in: {
              $sum: {
                $map: {
                  input: '$$bin.values',
                  as: 'value',
                  in: { $multiply: ['$$value.count', { $pow: [{ $subtract: ['$$value.rate', '$mean'] }, 2] }] },
                },
              },
            },
          },
        },
      },
      '$recordings',
    ],
  },
};

/** The first of a list that reaches the rank. */
const firstFrom = (input: string) => ({
  $first: { $filter: { input, as: 'one', cond: { $gte: ['$$one.upTo', '$$rank'] }, limit: 1 } },
});

/** The nearest rank: first its bin, then its value there. */
function percentile(percent: number): object {
  const rank = { $ceil: { $divide: [{ $multiply: [percent, '$recordings'] }, 100] } };
  const value = { $let: { vars: { bin: firstFrom('$bins') }, in: firstFrom('$$bin.values') } };
  return {
    $let: {
      vars: { rank: { $max: [1, rank] } },
      in: { $let: { vars: { value }, in: { $ifNull: ['$$value.rate', null] } } },
    },
  };
}

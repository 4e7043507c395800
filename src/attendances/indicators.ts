/**
 * How many attendances were done, how many of them on time, and how many per day. One aggregation in the database
 * counts them, and the rates are computed from the counts.
 */
import type { Connection, PipelineStage } from 'mongoose';
import { businessDays, dayNumber, dayOf } from '../calendar/business-days.ts';
import type { ClinicZone } from '../calendar/clinic-zone.ts';
import { FIRST_YEAR, LAST_YEAR } from '../calendar/moment.ts';
import { asFilter } from './list.ts';
import { attendanceModel, KINDS, type State } from './model.ts';
import type { Grouping, IndicatorGroup, Indicators, IndicatorsQuery } from './schema.ts';

/** The clinic's calendar. */
export interface Calendar {
  zone: ClinicZone;
  holidays: readonly string[];
}

/** The aggregation's result for one group. */
export interface Counts {
  key: string | null;
  /** Number of different technicians. */
  technicians: number;
  onTime: number;
  late: number;
  open: number;
}

/** The indicators of the attendances whose deadline is in a period. */
export async function indicators(
  database: Connection,
  calendar: Calendar,
  query: IndicatorsQuery,
): Promise<Indicators> {
  const counts = await attendanceModel(database).aggregate<Counts>(
    await indicatorStages(database, calendar.zone, query),
  );
  const { from, to, groupBy } = query;
  // Ungrouped, there is always one result, even if nothing was counted.
  const groups =
    groupBy === 'none' && counts.length === 0 ? [{ key: null, technicians: 0, onTime: 0, late: 0, open: 0 }] : counts;
  const daysOf = ({ key }: Counts): number =>
    groupBy === 'month' && key !== null ? businessDays(...withinMonth(key, from, to), calendar.holidays) : days;
  const days = businessDays(from, to, calendar.holidays);
  return { from, to, businessDays: days, groups: groups.map((group) => rated(group, daysOf(group))) };
}

type Period = Pick<IndicatorsQuery, 'from' | 'to'>;

/** What attendances are grouped by in addition to technician and state, and which part of it is the group's key. */
const GROUP_BY = {
  technician: () => ({ by: {}, key: '$_id.technician' }),
  base: () => ({ by: { base: '$base' }, key: '$_id.base' }),
  month: (zone: ClinicZone, { from, to }: Period) => ({
    by: { month: monthOf(zone, monthsBetween(from, to)) },
    key: '$_id.month',
  }),
  none: () => ({ by: {}, key: null }),
} as const satisfies Record<Grouping, (zone: ClinicZone, period: Period) => unknown>;

const count = (state: State) => ({ $sum: { $cond: [{ $eq: ['$_id.state', state] }, '$count', 0] } });

/** The stages of the aggregation; exported so that its query plan can be examined. */
export async function indicatorStages(
  database: Connection,
  zone: ClinicZone,
  { from, to, groupBy, technician, base }: IndicatorsQuery,
): Promise<PipelineStage[]> {
  const { by, key } = GROUP_BY[groupBy](zone, { from, to });
  return [
    { $match: await asFilter(database, zone, { deadlineFrom: from, deadlineTo: to, technician, base }) },
    // One sum per attendance is a third of the work of three conditional ones; the few resulting groups are then split
    // by state.
    { $group: { _id: { ...by, technician: '$technician', state: '$state' }, count: { $sum: 1 } } },
    {
      $group: {
        _id: key,
        technicians: { $addToSet: '$_id.technician' },
        onTime: count('onTime'),
        late: count('late'),
        open: count('open'),
      },
    },
    ...(groupBy === 'technician' || groupBy === 'base'
      ? [
          { $lookup: { from: KINDS[groupBy], localField: '_id', foreignField: '_id', as: 'named' } },
          { $set: { _id: { $first: '$named.name' } } },
        ]
      : []),
    { $project: { _id: 0, key: '$_id', technicians: { $size: '$technicians' }, onTime: 1, late: 1, open: 1 } },
    { $sort: { key: 1 } },
  ];
}

/**
 * An expression for the month of the deadline, by binary search. The bounds are computed here, since the database's own
 * time zone data may have other rules or lack the zone.
 */
function monthOf(zone: ClinicZone, months: readonly string[]): object | string | undefined {
  if (months.length <= 1) return months[0];
  const half = months.length >> 1;
  return {
    $cond: [
      { $lt: ['$deadline', zone.startOfDay(`${months[half]}-01`)] },
      monthOf(zone, months.slice(0, half)),
      monthOf(zone, months.slice(half)),
    ],
  };
}

/** In another time zone, a day at the edge of these years may be in the year before or after. */
const [FIRST_MONTH, LAST_MONTH] = [`${FIRST_YEAR - 1}-12`, `${LAST_YEAR + 1}-01`] as const;

/** The months, `2026-01`, that overlap a period and can have a deadline. */
function monthsBetween(from: string, to: string): string[] {
  const months: string[] = [];
  const last = to < LAST_MONTH ? to.slice(0, 7) : LAST_MONTH;
  for (let month = from > FIRST_MONTH ? from.slice(0, 7) : FIRST_MONTH; month <= last; month = nextMonth(month))
    months.push(month);
  return months;
}

function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}

/** The part of a month, `2026-01`, that is in a period. */
export function withinMonth(month: string, from: string, to: string): [string, string] {
  const [first, last] = [`${month}-01`, dayOf(dayNumber(`${nextMonth(month)}-01`) - 1)];
  return [first < from ? from : first, last > to ? to : last];
}

/** Computes the rates. @param days business days, 0 or more */
export function rated({ key, technicians, onTime, late, open }: Counts, days: number): IndicatorGroup {
  const attended = onTime + late;
  const total = attended + open;
  return {
    key,
    total,
    attended,
    onTime,
    late,
    open,
    slaOfAttended: ratio(onTime, attended),
    slaOfTotal: ratio(onTime, total),
    attendedPerBusinessDay: ratio(attended, days),
    attendedPerTechnicianDay: ratio(attended, technicians * days),
  };
}

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

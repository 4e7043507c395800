/** How many attendances were done, how many of them in time, and how many a day: one aggregation in the database, the rates made of its counts. */
import type { Connection, PipelineStage } from 'mongoose';
import { businessDays, dayNumber, dayOf } from './business-days.ts';
import type { ClinicZone } from './clinic-zone.ts';
import { asFilter } from './list.ts';
import { attendanceModel, KINDS, type State } from './model.ts';
import type { Grouping, IndicatorGroup, Indicators, IndicatorsQuery } from './schema.ts';

/** The clinic's calendar. */
export interface Calendar {
  zone: ClinicZone;
  holidays: readonly string[];
}

/** What the aggregation answers for one group. */
export interface Counts {
  key: string | null;
  /** Distinct ones. */
  technicians: number;
  onTime: number;
  late: number;
  open: number;
}

/** The indicators of the attendances whose deadline lies in a period. */
export async function indicators(database: Connection, calendar: Calendar, query: IndicatorsQuery): Promise<Indicators> {
  const counts = await attendanceModel(database).aggregate<Counts>(await indicatorStages(database, calendar.zone, query));
  const { from, to, groupBy } = query;
  // Without groups there is one of everything, also of nothing.
  const groups = groupBy === 'none' && counts.length === 0 ? [{ key: null, technicians: 0, onTime: 0, late: 0, open: 0 }] : counts;
  const daysOf = ({ key }: Counts): number => groupBy === 'month' && key !== null ? businessDays(...withinMonth(key, from, to), calendar.holidays) : days;
  const days = businessDays(from, to, calendar.holidays);
  return { from, to, businessDays: days, groups: groups.map((group) => rated(group, daysOf(group))) };
}

/** What an attendance is grouped by beside its technician and state, and which of these is the key of its group. */
const GROUP_BY = {
  technician: () => ({ by: {}, key: '$_id.technician' }),
  base: () => ({ by: { base: '$base' }, key: '$_id.base' }),
  month: (timezone: string) => ({ by: { month: { $dateToString: { date: '$deadline', format: '%Y-%m', timezone } } }, key: '$_id.month' }),
  none: () => ({ by: {}, key: null }),
} as const satisfies Record<Grouping, (timezone: string) => unknown>;

const count = (state: State) => ({ $sum: { $cond: [{ $eq: ['$_id.state', state] }, '$count', 0] } });

/** The stages of the aggregation; exported for those who look at its plan. */
export async function indicatorStages(database: Connection, zone: ClinicZone, { from, to, groupBy, technician, base }: IndicatorsQuery): Promise<PipelineStage[]> {
  const { by, key } = GROUP_BY[groupBy](zone.name);
  return [
    { $match: await asFilter(database, zone, { from, to, technician, base }) },
    // One sum for each attendance is a third of the work of three conditional ones; the few groups of this are then told apart.
    { $group: { _id: { ...by, technician: '$technician', state: '$state' }, count: { $sum: 1 } } },
    { $group: { _id: key, technicians: { $addToSet: '$_id.technician' }, onTime: count('onTime'), late: count('late'), open: count('open') } },
    ...(groupBy === 'technician' || groupBy === 'base'
      ? [{ $lookup: { from: KINDS[groupBy], localField: '_id', foreignField: '_id', as: 'named' } }, { $set: { _id: { $first: '$named.name' } } }]
      : []),
    { $project: { _id: 0, key: '$_id', technicians: { $size: '$technicians' }, onTime: 1, late: 1, open: 1 } },
    { $sort: { key: 1 } },
  ];
}

/** The part of a month, `2026-01`, that lies in a period. */
export function withinMonth(month: string, from: string, to: string): [string, string] {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const next = number === 12 ? `${year + 1}-01-01` : `${year}-${String(number + 1).padStart(2, '0')}-01`;
  const [first, last] = [`${month}-01`, dayOf(dayNumber(next) - 1)];
  return [first < from ? from : first, last > to ? to : last];
}

/** The rates of some counts. @param days business days, 0 or more */
export function rated({ key, technicians, onTime, late, open }: Counts, days: number): IndicatorGroup {
  const attended = onTime + late;
  const total = attended + open;
  return {
    key, total, attended, onTime, late, open,
    slaOfAttended: ratio(onTime, attended),
    slaOfTotal: ratio(onTime, total),
    attendedPerBusinessDay: ratio(attended, days),
    attendedPerTechnicianDay: ratio(attended, technicians * days),
  };
}

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** Business days: Monday to Friday except holidays, calculated rather than counted day by day. */

const DAY_MS = 86_400_000;
/** Day 0, 1970-01-01, was a Thursday: three days after a Monday. */
const DAYS_BEHIND_MONDAY = 3;

/** The number of a calendar day; 1970-01-01 is 0. @param date `2026-01-15` */
export const dayNumber = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS;

/** The calendar day of such a number. */
export const dayOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/**
 * The number of business days in a period.
 * @param from and @param to calendar days, both inclusive
 * @param holidays distinct calendar days; holidays on a weekend make no difference
 */
export function businessDays(from: string, to: string, holidays: readonly string[]): number {
  const free = holidays.filter((holiday) => holiday >= from && holiday <= to && isWeekday(dayNumber(holiday)));
  return weekdaysBefore(dayNumber(to) + 1) - weekdaysBefore(dayNumber(from)) - free.length;
}

/** 0 is Monday. */
const weekday = (day: number): number => (((day + DAYS_BEHIND_MONDAY) % 7) + 7) % 7;
const isWeekday = (day: number): boolean => weekday(day) < 5;

/** The number of weekdays before a day, from an arbitrary origin. */
const weekdaysBefore = (day: number): number =>
  Math.floor((day + DAYS_BEHIND_MONDAY) / 7) * 5 + Math.min(weekday(day), 5);

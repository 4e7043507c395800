/** The dates that a recording may have: ISO 8601, kept as they are written. */

const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(?:Z|[+-](\d\d):(\d\d))?)?$/;

/** Why a text is no ISO 8601 date, or date and time, that exists, with or without a zone: a sentence's end. Null where it is one. */
export function dateFault(text: string): string | null {
  const parts = DATE.exec(text);
  if (parts === null)
    return 'must be an ISO 8601 date or date and time, such as "2026-01-15", "2026-01-15T09:30:00" or "2026-01-15T09:30:00+01:00"';
  const [year, month, day, hour, minute, second, zoneHour, zoneMinute] = parts
    .slice(1)
    .map((part) => Number(part ?? 0)) as [number, number, number, number, number, number, number, number];
  const exists =
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysOf(year, month) &&
    hour < 24 &&
    minute < 60 &&
    second < 60 &&
    zoneHour < 24 &&
    zoneMinute < 60;
  return exists ? null : 'is a date or a time that does not exist';
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

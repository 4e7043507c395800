/** Parses dates and times into their parts: every form found in real files, but no ambiguous one. Pure. */

/** The parts as written, without applying a time zone. */
export interface WrittenMoment {
  /** `2026-01-15`; an existing day. */
  date: string;
  /** Milliseconds since 00:00 on the clock; null for a date without a time. */
  time: number | null;
  /** Milliseconds by which the text's zone is ahead of UTC; null if the text has no zone. */
  offset: number | null;
}

/** Text that is not a moment. The message completes a sentence that begins with the name of the field. */
export class UnreadableMoment extends Error {
  override readonly name = 'UnreadableMoment';
}

const NO_SUCH_DAY = 'names a day that does not exist';

/** For planned and attended visits: years outside this range are typing errors. */
export const FIRST_YEAR = 1900;
export const LAST_YEAR = 2199;
/**
 * As in strptime, two-digit years up to this one belong to this century. Later ones are refused, since their century is
 * uncertain.
 */
const LAST_SHORT_YEAR = 68;
/** Maximum hours between a zone and UTC; no real zone is further away. */
const MAX_OFFSET = 14;

const DATE = String.raw`(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})`;
const CLOCK = String.raw`(?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.(?<fraction>\d{1,9}))?)?`;
/** The extended format of ISO 8601, as in RFC 3339, but time and zone are optional. */
const ISO = new RegExp(String.raw`^${DATE}(?:T${CLOCK}(?<zone>Z|[+-]\d{2}:\d{2})?)?$`);

const TIME = String.raw`(?:\s+(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2}))?)?`;
const IN_FILES = [
  // 2026-01-15, 2026-01-15 14:30:00, 2026-01-15T14:30:00.250-0300.
  new RegExp(String.raw`^${DATE}(?:[T ]${CLOCK}(?<zone>Z|[+-]\d{2}:?\d{2})?)?$`),
  // 15/01/2026, 15/01/26, 15 /01 /2026, each also with a time.
  new RegExp(String.raw`^(?<day>\d{1,2})\s*/\s*(?<month>\d{1,2})\s*/\s*(?<year>\d{4}|\d{2})${TIME}$`),
  // 15/012026 14:30: the second slash is missing, so the month must have two digits.
  new RegExp(String.raw`^(?<day>\d{1,2})/(?<month>\d{2})(?<year>\d{4})${TIME}$`),
];
const DAY = new RegExp(`^${DATE}$`);

/** A date as people write it in tables, with an optional time: 30/12/1984, 30.12.1984, 30-12-1984 14:30. */
const WRITTEN = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{2,4})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;

/** Parses ISO 8601, the only form that clients may send. @throws UnreadableMoment */
export const readIso = (text: string): WrittenMoment =>
  read(
    text,
    [ISO],
    'must be an ISO 8601 date or date and time, such as 2026-01-15, 2026-01-15T09:30 or 2026-01-15T09:30:00Z',
  );

/** Why `readIso` refuses a text, as the end of a sentence; null if it is valid. */
export function isoFault(text: string): string | null {
  try {
    readIso(text);
    return null;
  } catch (error) {
    if (error instanceof UnreadableMoment) return error.message;
    throw error;
  }
}

/**
 * Parses any form found in files. The day comes before the month, and the year must be plausible. @throws
 * UnreadableMoment
 */
export const readAnyForm = (text: string): WrittenMoment =>
  likely(
    read(
      text,
      IN_FILES,
      'must be a date such as 15/01/2026, 15/01/26 or 2026-01-15, with or without a time such as 14:30 or 14:30:00',
    ),
  );

/**
 * A date as people write it in tables as ISO 8601, where only one reading is possible: the day comes first, and is
 * above 12 or equal to the month. Any other text is returned as it is. @throws UnreadableMoment
 */
export function asIso(text: string): string {
  const [, day = '', , month = '', year = '', hour, minute = '00', second = '00'] = WRITTEN.exec(text) ?? [];
  if (day === '') return text;
  if (year.length !== 4) throw new UnreadableMoment('needs a year of four digits: write it as 1984-12-30');
  if (!dayExists(Number(year), Number(month), Number(day)))
    throw new UnreadableMoment(
      dayExists(Number(year), Number(day), Number(month))
        ? 'has the month before the day: write it as 1984-12-30'
        : NO_SUCH_DAY,
    );
  if (Number(day) <= 12 && Number(day) !== Number(month))
    throw new UnreadableMoment(
      'may mean either of two days, since day or month may come first: write it as 1984-12-30',
    );
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return hour === undefined ? iso : `${iso}T${hour.padStart(2, '0')}:${minute}:${second}`;
}

/** Returns the moment if its year is plausible. @throws UnreadableMoment */
export function likely(moment: WrittenMoment): WrittenMoment {
  const year = Number(moment.date.slice(0, 4));
  if (year >= FIRST_YEAR && year <= LAST_YEAR) return moment;
  throw new UnreadableMoment(`must be between the years ${FIRST_YEAR} and ${LAST_YEAR}`);
}

/** Whether a text is an existing day such as `2026-01-15`. */
export function isDay(text: string): boolean {
  const { year, month, day } = DAY.exec(text)?.groups ?? {};
  return dayExists(Number(year), Number(month), Number(day));
}

/** @param month from 1 */
function dayExists(year: number, month: number, day: number): boolean {
  if (!(month >= 1 && month <= 12 && day >= 1)) return false;
  if (month !== 2) return day <= (month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31);
  return day <= (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28);
}

function read(text: string, forms: readonly RegExp[], otherwise: string): WrittenMoment {
  for (const form of forms) {
    const parts = form.exec(text)?.groups;
    if (parts)
      return {
        date: date(parts, !/^\d{4}/.test(text)),
        time: parts['hour'] === undefined ? null : time(parts),
        offset: parts['zone'] === undefined ? null : offset(parts['zone']),
      };
  }
  throw new UnreadableMoment(otherwise);
}

type Parts = Record<string, string | undefined>;

function date({ year: written = '', month = '', day = '' }: Parts, isDayFirst: boolean): string {
  if (written.length === 2 && Number(written) > LAST_SHORT_YEAR)
    throw new UnreadableMoment('has a two-digit year that may be in either century: write all four digits');
  const year = written.length === 2 ? `20${written}` : written;
  if (!dayExists(Number(year), Number(month), Number(day)))
    throw new UnreadableMoment(
      isDayFirst && dayExists(Number(year), Number(day), Number(month))
        ? 'has the month before the day: write it as 15/01/2026 or 2026-01-15'
        : NO_SUCH_DAY,
    );
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

function time({ hour, minute, second = '0', fraction = '0' }: Parts): number {
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  if (h > 23 || m > 59 || s > 59) throw new UnreadableMoment('names a time that does not exist');
  return ((h * 60 + m) * 60 + s) * 1_000 + Number(fraction.padEnd(3, '0').slice(0, 3));
}

function offset(zone: string): number {
  if (zone === 'Z') return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  if (hours > MAX_OFFSET || minutes > 59) throw new UnreadableMoment('has an offset from UTC that does not exist');
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

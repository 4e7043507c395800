/** Converts dates and times of DICOM (DA, TM, DT; PS3.5, 6.2) to ISO 8601 and back. */
import { isDay } from '../../calendar/moment.ts';

const DAY = /^(\d{4})[.-]?(\d\d)[.-]?(\d\d)$/;
const TIME = /^(\d\d)(?::?(\d\d)(?::?(\d\d)(?:\.(\d{1,6}))?)?)?$/;
const DATE_TIME = /^(\d{8})(\d{2,6}(?:\.\d{1,6})?)?([+-]\d{4})?$/;
const OFFSET = /^[+-](?:0\d|1[0-4])[0-5]\d$/;

/** ISO 8601 date of a DA, or null if no such day exists. */
export function isoDay(value: string | null): string | null {
  const parts = DAY.exec(value ?? '');
  if (parts === null) return null;
  const day = `${parts[1]}-${parts[2]}-${parts[3]}`;
  return isDay(day) ? day : null;
}

/** `09:30:00.5` from a TM, which may omit minutes and seconds. */
function isoTime(value: string): string | null {
  const parts = TIME.exec(value);
  if (parts === null) return null;
  const [hour, minute, second] = [parts[1], parts[2] ?? '00', parts[3] ?? '00'] as [string, string, string];
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null;
  // A leap second becomes 59, since most calendars do not know second 60.
  return `${hour}:${minute}:${second === '60' ? '59' : second}${parts[4] === undefined ? '' : `.${parts[4]}`}`;
}

/** `+01:00` from `+0100`, or '' if there is none. */
const isoOffset = (value: string | null): string =>
  value !== null && OFFSET.test(value) ? `${value.slice(0, 3)}:${value.slice(3)}` : '';

/** ISO 8601 of a DT; `offset` is that of the data set, for a DT without its own. Null if no such day exists. */
export function isoDateTime(value: string | null, offset: string | null): string | null {
  const parts = DATE_TIME.exec(value ?? '');
  return parts === null ? null : isoDayAndTime(parts[1] as string, parts[2] ?? null, parts[3] ?? offset);
}

/** ISO 8601 of a DA and a TM. */
export function isoDayAndTime(date: string | null, time: string | null, offset: string | null): string | null {
  const day = isoDay(date);
  if (day === null || time === null) return day;
  const clock = isoTime(time);
  return clock === null ? null : `${day}T${clock}${isoOffset(offset)}`;
}

const ISO = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?)?$/;

/** DA, TM, DT and offset of an ISO 8601 date or date and time; '' for parts that it does not have. */
export function dicomDate(iso: string): { day: string; time: string; dateTime: string; offset: string } {
  const parts = ISO.exec(iso);
  const day = (parts?.[1] ?? '').replaceAll('-', '');
  const clock = (parts?.[2] ?? '').replaceAll(':', '');
  const time = clock === '' || parts?.[3] === undefined ? clock : `${clock.padEnd(6, '0')}.${parts[3].slice(0, 6)}`;
  const zone = parts?.[4];
  const offset = zone === undefined ? '' : zone === 'Z' ? '+0000' : zone.replace(':', '');
  return { day, time, dateTime: `${day}${time}${offset}`, offset };
}

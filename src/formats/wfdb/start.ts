/** When a record begins, according to its header. */
import { isDay } from '../../calendar/moment.ts';
import type { Header } from './header.ts';

const TIME = /^(?:(\d{1,2}):)?(?:(\d{1,2}):)?(\d{1,2})(\.\d{1,9})?$/;
/** `17/05/1993`, the layout of header(5); `17-May-1993`, that of the CinC Challenges; and ISO 8601. */
const DATE = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/;
const NAMED_DATE = /^(\d{1,2})-([a-z]{3})-(\d{4})$/i;
const ISO_DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

interface Start {
  /** ISO 8601 without a zone, since the header has none. */
  date: string | null;
  /** What was assumed or not kept. */
  warning: string | null;
}

/** Time and date may come in either order, as both are found in published records. */
export function startOf({ time: first, date: second }: Pick<Header, 'time' | 'date'>): Start {
  if (first === null) return { date: null, warning: null };
  const isDateFirst = isDate(first);
  const date = isDateFirst ? first : second;
  const time = isDateFirst ? second : first;
  if (date === null) return { date: null, warning: `The time ${time} in the header has no date and was not kept.` };
  const day = dayOf(date);
  const clock = time === null ? '00:00:00' : clockOf(time);
  if (day === null || clock === null)
    return {
      date: null,
      warning:
        `The date and time in the header, "${second === null ? first : `${first} ${second}`}", do not ` +
        `exist and were not kept.`,
    };
  return {
    date: `${day}T${clock}`,
    warning: time === null ? `The date ${date} in the header has no time: the start was taken as midnight.` : null,
  };
}

const isDate = (text: string): boolean => [DATE, NAMED_DATE, ISO_DATE].some((layout) => layout.test(text));

/** ISO 8601; null if there is no such day. */
function dayOf(text: string): string | null {
  const [, day, month, year] = DATE.exec(text) ?? named(text) ?? iso(text) ?? [];
  const day8601 = `${year}-${two(month)}-${two(day)}`;
  return year !== undefined && isDay(day8601) ? day8601 : null;
}

function named(text: string): string[] | null {
  const [all, day, month, year] = NAMED_DATE.exec(text) ?? [];
  if (all === undefined || day === undefined || month === undefined || year === undefined) return null;
  return [all, day, String(MONTHS.indexOf(month.toLowerCase()) + 1), year];
}

function iso(text: string): string[] | null {
  const [all, year, month, day] = ISO_DATE.exec(text) ?? [];
  return all === undefined || year === undefined || month === undefined || day === undefined
    ? null
    : [all, day, month, year];
}

/**
 * `HH:MM:SS`, with a fraction if there is one; leading parts may be omitted: `SS`, `MM:SS`. Null if it does not exist.
 */
function clockOf(text: string): string | null {
  const parts = TIME.exec(text);
  if (!parts) return null;
  const [hour, minute] = parts[2] === undefined ? [undefined, parts[1]] : [parts[1], parts[2]];
  if (Number(hour ?? 0) > 23 || Number(minute ?? 0) > 59 || Number(parts[3]) > 59) return null;
  return `${two(hour)}:${two(minute)}:${two(parts[3])}${parts[4] ?? ''}`;
}

const two = (digits: string | undefined): string => (digits ?? '0').padStart(2, '0');

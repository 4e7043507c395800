/** When a record begins, according to its header. */
import { isDay } from '../../calendar/moment.ts';
import type { Header } from './header.ts';

const TIME = /^(?:(\d{1,2}):)?(?:(\d{1,2}):)?(\d{1,2})(\.\d{1,9})?$/;
const DATE = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/;

/** ISO 8601 without a zone, since the header has none; and a warning if some of it cannot be kept. */
export function startOf({ time, date }: Pick<Header, 'time' | 'date'>): {
  date: string | null;
  warning: string | null;
} {
  if (time === null) return { date: null, warning: null };
  if (date === null) return { date: null, warning: `the time ${time} in the header has no date and was not kept` };
  const unusable = {
    date: null,
    warning: `the date and time in the header, "${time} ${date}", do not exist and were not kept`,
  };
  const [, day, month, year] = DATE.exec(date) ?? [];
  const parts = TIME.exec(time);
  if (day === undefined || month === undefined || !parts) return unusable;
  // Leading parts may be omitted: SS, MM:SS or HH:MM:SS.
  const [hour, minute] = parts[2] === undefined ? [undefined, parts[1]] : [parts[1], parts[2]];
  const day8601 = `${year}-${two(month)}-${two(day)}`;
  if (!isDay(day8601) || Number(hour ?? 0) > 23 || Number(minute ?? 0) > 59 || Number(parts[3]) > 59) return unusable;
  return { date: `${day8601}T${two(hour)}:${two(minute)}:${two(parts[3])}${parts[4] ?? ''}`, warning: null };
}

const two = (digits: string | undefined): string => (digits ?? '0').padStart(2, '0');

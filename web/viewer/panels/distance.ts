/** How far two ECGs are apart, in words. */
import { panelTexts } from '../../text/panels.ts';

const DAY_MS = 86_400_000;
const DAYS_OF_MONTH = 30.44;
/** From here on months are counted, and then years. */
const LEAST_MONTHS = 2;
const LEAST_YEARS = 2;

/** @returns such as `12 days earlier` or `8 months earlier`; empty if one of the dates is not known */
export function distanceText(present: string | null, other: string | null): string {
  if (present === null || other === null) return '';
  const t = panelTexts.value.others;
  const days = Math.round((Date.parse(present) - Date.parse(other)) / DAY_MS);
  if (days === 0) return t.sameDay;
  const text = lengthText(Math.abs(days));
  return days > 0 ? t.earlier(text) : t.later(text);
}

function lengthText(days: number): string {
  const t = panelTexts.value.others;
  const months = Math.round(days / DAYS_OF_MONTH);
  if (days < LEAST_MONTHS * DAYS_OF_MONTH) return t.days(days);
  return months < LEAST_YEARS * 12 ? t.months(months) : t.years(Math.round(months / 12));
}

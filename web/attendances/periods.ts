/** Periods, months and shares as the indicators show them. Pure, apart from the language of the page. */
import { preferences } from '../preferences.ts';
import { number } from '../text/index.ts';

/** From the first to the last day of a year, in the browser's zone. */
export function thisYear(now: Date): { from: string; to: string } {
  const year = now.getFullYear();
  return { from: `${year}-01-01`, to: `${year}-12-31` };
}

/** A share from 0 to 1. */
export const percent = (share: number | null): string => (share === null ? '–' : `${number(share * 100, 1)} %`);

/** `2026-01` in words. */
export const monthName = (month: string): string =>
  new Intl.DateTimeFormat(preferences.value.language === 'pt' ? 'pt-BR' : 'en-GB', {
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(new Date(`${month}-01T00:00:00Z`));

/** Calculates with ISO 8601 dates and times to the nanosecond; a Date has milliseconds only. */

/** Decimal places of a second that are kept. */
const PLACES = 9;
const MOMENT = /^(\d{4}-\d\d-\d\d)(?:(T\d\d:\d\d(?::\d\d)?)(\.\d+)?(Z|[+-]\d\d:\d\d)?)?$/;

/** The moment this many seconds later, in the same zone; a date without a time as it is; null beyond the year 9999. */
export function later(iso: string | null, seconds: number): string | null {
  const [, day = '', time, fraction = '', zone = ''] = MOMENT.exec(iso ?? '') ?? [];
  if (time === undefined || seconds === 0) return iso;
  const added = Number((Number(fraction) + seconds).toFixed(PLACES));
  const whole = Math.floor(added);
  const moved = new Date(Date.parse(`${day}${time}Z`) + 1000 * whole);
  if (!(moved.getUTCFullYear() >= 0 && moved.getUTCFullYear() <= 9999)) return null;
  const decimals = (added - whole).toFixed(PLACES).replace(/\.?0+$/, '');
  return `${moved.toISOString().slice(0, 19)}${decimals.slice(1)}${zone}`;
}

/** Seconds from one moment to another; null if only one of them has a zone. A date without a time is its midnight. */
export function secondsBetween(from: string, to: string): number | null {
  const [one, other] = [partsOf(from), partsOf(to)];
  if (one === null || other === null || one.hasZone !== other.hasZone) return null;
  return Number((other.seconds - one.seconds + (other.fraction - one.fraction)).toFixed(PLACES));
}

/** @returns whole seconds since 1970, as if in UTC without a zone; null for a text that is no moment */
function partsOf(iso: string): { seconds: number; fraction: number; hasZone: boolean } | null {
  const [, day, time = 'T00:00', fraction = '', zone] = MOMENT.exec(iso) ?? [];
  const seconds = Date.parse(`${day}${time}${zone ?? 'Z'}`) / 1000;
  return Number.isNaN(seconds) ? null : { seconds, fraction: Number(fraction), hasZone: zone !== undefined };
}

/** HL7 timestamps (`20021122091000.000-0500`), read and written. */
import { isoFault } from '../../calendar/moment.ts';

const MOMENT = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(?:(\d\d)(?:(\.\d{1,9})\d*)?)?)?([+-]\d{4}|Z)?$/;

/** ISO 8601 of a timestamp; null if it does not exist, or is coarser than a day. */
export function momentOf(text: string | null): string | null {
  const parts = MOMENT.exec(text?.trim() ?? '');
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second = '00', fraction = '', zone = ''] = parts;
  const time = hour === undefined ? '' : `T${hour}:${minute}:${second}${fraction}${zone.replace(/\d\d$/, ':$&')}`;
  const iso = `${year}-${month}-${day}${time}`;
  return isoFault(iso) === null ? iso : null;
}

const UNITS_IN_SECOND: Readonly<Record<string, number>> = { s: 1, ms: 1e3, us: 1e6, min: 1 / 60 };

/** How many of a unit of time are a second; null if it is not one. */
export function unitsInSecond(unit: string | null): number | null {
  const name = unit?.trim() ?? '';
  return Object.hasOwn(UNITS_IN_SECOND, name) ? (UNITS_IN_SECOND[name] as number) : null;
}

/** A quantity of time in seconds; null if it is not one. */
export function secondsOf(value: string | null, unit: string | null): number | null {
  const number = value === null || value.trim() === '' ? NaN : Number(value);
  const seconds = number / (unitsInSecond(unit) ?? NaN);
  return Number.isFinite(seconds) ? seconds : null;
}

const ISO = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9})\d*)?)?(Z|[+-]\d\d:\d\d)?$/;

/** A moment to be written, in the zone in which it was given. */
export interface Start {
  /** Since 1970 by the clock of that zone. */
  wholeSeconds: number;
  fraction: number;
  /** As HL7 writes it (`+0100`); empty if it is unknown. */
  zone: string;
}

/** The parts of an ISO 8601 date; null if there is none. */
export function startOf(date: string | null): Start | null {
  const parts = ISO.exec(date ?? '');
  if (parts === null) return null;
  const [, day, time = '00:00', fraction = '0', zone = ''] = parts;
  return {
    wholeSeconds: Date.parse(`${day}T${time}Z`) / 1000,
    fraction: Number(`0.${fraction}`),
    zone: zone === 'Z' ? '+0000' : zone.replace(':', ''),
  };
}

/**
 * The timestamp some seconds after a moment, without its zone. At least three decimal places are written.
 * @param places most decimal places, up to 9
 */
export function timestamp({ wholeSeconds, fraction }: Start, seconds: number, places: number): string {
  const ticks = Math.round((fraction + seconds) * 10 ** places);
  const whole = Math.floor(ticks / 10 ** places);
  const decimals = String(ticks - whole * 10 ** places).padStart(places, '0');
  const digits = new Date((wholeSeconds + whole) * 1000).toISOString().slice(0, 19).replaceAll(/\D/g, '');
  return `${digits}.${decimals.replace(/^(\d{3}\d*?)0+$/, '$1')}`;
}

/** HL7 timestamps (`20021122091000.000-0500`). */
import { isoFault } from '../../calendar/moment.ts';

const MOMENT = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(?:(\d\d)(?:\.(\d{1,9})\d*)?)?)?([+-]\d{4}|Z)?$/;

export interface Moment {
  /** ISO 8601. */
  date: string;
  /** Since 1970; read as UTC if it has no zone. */
  wholeSeconds: number;
  fraction: number;
  hasZone: boolean;
}

/** Null if the text is not a timestamp that exists, or is coarser than a day. */
export function momentOf(text: string | null): Moment | null {
  const parts = MOMENT.exec(text?.trim() ?? '');
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second = '00', fraction, offset] = parts;
  const zone = offset === undefined ? '' : offset === 'Z' ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(3)}`;
  const whole = `${year}-${month}-${day}${hour === undefined ? '' : `T${hour}:${minute}:${second}`}`;
  const date = hour === undefined ? whole : `${whole}${fraction === undefined ? '' : `.${fraction}`}${zone}`;
  if (isoFault(date) !== null) return null;
  return {
    date,
    wholeSeconds: Date.parse(hour === undefined ? whole : `${whole}${zone || 'Z'}`) / 1000,
    fraction: Number(`0.${fraction ?? 0}`),
    hasZone: zone !== '',
  };
}

/** Seconds from one timestamp to another; null if only one of them has a zone. */
export function secondsBetween(from: Moment, to: Moment): number | null {
  return from.hasZone === to.hasZone ? to.wholeSeconds - from.wholeSeconds + (to.fraction - from.fraction) : null;
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, ms: 1e-3, us: 1e-6, min: 60 };

/** A quantity of time in seconds; null if it is not one. */
export function secondsOf(value: string | null, unit: string | null): number | null {
  const number = value === null || value.trim() === '' ? NaN : Number(value);
  const scale = unit !== null && Object.hasOwn(SECONDS, unit.trim()) ? (SECONDS[unit.trim()] as number) : NaN;
  const seconds = scale < 1 ? number / (1 / scale) : number * scale;
  return Number.isFinite(seconds) ? seconds : null;
}

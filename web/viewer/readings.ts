/** Measured values and times as texts. */
import { millivolts } from '../../src/signal/units.ts';
import { leadName, number, texts } from '../text/index.ts';
import type { Viewer } from './viewer.ts';

/** With a minus that is as wide as a digit. */
export const signed = (value: number, digits: number, fewest = 0): string =>
  number(value, digits, fewest).replace('-', '−');

const two = (value: number): string => String(value).padStart(2, '0');

/** A time of the recording, to the millisecond where that is of use: `12.345 s`, `3:05.250`, `14:30:00.000`. */
export function timeText(seconds: number): string {
  const milliseconds = Math.round(seconds * 1_000);
  if (Math.abs(milliseconds) < 60_000) return `${number(milliseconds / 1_000, 3)} s`;
  const whole = Math.floor(milliseconds / 1_000);
  const tail = milliseconds % 1_000 === 0 ? '' : `.${String(milliseconds % 1_000).padStart(3, '0')}`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}${tail}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}${tail}`;
}

/** A time as it is written by people: `90`, `1:30`, `0:01:30.5`; null if it is none. */
export function parsedTime(text: string): number | null {
  const parts = text.trim().replace(/\s*s$/, '').replace(',', '.').split(':');
  if (parts.length > 3 || parts.some((part) => !/^\d+(\.\d+)?$/.test(part))) return null;
  return parts.reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** The usual name of a channel that a mark names. */
export function leadNamed(viewer: Viewer, name: string): string {
  const channel = viewer.channels.find((one) => one.name === name);
  return channel ? leadName(channel) : name;
}

/** A difference of values: in mV if the channel is in a voltage. */
export function differenceText(value: number, unit: string | null, isCalibrated: boolean): string {
  if (value !== value) return '–';
  const factor = isCalibrated ? millivolts(unit) : null;
  if (factor !== null) return `${signed(value * factor, 3)} mV`;
  return `${signed(value, 3)} ${unit ?? texts.value.viewer.units}`;
}

/** What the caliper measures. Empty without a caliper. */
export function readingText(viewer: Viewer): string {
  const caliper = viewer.caliper.value;
  const reading = viewer.reading.value;
  if (!caliper || !reading) return '';
  const { unit, calibrated } = viewer.channelAt(caliper.channel);
  const difference = differenceText(reading.difference, unit, calibrated);
  const time = `${number(reading.milliseconds, 1)} ms`;
  const rate = reading.perMinute === null ? '' : ` · ${number(reading.perMinute, 1)}/min`;
  return caliper.kind === 'time' ? `${time}${rate} · ${difference}` : `${difference} · ${time}`;
}

/**
 * Draws a sheet as SVG: the paper, the pulses, the labels and the traces, in millimetres. Pure: the same sheet always
 * gives the same text.
 */
import { millivolts } from '../signal/units.ts';
import { COLUMN, crossingPlaces, tracePath } from './trace.ts';
import { MARGIN_LEFT } from './sheet.ts';
import type { PaperChannel, Sheet, Strip, StripSamples } from './types.ts';

/** Small boxes: 0.04 s × 0.1 mV at 25 mm/s and 10 mm/mV; large ones are five of them. */
const SMALL = 1;
const LARGE = 5;
/** The calibration pulse: how long before the row it begins, and its width, in seconds at any speed. */
const PULSE_SECONDS = 0.2;
const PULSE_LEAD = 2;
const TICK = 1.5;

const INK = {
  paper: '#ffffff',
  small: '#f3c3c3',
  large: '#e08a8a',
  trace: '#111111',
  text: '#222222',
  zero: '#4a7bb5',
  tick: '#c2410c',
};

/** Whether a channel is drawn in millimetres per millivolt; other channels have no scale. */
export const isToScale = ({ unit, calibrated }: Pick<PaperChannel, 'unit' | 'calibrated'>): boolean =>
  calibrated && millivolts(unit) !== null;

export interface DrawOptions {
  /** Zero lines, and a tick at every crossing. */
  crossings: boolean;
  /** Lines of text above the first row and below the last. */
  head: string;
  foot: string;
}

/**
 * Draws a sheet.
 * @param samples of each strip that has a channel, in the order of the strips
 * @param scales mm per physical unit, for each channel: `gain` mm per millivolt if it is calibrated in a voltage
 */
export function drawSheet(
  sheet: Sheet,
  channels: readonly PaperChannel[],
  samples: readonly (StripSamples | null)[],
  scales: readonly number[],
  options: DrawOptions,
): string {
  const { width, height } = sheet;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${mm(width)}mm" height="${mm(height)}mm" ` +
      `viewBox="0 0 ${mm(width)} ${mm(height)}" ` +
      `font-family="Helvetica, Arial, sans-serif" font-size="3" fill="${INK.text}">`,
    `<title>${escaped(options.head)}</title>`,
    paper(width, height),
    `<text x="${MARGIN_LEFT}" y="6">${escaped(options.head)}</text>`,
    `<text x="${MARGIN_LEFT}" y="${mm(height - 3)}">${escaped(options.foot)}</text>`,
  ];
  // The traces are drawn over the labels, so that no label hides a part of the signal.
  parts.push(...sheet.strips.map((strip) => label(strip, channels)));
  const firstOfRow = new Map<number, Strip>();
  for (const strip of sheet.strips) if (!firstOfRow.has(strip.y)) firstOfRow.set(strip.y, strip);
  parts.push(`<g fill="none" stroke="${INK.trace}" stroke-width="0.3" stroke-linejoin="round" stroke-linecap="round">`);
  for (const [y, strip] of firstOfRow)
    if (strip.channel !== null) parts.push(pulse(y, sheet, isDrawnToScale(channels, strip)));
  for (const [i, strip] of sheet.strips.entries()) {
    const data = samples[i];
    const channel = strip.channel === null ? undefined : channels[strip.channel];
    if (!data || !channel) continue;
    const scale = {
      x: strip.x,
      y: strip.y,
      step: sheet.speed / channel.samplingRate,
      height: scales[strip.channel as number] as number,
    };
    parts.push(`<path class="trace" d="${tracePath(data, channel.samplingRate, scale)}"/>`);
    if (options.crossings) parts.push(zeroLine(strip, sheet), ticks(data, channel.samplingRate, scale));
  }
  parts.push('</g>', '</svg>');
  return parts.join('\n');
}

const isDrawnToScale = (channels: readonly PaperChannel[], strip: Strip): boolean => {
  const channel = strip.channel === null ? undefined : channels[strip.channel];
  return channel !== undefined && isToScale(channel);
};

/** Hundredths of a millimetre. */
const mm = (length: number): number => Math.round(length * 100) / 100;

const grid = (id: string, size: number, colour: string, stroke: number): string =>
  `<pattern id="${id}" width="${size}" height="${size}" patternUnits="userSpaceOnUse">` +
  `<path d="M0 0H${size}M0 0V${size}" fill="none" stroke="${colour}" stroke-width="${stroke}"/></pattern>`;

/** Two grids of lines that start at the beginning of the rows, so that times can be read from them. */
function paper(width: number, height: number): string {
  const fill = (id: string): string => `<rect width="${mm(width)}" height="${mm(height)}" fill="url(#${id})"/>`;
  return (
    `<defs>${grid('small', SMALL, INK.small, 0.15)}${grid('large', LARGE, INK.large, 0.4)}</defs>` +
    `<rect width="${mm(width)}" height="${mm(height)}" fill="${INK.paper}"/>${fill('small')}${fill('large')}`
  );
}

/** 1 mV high and 0.2 s wide. Without a calibrated voltage it would mean nothing, and only the zero line is drawn. */
function pulse(y: number, { speed, gain }: Sheet, calibrates: boolean): string {
  const wide = PULSE_SECONDS * speed;
  const from = MARGIN_LEFT - PULSE_LEAD - wide - 1;
  const line = calibrates
    ? `M${mm(from - 1)} ${mm(y)}H${mm(from)}V${mm(y - gain)}H${mm(from + wide)}V${mm(y)}H${mm(from + wide + 1)}`
    : `M${mm(from - 1)} ${mm(y)}H${mm(from + wide + 1)}`;
  return `<path class="pulse" d="${line}"/>`;
}

const zeroLine = (strip: Strip, { speed }: Sheet): string =>
  `<path class="zero" d="M${mm(strip.x)} ${mm(strip.y)}H${mm(strip.x + (strip.to - strip.from) * speed)}" ` +
  `stroke="${INK.zero}" stroke-width="0.15"/>`;

/** At most one tick per column of the paper: denser crossings cannot be told apart. */
function ticks(
  { values, offset }: StripSamples,
  samplingRate: number,
  { x, y, step }: { x: number; y: number; step: number },
): string {
  let path = '';
  let drawn = -Infinity;
  for (const place of crossingPlaces(values)) {
    const at = x + (offset * samplingRate + place) * step;
    if (at - drawn < COLUMN) continue;
    drawn = at;
    path += `M${mm(at)} ${mm(y - TICK / 2)}v${TICK}`;
  }
  return `<path class="crossings" d="${path}" stroke="${INK.tick}" stroke-width="0.2"/>`;
}

function label(strip: Strip, channels: readonly PaperChannel[]): string {
  const channel = strip.channel === null ? undefined : channels[strip.channel];
  const absent = channel === undefined ? ' (not recorded)' : '';
  const unscaled =
    channel && !isToScale(channel)
      ? ` (${channel.unit ?? 'unit unknown'}${channel.calibrated ? '' : ', not calibrated'}, not to scale)`
      : '';
  return (
    `<text x="${mm(strip.x + 1)}" y="${mm(strip.y - 6)}" font-size="3.5" ` +
    `font-weight="bold" stroke="${INK.paper}" stroke-width="0.8" paint-order="stroke">` +
    `${escaped(strip.label + absent + unscaled)}</text>`
  );
}

/** Escapes text between tags; control characters are not allowed in XML. */
function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text
    .replaceAll(/[&<>"]/g, (character) => entities[character] as string)
    .replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' ');
}

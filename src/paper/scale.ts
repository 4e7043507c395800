/** How the values of a channel become millimetres, and at which gain the V leads are drawn. */
import { millivolts } from '../signal/units.ts';
import type { Extent, PaperChannel, StripScale, VGain } from './types.ts';

/** Whether a channel is drawn in millimetres per millivolt; other channels have no scale. */
export const isToScale = ({ unit, calibrated }: Pick<PaperChannel, 'unit' | 'calibrated'>): boolean =>
  calibrated && millivolts(unit) !== null;

/** Whether a channel is one of V1 to V6. */
export const isChestLead = ({ lead }: Pick<PaperChannel, 'lead'>): boolean => lead !== null && lead.startsWith('V');

/** Greatest height of channels without a scale above or below their zero line, in mm. */
const UNSCALED_HEIGHT = 12;
/** With `auto`, V leads that need more than this above or below their zero line are drawn at half gain, in mm. */
const MOST_AT_FULL_GAIN = 20;
/** A signal that stays beyond this is not centred on its zero, in mV: then the middle of the signal is on the line. */
const FAR_MILLIVOLTS = 2.5;

/** The gain of V1 to V6, in mm/mV. @param extents of the channels; null if unknown */
export function gainOfV(
  channels: readonly PaperChannel[],
  extents: readonly (Extent | null)[],
  gain: number,
  wanted: VGain,
): number {
  if (wanted === 'same') return gain;
  if (wanted === 'half') return gain / 2;
  const isTall = channels.some((channel, i) => {
    const extent = extents[i];
    if (!extent || !isChestLead(channel) || !isToScale(channel)) return false;
    const { height, base } = stripScale(channel, gain, extent);
    return Math.max(extent.high - base, base - extent.low) * height > MOST_AT_FULL_GAIN;
  });
  return isTall ? gain / 2 : gain;
}

/**
 * The scales of all channels. Leads without a scale share one if they have the same unit, so that their heights can be
 * compared; any other channel fills its row.
 */
export function stripScales(
  channels: readonly PaperChannel[],
  extents: readonly (Extent | null)[],
  gain: number,
  gainV: number,
): StripScale[] {
  const own = channels.map((channel, i) =>
    stripScale(channel, isChestLead(channel) ? gainV : gain, extents[i] ?? null),
  );
  const least = new Map<string | null, number>();
  for (const [i, { lead, unit }] of channels.entries()) {
    const scale = own[i] as StripScale;
    if (lead !== null && scale.gain === null && scale.height > 0)
      least.set(unit, Math.min(least.get(unit) ?? Infinity, scale.height));
  }
  return own.map((scale, i) => {
    const { lead, unit } = channels[i] as PaperChannel;
    return lead === null || scale.gain !== null ? scale : { ...scale, height: least.get(unit) ?? scale.height };
  });
}

/**
 * The scale of one channel by itself. @param gain mm/mV, for a channel that is to scale @param all its values; null if
 * unknown
 */
export function stripScale(channel: PaperChannel, gain: number, all: Extent | null): StripScale {
  const extent = all && { low: finite(all.low), high: finite(all.high) };
  const factor = isToScale(channel) ? millivolts(channel.unit) : null;
  if (factor !== null) {
    const isFar = extent !== null && (extent.low * factor > FAR_MILLIVOLTS || extent.high * factor < -FAR_MILLIVOLTS);
    return { height: factor * gain, base: isFar ? middle(extent) : 0, gain };
  }
  if (extent === null) return { height: 1, base: 0, gain: null };
  const { low, high } = extent;
  // Digits of a converter are often far from zero: about zero they would be a straight line.
  const base = (low > 0 || high < 0) && high - low < Math.max(high, -low) / 2 ? middle(extent) : 0;
  const farthest = Math.max(high - base, base - low);
  // Values next to nothing have no height that a number can express.
  return { height: farthest > 0 ? Math.min(UNSCALED_HEIGHT / farthest, Number.MAX_VALUE) : 0, base, gain: null };
}

/** Physical values can be larger than any number. */
const finite = (value: number): number => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));

const middle = ({ low, high }: Extent): number => low / 2 + high / 2;

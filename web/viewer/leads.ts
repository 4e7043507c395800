/** The leads of a recording that are drawn, by number: its channels with a sampling rate. */
import type { Extent, PaperChannel } from '../../src/paper/types.ts';
import { millivolts } from '../../src/signal/units.ts';
import type { Schemas } from '../api/client.ts';
import type { Insights } from './counts.ts';
import { durationOf } from './identity-text.ts';

/** Seconds up to which the highest and lowest values of a recording are those of its beats, not of an artefact. */
const TYPICAL_SECONDS = 60;

type Channels = Schemas['Ecg']['channels'];

export interface Leads {
  channels: PaperChannel[];
  /** Names of those that are not drawn, because without a sampling rate they have no times. */
  timeless: string[];
  /** The place of each drawn channel in the recording. */
  places: number[];
  /** Lowest and highest values; null if they are not known or not typical. */
  extents: (Extent | null)[];
}

/** Whether extremes are typical. */
export const isShort = (channels: Channels): boolean => durationOf(channels) <= TYPICAL_SECONDS;

/** @param insights into all channels */
export function leadsOf(channels: Channels, insights: Insights['channels']): Leads {
  return {
    channels: channels.filter(hasRate).map(({ name, lead, unit, calibrated, samplingRate }) => ({
      name,
      lead,
      unit,
      calibrated,
      samplingRate,
    })),
    timeless: channels.filter((channel) => !hasRate(channel)).map(({ name }) => name),
    places: channels.flatMap((channel, place) => (hasRate(channel) ? [place] : [])),
    extents: insights.filter(hasRate).map(({ minimum, maximum, calibrated, unit }) => {
      const isTypical = isShort(channels) || !calibrated || millivolts(unit) === null;
      return minimum === null || maximum === null || !isTypical ? null : { low: minimum, high: maximum };
    }),
  };
}

export const hasRate = <Channel extends { samplingRate: number | null }>(
  channel: Channel,
): channel is Channel & { samplingRate: number } => channel.samplingRate !== null;

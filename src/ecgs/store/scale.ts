/** The scale of a channel: its sampling rate, unit and gain, and which of them the file left open. */
import type { DecodedChannel } from '../../formats/types.ts';
import { isCalibrated, isPhysical } from '../../signal/units.ts';
import { OPEN_FIELDS, type OpenField, type StoredChannel } from './model.ts';

/** A decoded channel, with what its file left open before the sender filled in some of it. */
export interface FilledChannel extends DecodedChannel {
  open?: OpenField[];
}

/**
 * What a file leaves open. A unit that does not name a physical quantity settles nothing, and neither does a gain given
 * with it.
 */
export function leftOpen({ samplingRate, unit, gain, zeroLevel }: DecodedChannel): OpenField[] {
  const isOpen: Record<OpenField, boolean> = {
    samplingRate: samplingRate === null,
    unit: !isPhysical(unit),
    gain: !isPhysical(unit) || gain === null,
    zeroLevel: zeroLevel === null,
  };
  return OPEN_FIELDS.filter((field) => isOpen[field]);
}

/** The scale of a channel as it is stored. */
export function storedScale(
  channel: FilledChannel,
): Pick<StoredChannel, 'samplingRate' | 'unit' | 'gain' | 'zeroLevel' | 'calibrated' | 'open'> {
  const { samplingRate, unit, gain, assumedGain = 1, zeroLevel } = channel;
  return {
    samplingRate,
    unit,
    gain: gain ?? assumedGain,
    zeroLevel: zeroLevel ?? 0,
    calibrated: isCalibrated(channel),
    open: channel.open ?? leftOpen(channel),
  };
}

/** Most names in one sentence. */
const MAX_NAMED = 3;

type Scale = Pick<StoredChannel, 'name' | 'samplingRate' | 'unit' | 'calibrated'>;

/** What had to be assumed, in sentences that name the parameter to settle it. */
export function assumptions(channels: readonly Scale[]): string[] {
  const those = (wanted: (channel: Scale) => boolean): string | null =>
    named(channels.filter(wanted).map(({ name }) => name));
  const timeless = those(({ samplingRate }) => samplingRate === null);
  const unitless = those(({ unit }) => !isPhysical(unit));
  const unscaled = those(({ unit, calibrated }) => isPhysical(unit) && !calibrated);
  return [
    timeless &&
      `No sampling rate is known for ${timeless}: windows, pictures and most exports are refused until ` +
        'samplingRate (Hz) is given, in the upload or with PATCH.',
    unitless &&
      `No unit of a physical quantity is known for ${unitless}: the values count as not calibrated until ` +
        'unit and gain are given, in the upload or with PATCH.',
    unscaled &&
      `No gain is known for ${unscaled}: the default is used, and the values count as not calibrated until ` +
        'gain is given (1 where they are in the unit already), in the upload or with PATCH.',
  ].filter((sentence) => sentence !== null);
}

function named(names: readonly string[]): string | null {
  if (names.length === 0) return null;
  const more = names.length - MAX_NAMED;
  return (
    names
      .slice(0, MAX_NAMED)
      .map((name) => JSON.stringify(name))
      .join(', ') + (more > 0 ? ` and ${more} more` : '')
  );
}

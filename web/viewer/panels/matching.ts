/** Which leads of two ECGs belong together, and how one is drawn at the scale of the other. Pure. */
import { isToScale, stripScale } from '../../../src/paper/scale.ts';
import type { Extent, PaperChannel } from '../../../src/paper/types.ts';
import { leadName } from '../../text/index.ts';

/** A lead of the present ECG and the same one of the other. */
export interface Pair {
  /** Numbers of their channels. */
  present: number;
  other: number;
  /** Whether the heights can be compared: otherwise the gain of one of them is not known. */
  isComparable: boolean;
}

export interface Matched {
  pairs: Pair[];
  /** Names of channels that have no counterpart. */
  onlyPresent: string[];
  onlyOther: string[];
}

/** Matches standard leads, and channels that are none by their names. */
export function matched(present: readonly PaperChannel[], others: readonly PaperChannel[]): Matched {
  const pairs = present.flatMap((channel, number): Pair[] => {
    const other = others.findIndex((one) => isSame(channel, one));
    const found = others[other];
    return found ? [{ present: number, other, isComparable: areComparable(channel, found) }] : [];
  });
  return {
    pairs,
    onlyPresent: namesOf(present.filter((_, number) => !pairs.some((pair) => pair.present === number))),
    onlyOther: namesOf(others.filter((_, number) => !pairs.some((pair) => pair.other === number))),
  };
}

const isSame = (one: PaperChannel, other: PaperChannel): boolean =>
  one.lead === null ? other.lead === null && one.name === other.name : one.lead === other.lead;

const areComparable = (one: PaperChannel, other: PaperChannel): boolean =>
  (isToScale(one) && isToScale(other)) || isOfSameUnit(one, other);

/** Such as two pressures: then one scale serves both. */
const isOfSameUnit = (one: PaperChannel, other: PaperChannel): boolean =>
  one.calibrated && other.calibrated && one.unit !== null && one.unit === other.unit;

const namesOf = (channels: readonly PaperChannel[]): string[] => channels.map(leadName);

/**
 * The scale of a channel that is drawn under another.
 * @param strip that of the present channel, in mm per unit @param gain mm/mV of the paper, if that has none
 */
export function underScale(
  present: PaperChannel,
  other: PaperChannel,
  strip: { height: number; base: number; gain: number | null },
  extent: Extent | null,
  gain: number,
): { height: number; base: number } {
  if (!isToScale(present) && isOfSameUnit(present, other)) return strip;
  const { height, base } = stripScale(other, strip.gain ?? gain, extent);
  return { height, base };
}

/**
 * The beginning and the end of what the other ECG has of a window of the present one, in its own time; null if nothing.
 * @param shift seconds from the present time to that of the other one
 */
export function shownOf(
  window: { from: number; to: number },
  shift: number,
  duration: number,
): { from: number; to: number } | null {
  const from = Math.max(0, window.from + shift);
  const to = Math.min(duration, window.to + shift);
  return from < to ? { from, to } : null;
}

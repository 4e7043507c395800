/** The findings of a check that need no samples: the description and the summary of a channel show them. */
import { isPhysical, millivolts } from '../../signal/units.ts';
import type { StoredChannel } from './model.ts';

/** Fraction of the samples. */
const MOSTLY = 0.5;

type Channel = Pick<StoredChannel, 'samplingRate' | 'unit' | 'calibrated' | 'lead' | 'summary'>;

/** Whether a channel can come from electrodes: other signals may be constant, or stay at their limit. */
export const isElectrical = ({ lead, unit }: Pick<StoredChannel, 'lead' | 'unit'>): boolean =>
  lead !== null || millivolts(unit) !== null;

export const isEmpty = ({ summary: { samples, missing } }: Pick<Channel, 'summary'>): boolean => samples === missing;

export const isMostlyMissing = ({ summary: { samples, missing } }: Pick<Channel, 'summary'>): boolean =>
  missing > MOSTLY * samples;

/** Whether it has one value from beginning to end, which an electrode never has. */
export const isFlat = (channel: Pick<Channel, 'lead' | 'unit' | 'summary'>): boolean =>
  channel.summary.minimum === channel.summary.maximum && isElectrical(channel);

/** Their codes, in the order of all findings (`reading/finding.ts`). */
export const EVIDENT = [
  'sampling-rate-missing',
  'unit-missing',
  'not-calibrated',
  'lead-unknown',
  'nothing-recorded',
  'mostly-missing',
  'lead-off',
] as const;
export type Evident = (typeof EVIDENT)[number];

const SHOWN: Readonly<Record<Evident, (channel: Channel) => boolean>> = {
  'sampling-rate-missing': ({ samplingRate }) => samplingRate === null,
  'unit-missing': ({ unit }) => !isPhysical(unit),
  'not-calibrated': ({ unit, calibrated }) => isPhysical(unit) && !calibrated,
  'lead-unknown': ({ lead }) => lead === null,
  'nothing-recorded': isEmpty,
  'mostly-missing': (channel) => !isEmpty(channel) && isMostlyMissing(channel),
  'lead-off': (channel) => !isEmpty(channel) && isFlat(channel),
};

/** The findings of any of the channels. */
export const evidentFindings = (channels: readonly Channel[]): Evident[] =>
  EVIDENT.filter((code) => channels.some(SHOWN[code]));

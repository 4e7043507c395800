/** The lines of text above and below the rows of a picture. */
import type { ClinicZone } from '../../calendar/clinic-zone.ts';
import { figure } from '../../paper/page-text.ts';
import { gainOfV, isChestLead, isToScale, stripScale } from '../../paper/scale.ts';
import { STRONG_SIZE, type TextLine, wrapped } from '../../paper/text.ts';
import type { Extent, PaperChannel } from '../../paper/types.ts';
import { DEFINITION } from '../../signal/crossings.ts';
import { millivolts } from '../../signal/units.ts';
import type { StoredEcg } from '../store/model.ts';
import { dateOf, detailsOf, nameOf, type Person } from './identity.ts';
import type { PictureOptions } from './options.ts';

/** Lines of remarks that are shown at most. */
const MAX_REMARKS = 8;
/** Channels that are named in one sentence at most. */
const MAX_NAMED = 6;

/** What the lines above the rows say. */
export interface HeadFacts {
  ecg: StoredEcg;
  /** Null: nobody is named. */
  person: Person | null;
  /** Whether everything is written that identifies the recording. */
  isFull: boolean;
  /** Sentences about the recording, such as a signed comment. */
  remarks: readonly string[];
  channels: readonly PaperChannel[];
  zone: ClinicZone;
  from: number;
  to: number;
}

/** The lines above the rows. @param width in mm */
export function headLines(
  { ecg, person, isFull, remarks, channels, zone, from, to }: HeadFacts,
  width: number,
): TextLine[] {
  const window = `${figure(from)} s to ${figure(to)} s`;
  // A calibration pulse or an averaged beat is no rhythm: every picture says so.
  const part = ecg.part === null ? [] : [ecg.part];
  const plain = (text: string): TextLine[] =>
    wrapped(text, width).map((line) => ({ text: line.replaceAll(/^· | ·$/g, '') }));
  if (!isFull || person === null)
    return plain([...(person === null ? [] : [nameOf(person)]), dateOf(ecg, zone), window, ...part].join(' · '));
  const recording = ecg.externalId ?? ecg._id.toHexString();
  return [
    ...wrapped(nameOf(person), width, STRONG_SIZE).map((text) => ({ text, isStrong: true })),
    ...plain(detailsOf(person, ecg.date, zone)),
    ...plain(
      [dateOf(ecg, zone), window, `recording ${recording}`, ...part, rates(channels), 'filter not stated'].join(' · '),
    ),
    ...shortened(remarks.map((remark) => wrapped(remark, width))).map((text) => ({ text })),
  ];
}

/** Says how many lines are left out. The last remark, which says who signed the others, stays. */
function shortened(remarks: readonly string[][]): string[] {
  const lines = remarks.flat();
  if (lines.length <= MAX_REMARKS) return lines;
  const end = (remarks.at(-1) ?? []).slice(0, 2);
  const shown = lines.slice(0, MAX_REMARKS - 1 - end.length);
  return [...shown, `… and ${lines.length - shown.length - end.length} more lines, which are not shown`, ...end];
}

/** What is not on the picture. */
export interface LeftOut {
  /** Whether all marks are drawn. */
  isMarked: boolean;
  /** Names of channels that have no sampling rate. */
  timeless: readonly string[];
}

/** The lines below the rows: how to read the picture. @param width in mm */
export function footLines(
  channels: readonly PaperChannel[],
  extents: readonly (Extent | null)[],
  options: PictureOptions,
  width: number,
  { isMarked, timeless }: LeftOut,
): string[] {
  const { speed, gain, crossings, deadBand, gaps } = options;
  const toScale = channels.filter(isToScale);
  const gainV = gainOfV(channels, extents, gain, options.gainV);
  const hasOthers = gainV !== gain && toScale.some(isChestLead);
  const scale =
    toScale.length === 0 ? [] : [`${figure(gain)} mm/mV`, ...(hasOthers ? [`V1 to V6 ${figure(gainV)} mm/mV`] : [])];
  const sentences = [
    [`${figure(speed)} mm/s`, ...scale, rates(channels), calibration(channels)].join(' · '),
    unscaled(channels),
    moved(channels, extents),
    calculated(channels),
    crossings &&
      `Ticks: crossings by ${DEFINITION.name} ${DEFINITION.version}, dead band ${figure(deadBand)} in the unit ` +
        `of each channel, gaps ${gaps}.`,
    timeless.length > 0 && `Not drawn, because their sampling rate is not known: ${listed(timeless)}.`,
    !isMarked && 'Not all marks are drawn: choose a shorter window.',
  ];
  return sentences.filter((sentence) => typeof sentence === 'string').flatMap((sentence) => wrapped(sentence, width));
}

const rates = (channels: readonly PaperChannel[]): string =>
  `${[...new Set(channels.map(({ samplingRate }) => figure(samplingRate)))].join(', ')} Hz`;

function calibration(channels: readonly PaperChannel[]): string {
  const loose = channels.filter(({ calibrated }) => !calibrated);
  if (loose.length === 0) return 'calibrated';
  return loose.length === channels.length ? 'NOT CALIBRATED' : `NOT CALIBRATED: ${named(loose)}`;
}

/** Which channels have no scale, said once. */
function unscaled(channels: readonly PaperChannel[]): string | null {
  const those = channels.filter((channel) => !isToScale(channel));
  if (those.length === 0) return null;
  return `Heights are not to scale${those.length === channels.length ? '' : `: ${named(those)}`}.`;
}

/** Which leads are not in the recording. */
function calculated(channels: readonly PaperChannel[]): string | null {
  const those = channels.filter(({ isCalculated }) => isCalculated);
  return those.length === 0 ? null : `Not recorded, but calculated from leads I and II: ${named(those)}.`;
}

/** Which channels are not drawn about their zero, and by how much. */
function moved(channels: readonly PaperChannel[], extents: readonly (Extent | null)[]): string | null {
  const those = channels.flatMap((channel, i) => {
    const { base } = stripScale(channel, 1, extents[i] ?? null);
    const factor = millivolts(channel.unit);
    if (base === 0 || !isToScale(channel) || factor === null) return [];
    return [`${channel.name} ${figure(-base * factor)} mV`];
  });
  return those.length === 0 ? null : `Far from zero and therefore moved: ${listed(those)}.`;
}

const named = (channels: readonly PaperChannel[]): string => listed(channels.map(({ name }) => name));

function listed(names: readonly string[]): string {
  const more = names.length - MAX_NAMED;
  return names.slice(0, MAX_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

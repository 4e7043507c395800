/**
 * Plans a DICOM object for a recording: which channels share a multiplex group, and which kind of object can hold them
 * (PS3.3, A.34).
 */
import { CANONICAL_LEADS } from '../../signal/leads.ts';
import { figure } from '../common/messages.ts';
import type { WritableChannel, WritableRecording } from '../types.ts';
import { contentError } from './failure.ts';
import type { EcgObject } from './uids.ts';

/** Interleaved channels of the same rate and length. */
export interface PlannedGroup {
  /** Channel numbers of the recording, in the order in which they are written. */
  channels: number[];
  samplingRate: number;
  samples: number;
  bytesPerSample: 2 | 4;
  /** Value of a missing sample; null if none is missing. */
  padding: number | null;
}

export interface Plan {
  kind: EcgObject;
  groups: PlannedGroup[];
}

/** Bounds of each kind of object, in the order in which they are tried. Rates in Hz, samples per group. */
const KINDS: Readonly<
  Record<
    EcgObject,
    { groups: number; channels: number; inAll: number; rates: readonly [number, number]; samples: number; bytes: 2 | 4 }
  >
> = {
  twelveLead: { groups: 5, channels: 13, inAll: 13, rates: [200, 1000], samples: 16_384, bytes: 2 },
  general: { groups: 4, channels: 24, inAll: 96, rates: [200, 1000], samples: 0xffffffff, bytes: 2 },
  ambulatory: { groups: 1, channels: 12, inAll: 12, rates: [50, 1000], samples: 0xffffffff, bytes: 2 },
  general32: { groups: 4, channels: 24, inAll: 96, rates: [0, Infinity], samples: 0xffffffff, bytes: 4 },
};
const ORDER = ['twelveLead', 'general', 'ambulatory', 'general32'] as const satisfies readonly EcgObject[];

/** Lengths have 32 bits; the greatest value means an undefined length. */
const MAX_BYTES = 0xfffffffe;
const STANDARD_LEADS: readonly (string | null)[] = CANONICAL_LEADS.slice(0, 12);

/** @throws FormatError `content` if no kind of object can hold the recording, with the reason and a way out */
export function planOf(recording: WritableRecording): Plan {
  const { channels } = recording;
  for (const channel of channels) refuse(channel);
  const groups = groupsOf(channels);
  const isTwelveLead = channels.every((channel) => STANDARD_LEADS.includes(channel.lead));
  for (const kind of ORDER) {
    if (kind === 'twelveLead' && !isTwelveLead) continue;
    const limit = KINDS[kind];
    const fits =
      groups.length <= limit.groups &&
      channels.length <= limit.inAll &&
      groups.every(
        (group) =>
          group.channels.length <= limit.channels &&
          group.samples <= limit.samples &&
          group.samplingRate >= limit.rates[0] &&
          group.samplingRate <= limit.rates[1],
      );
    if (!fits) continue;
    const planned = groups.map((group) => ({
      ...group,
      bytesPerSample: limit.bytes,
      ...paddingOf(
        group.channels.map((number) => channels[number] as WritableChannel),
        limit.bytes,
      ),
    }));
    if (planned.some((group) => group.padding === undefined)) continue;
    const bytes = Math.max(...planned.map((group) => group.samples * group.channels.length * limit.bytes));
    if (bytes > MAX_BYTES)
      throw contentError(
        null,
        `Its waveform data would have ${figure(bytes)} bytes, but DICOM allows at most ${figure(MAX_BYTES)}. ` +
          'Export fewer channels or a shorter window.',
      );
    return { kind, groups: planned as PlannedGroup[] };
  }
  throw contentError(
    null,
    `A DICOM ECG holds at most ${KINDS.general32.groups} groups of channels that share a rate and a length, of ` +
      `at most ${KINDS.general32.channels} channels each, with samples ` +
      `of 32 bits; this recording has ${figure(groups.length)}, of at most ` +
      `${figure(Math.max(...groups.map((group) => group.channels.length)))}. Export fewer channels, or choose ` +
      'another format.',
  );
}

function refuse(channel: WritableChannel): void {
  const name = JSON.stringify(channel.name);
  if (channel.samplingRate === null)
    throw contentError(null, `The sampling rate of the channel ${name} is unknown, but DICOM needs it. Set it first.`);
  if (channel.sampleType !== 'int16' && channel.sampleType !== 'int32') {
    throw contentError(
      null,
      `The channel ${name} has samples that are not 32-bit integers, which DICOM cannot store without loss. ` +
        'Export it as CSV, JSON or FHIR.',
    );
  }
  if (channel.samples === 0)
    throw contentError(
      null,
      `The channel ${name} has no sample in this window, but DICOM has no empty channels. Leave it out.`,
    );
}

const placeOf = ({ lead }: WritableChannel): number =>
  STANDARD_LEADS.includes(lead) ? STANDARD_LEADS.indexOf(lead) : STANDARD_LEADS.length;

/** The standard leads in their order, since some viewers show them by their place; then the others in theirs. */
function inStandardOrder(channels: readonly WritableChannel[]): (readonly [number: number, WritableChannel])[] {
  return [...channels.entries()].toSorted(([, one], [, other]) => placeOf(one) - placeOf(other));
}

function groupsOf(channels: readonly WritableChannel[]): Pick<PlannedGroup, 'channels' | 'samplingRate' | 'samples'>[] {
  const groups = new Map<string, Pick<PlannedGroup, 'channels' | 'samplingRate' | 'samples'>>();
  for (const [number, { samplingRate, samples }] of inStandardOrder(channels)) {
    const key = `${samplingRate} ${samples}`;
    const group = groups.get(key);
    if (group) group.channels.push(number);
    else groups.set(key, { channels: [number], samplingRate: samplingRate as number, samples });
  }
  return [...groups.values()];
}

/**
 * A value for missing samples that no sample of the group has: the lowest of the type, otherwise the highest. Undefined
 * if the samples do not fit the type.
 */
function paddingOf(channels: readonly WritableChannel[], bytes: 2 | 4): { padding: number | null | undefined } {
  const limit = 2 ** (8 * bytes - 1);
  const lowest = Math.min(...channels.map((channel) => channel.lowest ?? 0));
  const highest = Math.max(...channels.map((channel) => channel.highest ?? 0));
  if (lowest < -limit || highest > limit - 1) return { padding: undefined };
  if (channels.every((channel) => channel.missing === 0)) return { padding: null };
  return { padding: lowest > -limit ? -limit : highest < limit - 1 ? limit - 1 : undefined };
}

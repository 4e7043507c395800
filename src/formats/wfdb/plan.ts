/** Plans the reading of a record: its segments, their signal files, and the resulting channels. */
import { MAX_ZERO_LEVEL } from '../common/bounds.ts';
import { figure } from '../common/messages.ts';
import { uniqueNames } from '../common/names.ts';
import type { Converter, DecodedChannel } from '../types.ts';
import { saidName, saidZeroLevel } from './comments.ts';
import { contentError } from './failure.ts';
import { DEFAULT_UNIT, type Header, type SignalLine } from './header.ts';
import { FLAC_FORMATS, NULL_FORMAT, SAMPLE_FORMATS } from './sample-formats.ts';

/**
 * Samples that headers may declare missing in one recording, since they cost the sender nothing: at most the larger of
 * a number and a multiple of the samples present.
 */
const MAX_MISSING_SAMPLES = 1 << 26;
const MAX_MISSING_RATIO = 16;

export interface Channel extends Omit<DecodedChannel, 'converter'> {
  samplingRate: number;
  gain: number;
  /** False if the header has no gain, or a gain of 0. */
  isGainGiven: boolean;
  zeroLevel: number;
  samplesPerFrame: number;
  /** Null if its resolution is not given. */
  converter: Converter | null;
}

/** The signals of one file. */
export interface SignalGroup {
  file: string;
  lines: SignalLine[];
  /** Channel number of each line. */
  channels: number[];
}

export interface Segment {
  /** Null if as many as its files have. */
  frames: number | null;
  groups: SignalGroup[];
  /** Channels without data in this segment. */
  absent: number[];
}

export interface Plan {
  channels: Channel[];
  segments: Segment[];
}

/** The gain that 0 stands for. */
export const DEFAULT_GAIN = 200;

/** A record of one segment. */
export function planSegment(header: Header): Plan {
  if (header.signals.length === 0) throw contentError(null, `The record ${header.record} has no signals.`);
  return checked({
    channels: channelsOf(header),
    segments: [
      segmentOf(
        header,
        header.frames,
        header.signals.map((_, i) => i),
      ),
    ],
  });
}

/**
 * A record of several segments.
 * @param headers of the segments, in order; null for segments where nothing was recorded
 */
export function planSegments(master: Header, headers: readonly (Header | null)[]): Plan {
  const lines = master.segments ?? [];
  headers.forEach((header, i) => {
    if (header) checkSegment(master, header, lines[i]?.frames ?? 0);
  });
  const total = lines.reduce((sum, line) => sum + line.frames, 0);
  if (master.frames !== null && total !== master.frames) {
    throw contentError(
      null,
      `The segments of ${master.record} have ${figure(total)} frames together, but its header declares ` +
        `${figure(master.frames)}.`,
    );
  }
  const isVariable = lines[0]?.frames === 0 && headers[0] != null;
  const described = isVariable ? headers[0] : (headers.find((header) => header !== null) ?? undescribed(master));
  if (!described || described.signals.length === 0)
    throw contentError(null, `No segment of ${master.record} has a signal.`);
  if (described.signals.length !== master.signalCount && !isVariable)
    throw contentError(
      null,
      `${described.record} has ${described.signals.length} signals, but ${master.record} has ${master.signalCount}.`,
    );
  const channels = channelsOf(described);
  const segments = lines.flatMap((line, i): Segment[] => {
    const header = headers[i];
    if (line.frames === 0) return [];
    if (!header) return [{ frames: line.frames, groups: [], absent: [] }];
    return [
      segmentOf(header, line.frames, isVariable ? placesByName(header, described) : placesByNumber(header, channels)),
    ];
  });
  if (segments.length === 0) throw contentError(null, `The segments of ${master.record} have no samples.`);
  return checked({ channels, segments });
}

function channelsOf(header: Header): Channel[] {
  const names = uniqueNames(
    header.signals.map((line, i) => saidName(header.comments, i, line.description) || `signal ${i}`),
  );
  return header.signals.map((line, i) => ({
    name: names[i] as string,
    samplingRate: header.frameRate * line.samplesPerFrame,
    unit: line.unit,
    gain: line.gain ?? DEFAULT_GAIN,
    isGainGiven: line.gain !== null,
    zeroLevel: exactZeroLevel(header, i, line.baseline),
    samplesPerFrame: line.samplesPerFrame,
    converter: line.converter,
  }));
}

/** A record in which nothing was recorded: only the number of its signals is known. */
const undescribed = (master: Header): Header => ({
  ...master,
  signals: Array.from({ length: master.signalCount }, () => ({
    file: '~',
    format: NULL_FORMAT,
    samplesPerFrame: 1,
    skew: 0,
    byteOffset: 0,
    gain: null,
    baseline: 0,
    unit: DEFAULT_UNIT,
    converter: null,
    initial: null,
    checksum: null,
    description: '',
  })),
});

function exactZeroLevel({ comments }: Header, signal: number, baseline: number): number {
  const exact = saidZeroLevel(comments, signal) ?? NaN;
  return Math.abs(exact - baseline) <= 0.5 && Math.abs(exact) <= MAX_ZERO_LEVEL ? exact : baseline;
}

function checkSegment(master: Header, header: Header, frames: number): void {
  if (header.segments)
    throw contentError(null, `${header.record} is a segment of ${master.record}, but has segments itself.`);
  if (header.frameRate !== master.frameRate)
    throw contentError(
      null,
      `${header.record} has ${header.frameRate} frames a second, but ${master.record} has ${master.frameRate}.`,
    );
  if (header.frames !== null && header.frames !== frames) {
    throw contentError(
      null,
      `${header.record} has ${figure(header.frames)} frames, but ${figure(frames)} according to the header of ` +
        `${master.record}.`,
    );
  }
}

function placesByNumber(header: Header, channels: readonly Channel[]): number[] {
  if (header.signals.length !== channels.length)
    throw contentError(
      null,
      `${header.record} has ${header.signals.length} signals, but other segments have ${channels.length}.`,
    );
  return header.signals.map((_, i) => i);
}

/** If the layout varies, signals are identified by their descriptions. */
function placesByName(header: Header, layout: Header): number[] {
  const taken = new Set<number>();
  return header.signals.map(({ description }) => {
    const place = layout.signals.findIndex((line, i) => line.description === description && !taken.has(i));
    if (place < 0)
      throw contentError(
        null,
        `${header.record} has a signal "${description}" that is not in the layout ${layout.record}.`,
      );
    taken.add(place);
    return place;
  });
}

function segmentOf(header: Header, frames: number | null, channels: readonly number[]): Segment {
  const groups = new Map<string, SignalGroup>();
  header.signals.forEach((line, i) => {
    if (line.format === NULL_FORMAT || line.file === '~') return;
    checkFormat(line);
    const group = groups.get(line.file) ?? { file: line.file, lines: [], channels: [] };
    groups.set(line.file, group);
    if (group.lines.some((other) => other.format !== line.format || other.byteOffset !== line.byteOffset)) {
      throw contentError(null, `Signals of ${header.record} that share ${line.file} differ in format or byte offset.`);
    }
    group.lines.push(line);
    group.channels.push(channels[i] as number);
  });
  return { frames, groups: [...groups.values()], absent: [] };
}

function checkFormat({ format, file }: SignalLine): void {
  if (FLAC_FORMATS.has(format))
    throw contentError(
      null,
      `${file} is in format ${format} (FLAC), which is not supported: convert the record to format 16 or 32 ` +
        'first, for example with xform.',
    );
  if (!SAMPLE_FORMATS[format])
    throw contentError(
      null,
      `${file} is in format ${format}; supported formats: ${Object.keys(SAMPLE_FORMATS).join(', ')}.`,
    );
  if (file === '-') throw contentError(null, 'A signal in the header has no file: "-".');
}

/** Marks every channel not named in a segment as absent from it. */
function checked(plan: Plan): Plan {
  for (const segment of plan.segments) {
    const present = new Set(segment.groups.flatMap((group) => group.channels));
    segment.absent = plan.channels.map((_, i) => i).filter((i) => !present.has(i));
    if (segment.frames === null && segment.absent.length > 0)
      throw contentError(null, 'A signal without a file needs a number of samples in the header.');
    for (const group of segment.groups)
      group.lines.forEach((line, i) => sameAs(plan.channels[group.channels[i] as number] as Channel, line));
  }
  const balance = new Balance(plan.channels);
  for (const segment of plan.segments) balance.add(segment);
  balance.check();
  return plan;
}

/** Counts the samples of a record that are present, and those that are missing. */
export class Balance {
  #present = 0;
  #missing = 0;
  readonly #channels: readonly Channel[];

  constructor(channels: readonly Channel[]) {
    this.#channels = channels;
  }

  add({ frames, absent }: Segment): void {
    const width = this.#channels.reduce((sum, { samplesPerFrame }) => sum + samplesPerFrame, 0);
    const lacking = absent.reduce((sum, i) => sum + (this.#channels[i]?.samplesPerFrame ?? 1), 0);
    this.#missing += lacking * (frames ?? 0);
    this.#present += (width - lacking) * (frames ?? 0);
  }

  /** @throws FormatError if too much is missing in proportion to what is present */
  check(): void {
    if (this.#missing <= Math.max(MAX_MISSING_SAMPLES, MAX_MISSING_RATIO * this.#present)) return;
    throw contentError(
      null,
      `According to its header, ${figure(this.#missing)} samples of the record are missing and ` +
        `${figure(this.#present)} are present. Split the record at its long gaps.`,
    );
  }
}

function sameAs(channel: Channel, line: SignalLine): void {
  if (line.samplesPerFrame !== channel.samplesPerFrame)
    throw contentError(null, `${channel.name} changes its number of samples per frame between segments.`);
  if (line.unit !== channel.unit)
    throw contentError(
      null,
      `${channel.name} changes its unit between segments, from ${channel.unit} to ${line.unit}.`,
    );
}

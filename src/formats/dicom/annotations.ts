/**
 * The waveform annotation sequence (PS3.3, C.10.10): marks with a position in time become annotations, remarks on the
 * whole recording become notes.
 */
import { MAX_NOTES_LENGTH } from '../common/bounds.ts';
import { figure } from '../common/messages.ts';
import { secondsBetween } from '../common/moments.ts';
import { type Annotation, MAX_ANNOTATIONS_A_RUN } from '../types.ts';
import type { Dataset } from './dataset.ts';
import { isoDateTime } from './dates.ts';
import { contentError } from './failure.ts';
import { codeOf } from './group.ts';

/** Marks of one file, counted once for each channel of a group; they are held until the waveforms follow. */
export const MAX_MARKS = 500_000;
/** Bytes of all their codes and texts, counted in the same way. */
export const MAX_MARK_BYTES = 8 << 20;
/** Numbers in all their places: positions, groups and channels. */
const MAX_PLACE_NUMBERS = 16 * MAX_MARKS;

interface Mark {
  /** Pairs of group and channel, from 1; channel 0: the whole group. Empty: every group. */
  channels: number[];
  /** Pairs of begin and end, or points in time. */
  at: number[];
  /** Unit of `at`: samples from 1, or seconds from the start of the acquisition. */
  per: 'sample' | 'second';
  /** Whether `at` holds pairs of begin and end. */
  spans: boolean;
  code: string | null;
  text: string | null;
}

export class Annotations {
  readonly #marks: Mark[] = [];
  #count = 0;
  #bytes = 0;
  #placeNumbers = 0;
  #unplaced = 0;
  readonly #notes: string[] = [];
  #notesLength = 0;

  /** Adds an item of the sequence; `start` is when the acquisition began, if known. */
  add(item: Dataset, start: string | null, offset: number | null): void {
    const name = item.items('conceptNameCodeSequence')[0];
    const code = codeOf(name);
    const text = textOf(item, name, code);
    const channels = item.numbers('referencedWaveformChannels');
    const place = placeOf(item, start);
    if (place === null) {
      this.#remark(text ?? code, channels);
      return;
    }
    const spans = place.at.length > 1 && (item.first('temporalRangeType') ?? '').endsWith('SEGMENT');
    this.#charge(place.at.length, channels, `${code ?? ''}${text ?? ''}`, offset);
    this.#marks.push({ channels, ...place, spans, code, text });
  }

  /** Counts what a mark will need. @param said its code and text. @throws FormatError `content` beyond the bounds */
  #charge(points: number, channels: readonly number[], said: string, offset: number | null): void {
    const copies = points * mostInAGroup(channels);
    this.#count += copies;
    this.#bytes += copies * Buffer.byteLength(said);
    this.#placeNumbers += points + channels.length;
    if (this.#count > MAX_MARKS || this.#bytes > MAX_MARK_BYTES || this.#placeNumbers > MAX_PLACE_NUMBERS)
      throw contentError(
        offset,
        `The file has more than ${figure(MAX_MARKS)} annotations, or more than ${figure(MAX_MARK_BYTES)} bytes of ` +
          'their texts. Send it with fewer annotations, or without them.',
      );
  }

  /**
   * Marks of a group (numbered from 1), in order of time and in runs. The group has `channels` channels at `rate`
   * samples per second.
   */
  *of(group: number, channels: number, rate: number | null): Generator<Annotation[], void, void> {
    const found: Annotation[] = [];
    for (const mark of this.#marks) {
      const targets = targetsOf(mark.channels, group, channels);
      if (targets.length === 0) continue;
      if (mark.per === 'sample' && rate === null) {
        this.#unplaced++;
        continue;
      }
      const seconds = mark.per === 'second' ? mark.at : mark.at.map((at) => (at - 1) / (rate as number));
      for (const channel of targets) {
        for (let i = 0; i < seconds.length; i += mark.spans ? 2 : 1) {
          const at = seconds[i] as number;
          const end = mark.spans ? seconds[i + 1] : undefined;
          found.push({
            at,
            duration: end === undefined ? null : Math.max(0, end - at),
            channel,
            code: mark.code,
            text: mark.text,
          });
        }
      }
    }
    found.sort((one, other) => one.at - other.at);
    for (let from = 0; from < found.length; from += MAX_ANNOTATIONS_A_RUN)
      yield found.slice(from, from + MAX_ANNOTATIONS_A_RUN);
  }

  /** Remarks and measurements on the whole recording, one per line; null if there are none. */
  get notes(): string | null {
    return this.#notes.length === 0 ? null : this.#notes.join('\n');
  }

  warnings(): string[] {
    return this.#unplaced === 0 ? [] : [`${figure(this.#unplaced)} annotations without a time were not kept.`];
  }

  #remark(text: string | null, channels: readonly number[]): void {
    const aboutAll = channels.every((number, index) => index % 2 === 0 || number === 0);
    if (text === null || !aboutAll || this.#notesLength + text.length + 1 > MAX_NOTES_LENGTH) {
      this.#unplaced++;
      return;
    }
    this.#notes.push(text);
    this.#notesLength += text.length + 1;
  }
}

/** How many channels a mark names in the group of which it names most; 1 if it names none. */
function mostInAGroup(pairs: readonly number[]): number {
  const counts = new Map<number, number>();
  for (let i = 0; i < pairs.length; i += 2) {
    const group = pairs[i] as number;
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return Math.max(1, ...counts.values());
}

/** Channels of a group that a mark belongs to, from 0; null: all of them. */
function targetsOf(pairs: readonly number[], group: number, channels: number): (number | null)[] {
  if (pairs.length === 0) return [null];
  const targets: (number | null)[] = [];
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    if (pairs[i] !== group) continue;
    const channel = pairs[i + 1] as number;
    if (channel === 0) return [null];
    if (channel <= channels) targets.push(channel - 1);
  }
  return targets;
}

function placeOf(item: Dataset, start: string | null): Pick<Mark, 'at' | 'per'> | null {
  const samples = item.numbers('referencedSamplePositions');
  if (samples.length > 0) return { at: samples, per: 'sample' };
  const offsets = item.numbers('referencedTimeOffsets');
  if (offsets.length > 0) return { at: offsets, per: 'second' };
  const moments = item.texts('referencedDateTime').map((value) => isoDateTime(value, null));
  const at = moments.map((moment) => (moment === null || start === null ? null : secondsBetween(start, moment)));
  return at.length === 0 || at.includes(null) ? null : { at: at as number[], per: 'second' };
}

/**
 * Text of a mark: its free text, otherwise the meaning of its name with its value. Null if the code says everything.
 */
function textOf(item: Dataset, name: Dataset | undefined, code: string | null): string | null {
  const free = item.text('unformattedTextValue');
  if (free !== null) return free;
  const meaning = name?.text('codeMeaning') ?? code;
  const concept = item.items('conceptCodeSequence')[0];
  const number = item.texts('numericValue').join(', ');
  const unit = codeOf(item.items('measurementUnitsCodeSequence')[0]);
  const value =
    number === ''
      ? (concept?.text('codeMeaning') ?? codeOf(concept))
      : `${number}${unit === null || unit === '1' ? '' : ` ${unit}`}`;
  if (value === null) return meaning === code ? null : meaning;
  return meaning === null ? value : `${meaning}: ${value}`;
}

/** One sequence set: leads that share a time axis. It becomes one recording. */
import { figure, quoted } from '../common/messages.ts';
import { uniqueNames } from '../common/names.ts';
import type { DecodedChannel, DecoderLimits } from '../types.ts';
import { Annotations, type LeadReference } from './annotations.ts';
import { contentError } from './failure.ts';
import { isUnspecified, leadName } from './lead-name.ts';
import type { Axis, Sequence } from './sequence.ts';

export interface Series {
  /** Such as `RHYTHM` or `REPRESENTATIVE_BEAT`. */
  code: string | null;
  /** ISO 8601. */
  date: string | null;
  /** Sequence sets that have begun so far. */
  sets: number;
  /** Root of its id. */
  id: string | null;
  /** Whether it only repeats samples of the series from which it is derived. */
  isExcerpt: boolean;
}

/** Further warnings are only counted. */
const MAX_WARNINGS = 20;

export class SequenceSet {
  readonly series: Series;
  /** Name that distinguishes it from the other recordings of the file. */
  readonly part: string;
  readonly annotations: Annotations;
  /** Number of channels whose samples have begun. */
  channels = 0;
  readonly #limits: DecoderLimits;
  readonly #axis: Axis = { start: null, head: 0, samplingRate: null };
  readonly #described: Omit<DecodedChannel, 'samplingRate'>[] = [];
  /** Channel numbers by name, and by code. */
  readonly #named = new Map<string, number>();
  readonly #coded = new Map<string, number>();
  readonly #warnings: string[] = [];
  #dropped = 0;

  constructor(series: Series, limits: DecoderLimits) {
    this.series = series;
    this.#limits = limits;
    const kind = (series.code ?? 'series').toLowerCase().replaceAll('_', ' ').slice(0, 60);
    this.part = series.sets === 1 ? kind : `${kind} ${series.sets}`;
    this.annotations = new Annotations(this.#axis, (lead) => this.#channelOf(lead));
  }

  /** When the first sample was taken, ISO 8601. */
  get date(): string | null {
    return this.#axis.start ?? this.series.date;
  }

  /** Called when the samples of a sequence begin. @returns its channel @throws FormatError */
  begin(sequence: Sequence, offset: number | null): { channel: number; zeroLevel: number } {
    if (this.channels >= this.#limits.maxChannels)
      throw contentError(offset, `There are more than ${figure(this.#limits.maxChannels)} leads.`);
    const { gain, zeroLevel, unit } = sequence.scale(offset);
    this.#described.push({ name: sequence.name, unit, gain, zeroLevel });
    if (!this.#named.has(sequence.name)) this.#named.set(sequence.name, this.channels);
    if (sequence.code !== null && !this.#coded.has(sequence.code)) this.#coded.set(sequence.code, this.channels);
    return { channel: this.channels++, zeroLevel };
  }

  /** Called at the end of a sequence. */
  close(sequence: Sequence, offset: number | null): void {
    if (sequence.isTime) Object.assign(this.#axis, sequence.axis(offset));
    else if (sequence.samples === 0)
      this.#warn(
        sequence.hasDigits
          ? `The lead ${sequence.title} has no digits and was not kept.`
          : `The sequence ${sequence.title}, whose value is ${quoted(sequence.type)}, was not kept.`,
      );
  }

  described(): DecodedChannel[] {
    const names = uniqueNames(this.#described.map(({ name }) => name));
    return this.#described.map((channel, number) => ({
      ...channel,
      name: names[number] as string,
      samplingRate: this.#axis.samplingRate,
    }));
  }

  warnings(): string[] {
    const warnings = [...this.#warnings];
    if (this.#dropped > 0) warnings.push(`${figure(this.#dropped)} further sequences were not kept.`);
    const { withoutTime } = this.annotations;
    if (withoutTime > 0) warnings.push(`${figure(withoutTime)} annotations without a time were not kept.`);
    return warnings;
  }

  #channelOf({ code, name }: LeadReference): number | null {
    const byCode = isUnspecified(code) ? undefined : this.#coded.get(code);
    return this.#named.get(leadName(code, name)) ?? byCode ?? null;
  }

  #warn(text: string): void {
    if (this.#warnings.length < MAX_WARNINGS) this.#warnings.push(text);
    else this.#dropped++;
  }
}

/** The channels of one observation, in document order: each has one SampledData, or several one after the other. */
import { figure, quoted } from '../common/messages.ts';
import { uniqueNames } from '../common/names.ts';
import type { DecodedChannel, DecoderLimits } from '../types.ts';
import { contentError } from './failure.ts';
import { areAlike, type Coded, channelOf, lettersWarning, mayContinue, nameOf, type Sampled } from './sampled-data.ts';

interface Part {
  sampled: Sampled;
  /** Null if the file gives none. */
  name: string | null;
}

export class Channels {
  /** Channels whose data has begun. */
  begun = 0;
  readonly #limits: DecoderLimits;
  readonly #described: (DecodedChannel & { parts: number; letters: Sampled['letters'] })[] = [];
  /** The last SampledData that was complete. */
  #before: Part | null = null;
  readonly #warnings: string[] = [];
  #withoutData = 0;
  #firstWithoutData = '';

  constructor(limits: DecoderLimits) {
    this.#limits = limits;
  }

  /** Number of channels that are complete. */
  get count(): number {
    return this.#described.length;
  }

  /** Whether data has the name of the last channel, and nothing that is known of its scale differs. */
  mayBeContinued(sampled: Sampled, code: Coded): boolean {
    const before = this.#before;
    return (
      before !== null && before.name !== null && before.name === nameOf(code) && mayContinue(sampled, before.sampled)
    );
  }

  /** Called when data begins: it may continue the channel before it. @throws FormatError */
  begin(sampled: Sampled, code: Coded, offset: number): void {
    const before = this.#before;
    if (before !== null && this.mayBeContinued(sampled, code)) {
      sampled.channel = before.sampled.channel;
      sampled.letters = before.sampled.letters;
      return;
    }
    if (this.begun >= this.#limits.maxChannels)
      throw contentError(offset, `There are more than ${figure(this.#limits.maxChannels)} channels.`);
    sampled.channel = this.begun++;
  }

  /** Called at the end of the element with the data. @param place the name used in messages @throws FormatError */
  end(sampled: Sampled, code: Coded, place: string, offset: number): void {
    if (sampled.channel === null) {
      if (++this.#withoutData === 1) this.#firstWithoutData = place;
      return;
    }
    const coded = nameOf(code);
    const name = coded ?? `channel ${sampled.channel + 1}`;
    if (name.length > this.#limits.maxNameLength)
      throw contentError(
        offset,
        `${place}.code: the name must have at most ${figure(this.#limits.maxNameLength)} characters.`,
      );
    const channel = channelOf(sampled, name, `${place}.valueSampledData`, offset);
    const current = this.#described[sampled.channel];
    if (current !== undefined) {
      if (coded !== this.#before?.name || !areAlike(channel, current))
        throw contentError(
          offset,
          `${place} continues the data of ${quoted(current.name)}, but has another code, unit, scale or period.`,
        );
      current.parts++;
    } else {
      if (coded !== null && coded === this.#before?.name)
        this.#warnings.push(
          `${place} has the same code as the data before it, ${quoted(coded)}. It was kept as a channel of its own, ` +
            'since its code follows its data or its scale is another one.',
        );
      else if (coded !== null && this.#described.some((earlier) => earlier.name === coded))
        this.#warnings.push(
          `${place} has the same code as earlier data, ${quoted(coded)}, with other leads between them. It was ` +
            'kept as a channel of its own, which begins with the recording. If it continues the earlier data, send ' +
            'all data of one lead one after the other.',
        );
      this.#described[sampled.channel] = { ...channel, parts: 1, letters: sampled.letters };
    }
    this.#before = { sampled, name: coded };
  }

  described(): DecodedChannel[] {
    const names = uniqueNames(this.#described.map(({ name }) => name));
    return this.#described.map(({ samplingRate, unit, gain, zeroLevel }, number) => ({
      name: names[number] as string,
      samplingRate,
      unit,
      gain,
      zeroLevel,
    }));
  }

  warnings(): string[] {
    const told = this.#described.flatMap(({ name, parts, letters }) => [
      ...(parts > 1 ? [`${figure(parts)} components of ${quoted(name)}, one after the other, are one channel.`] : []),
      ...[lettersWarning(name, letters)].filter((warning) => warning !== null),
    ]);
    return [...this.#warnings, ...this.#aboutMissingData(), ...told];
  }

  #aboutMissingData(): string[] {
    if (this.#withoutData === 0) return [];
    const more = this.#withoutData - 1;
    const others = more === 0 ? '' : `; the same is true of ${figure(more)} more`;
    return [`${this.#firstWithoutData} has a SampledData without data and was not kept${others}.`];
  }
}

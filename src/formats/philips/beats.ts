/** The representative beats: one a lead, with a resolution and a sampling rate of their own. */
import { allPresent, Int16Run } from '../common/int16-run.ts';
import { figure, quoted } from '../common/messages.ts';
import { uniqueNames } from '../common/names.ts';
import { numberOf } from '../common/xml/fields.ts';
import type { Attributes } from '../common/xml/markup.ts';
import type { DecodedChannel, DecoderEvent, DecoderLimits, FormatError } from '../types.ts';
import { rateOf, scaleFrom } from './signal.ts';

const MILLISECONDS = 1000;
/** Carts fill each beat up to the same length with this value: 82 mV at 2.5 µV a digit, which no heart has. */
const FILLING = 32_767;
/** Samples in one event of those that only looked like filling. */
const PIECE = 4096;

export class Beats {
  readonly warnings: string[] = [];
  readonly #scale: Pick<DecodedChannel, 'gain' | 'unit' | 'zeroLevel' | 'samplingRate'>;
  readonly #names: string[] = [];
  #name = '';
  /** Milliseconds of the open beat, if the file states them. */
  #duration: number | null = null;
  #run = new Int16Run();
  /** Samples of the open beat so far, with its filling. */
  #samples = 0;
  /** How many of them, at their end, are not yet handed on, since they may be filling. */
  #held = 0;
  readonly #limits: DecoderLimits;
  readonly #fail: (reason: string) => FormatError;

  constructor(attributes: Attributes, limits: DecoderLimits, fail: (reason: string) => FormatError) {
    this.#limits = limits;
    this.#fail = fail;
    const rate = attributes['samplespersec'] ?? attributes['samplespersecond'];
    this.#scale = {
      samplingRate: rate === undefined ? null : rateOf(rate, fail),
      ...scaleFrom(attributes['resolution'], undefined, fail),
    };
  }

  get channels(): DecodedChannel[] {
    return uniqueNames(this.#names).map((name) => ({ name, ...this.#scale }));
  }

  /** A beat begins. */
  open(name: string): void {
    this.#name = name.trim();
  }

  /** The samples of a beat begin. @param attributes of the element that holds them */
  begin(attributes: Attributes): void {
    if (this.#name === '' || this.#name.length > this.#limits.maxNameLength)
      throw this.#fail(`The name of a lead must have 1 to ${figure(this.#limits.maxNameLength)} characters.`);
    if (this.#names.length >= this.#limits.maxChannels)
      throw this.#fail(`There are more than ${figure(this.#limits.maxChannels)} leads.`);
    this.#duration = numberOf(attributes['duration']);
    this.#run = new Int16Run();
    this.#samples = 0;
    this.#held = 0;
  }

  *add(bytes: Uint8Array): Generator<DecoderEvent, void, void> {
    const channel = this.#names.length;
    const samples = this.#run.add(bytes);
    const isBegun = this.#samples > this.#held;
    const { samplingRate } = this.#scale;
    this.#samples += samples.length;
    const end = samples.findLastIndex((sample) => sample !== FILLING) + 1;
    if (end > 0) {
      if (!isBegun && samplingRate !== null) yield { kind: 'sampling-rate', channel, samplingRate };
      yield* this.#release(channel);
      yield { kind: 'samples', channel, samples: allPresent(samples.subarray(0, end)) };
    }
    this.#held += samples.length - end;
  }

  /** What was held is signal, since a sample follows. */
  *#release(channel: number): Generator<DecoderEvent, void, void> {
    for (; this.#held > 0; this.#held -= Math.min(this.#held, PIECE))
      yield { kind: 'samples', channel, samples: new Int16Array(Math.min(this.#held, PIECE)).fill(FILLING) };
  }

  /**
   * The samples of a beat end; its filling is left out. @throws FormatError if they are not as many as the file states
   */
  *end(): Generator<DecoderEvent, void, void> {
    const { samplingRate } = this.#scale;
    // A duration may also be a word, such as Failed.
    const stated =
      this.#duration === null || Number.isNaN(this.#duration) || samplingRate === null
        ? this.#samples
        : Math.round((this.#duration / MILLISECONDS) * samplingRate);
    if (this.#run.isWithinSample || stated !== this.#samples)
      throw this.#fail(
        `The representative beat of the lead ${quoted(this.#name)} has ${figure(this.#samples)} whole samples, but ` +
          `should have ${figure(stated)}. Export the file again.`,
      );
    if (this.#samples === this.#held) {
      this.warnings.push(`The representative beat of the lead ${quoted(this.#name)} has no samples and was not kept.`);
      return;
    }
    yield { kind: 'channel-end', channel: this.#names.length };
    this.#names.push(this.#name);
  }
}

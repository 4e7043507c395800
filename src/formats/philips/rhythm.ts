/** The rhythm: its leads become samples, lead after lead, and its last second a recording of its own. */
import { BLOCK_SAMPLES } from '../../signal/samples.ts';
import { allPresent, Int16Run } from '../common/int16-run.ts';
import { figure } from '../common/messages.ts';
import type { DecoderEvent, FormatError } from '../types.ts';
import { Calibration } from './calibration.ts';
import { LIMB_LEADS, LimbLeads } from './limb-leads.ts';
import type { Signal } from './signal.ts';
import { XliStream } from './xli.ts';

/** Seconds of the files whose last second is a calibration pulse. */
const WITH_CALIBRATION = 11;
/**
 * Greatest difference between III and II - I, in digits. After rounding it is 1 or 2; more means that the limb leads
 * are not stored as they were read.
 */
const MAX_DEVIATION = 20;
/** Leads without a name: recorders have room for a few more than they use. */
const MAX_UNNAMED = 64;

export class Rhythm {
  readonly signal: Signal;
  readonly calibration: Calibration;
  /** Leads so far, with those that have no name. */
  #leads = 0;
  /** Leads without a name that are not flat. */
  #unnamed = 0;
  /** The lead of an uncompressed file that is being read, and its samples so far. */
  #lead = new Int16Array(0);
  #filled = 0;
  readonly #limbLeads = new LimbLeads();
  readonly #areLimbLeads: boolean;
  readonly #xli: XliStream | null;
  readonly #run = new Int16Run();
  readonly #fail: (reason: string) => FormatError;

  constructor(signal: Signal, fail: (reason: string) => FormatError) {
    this.signal = signal;
    this.calibration = new Calibration(signal.samples, signal.samplingRate);
    this.#areLimbLeads = LIMB_LEADS.every((lead, number) => signal.channels[number]?.name === lead);
    this.#xli = signal.isCompressed ? new XliStream(signal.samples, fail) : null;
    this.#fail = fail;
  }

  /** @throws FormatError */
  *add(bytes: Uint8Array): Generator<DecoderEvent, void, void> {
    const leads = this.#xli === null ? this.#plainLeads(bytes) : this.#xli.add(bytes);
    for (const lead of leads) yield* this.#read(lead);
  }

  /**
   * Called after the last sample.
   * @returns whether the last second is a calibration pulse; otherwise its samples are yielded, too
   * @throws FormatError
   */
  *finish(warnings: string[]): Generator<DecoderEvent, boolean, void> {
    const { signal, calibration } = this;
    if (this.#xli?.isWithinLead === true || this.#filled > 0 || this.#run.isWithinSample)
      throw this.#fail('The samples end within a lead. Export the file again.');
    if (this.#leads < signal.channels.length)
      throw this.#fail(
        `The samples have ${figure(this.#leads)} leads, but should have ${figure(signal.channels.length)}. ` +
          'Export the file again.',
      );
    if (this.#unnamed > 0)
      warnings.push(
        this.#unnamed === 1
          ? 'A lead has no name and was not kept, although it has a signal.'
          : `${figure(this.#unnamed)} leads have no name and were not kept, although they have a signal.`,
      );
    const deviation = this.#areLimbLeads ? this.#limbLeads.deviation(signal.samples - calibration.length) : 0;
    if (deviation > MAX_DEVIATION)
      warnings.push(
        `The lead III differs from II - I by up to ${figure(deviation)} digits, so the limb leads may be stored in ` +
          'another way than they were read. Compare them with the printed recording.',
      );
    if (calibration.isThere) return true;
    if (calibration.length > 0)
      for (const [channel, second] of calibration.seconds.entries()) yield* runs(channel, second);
    if (signal.samples === WITH_CALIBRATION * signal.samplingRate)
      warnings.push('The last of the eleven seconds is not a calibration pulse, so it was kept as signal.');
    return false;
  }

  *#read(lead: Int16Array): Generator<DecoderEvent, void, void> {
    const number = this.#leads++;
    const { channels, samples } = this.signal;
    const end = samples - this.calibration.length;
    const channel = channels[number];
    if (channel === undefined) {
      if (number >= channels.length + MAX_UNNAMED)
        throw this.#fail(`There are more than ${figure(MAX_UNNAMED)} leads without a name.`);
      const [first] = lead;
      if (lead.subarray(0, end).some((sample) => sample !== first)) this.#unnamed++;
      return;
    }
    if (!this.#restored(number, lead)) throw this.#fail('The compressed samples are damaged: they exceed 16 bits.');
    if (this.calibration.length > 0) this.calibration.add(lead.subarray(end));
    const { zeroLevel, samplingRate } = channel;
    if (zeroLevel !== null && zeroLevel !== 0) yield { kind: 'zero-level', channel: number, zeroLevel };
    if (samplingRate !== null) yield { kind: 'sampling-rate', channel: number, samplingRate };
    yield* runs(number, lead.subarray(0, end));
    if (this.calibration.length === 0) yield { kind: 'channel-end', channel: number };
  }

  #restored(number: number, lead: Int16Array): boolean {
    if (!this.#areLimbLeads) return true;
    if (this.#xli !== null) return this.#limbLeads.restore(number, lead);
    this.#limbLeads.keep(number, lead);
    return true;
  }

  /** The leads of a file without compression: all samples of the first one, then those of the next. */
  *#plainLeads(bytes: Uint8Array): Generator<Int16Array, void, void> {
    const { samples, channels } = this.signal;
    const run = this.#run.add(bytes);
    for (let at = 0; at < run.length;) {
      if (this.#leads === channels.length) throw this.#fail('There are more samples than the file states.');
      if (this.#filled === 0) this.#lead = new Int16Array(samples);
      const taken = Math.min(samples - this.#filled, run.length - at);
      this.#lead.set(run.subarray(at, at + taken), this.#filled);
      this.#filled += taken;
      at += taken;
      if (this.#filled < samples) return;
      this.#filled = 0;
      yield this.#lead;
    }
  }
}

/** Samples of a channel, in runs of the usual length. */
export function* runs(channel: number, samples: Int16Array): Generator<DecoderEvent, void, void> {
  for (let from = 0; from < samples.length; from += BLOCK_SAMPLES)
    yield { kind: 'samples', channel, samples: allPresent(samples.subarray(from, from + BLOCK_SAMPLES)) };
}

/**
 * A synthetic ECG: beats of a moving heart vector seen by the standard leads, disturbed as asked, in integer digits. The same options
 * make the same digits on every machine, and a lead is the same whether others are made beside it or not.
 */
import { MISSING_INT16 } from '../signal/samples.ts';
import { addBeat, LEAD_IN, LEAD_OUT, type HeartVector } from './beat.ts';
import { LEAD_FIELD, LEAD_NAMES, partsOf, type BaseLead, type LeadName } from './leads.ts';
import { oscillate, pickUp, type Oscillator, type Phases } from './oscillator.ts';
import { Random } from './random.ts';
import { BREATHING, rhythm, type Beat } from './rhythm.ts';

/** A stretch of one lead, `[from, to)` in seconds. */
export interface Stretch {
  lead: LeadName;
  from: number;
  to: number;
}

export interface EcgOptions {
  seed: number;
  /** Seconds. */
  duration: number;
  /** Hz, default 500. */
  samplingRate?: number;
  /** Beats a minute, 20 to 250, default 70. */
  heartRate?: number;
  /** Standard deviation of the cycle as a part of it, default 0.03. */
  variability?: number;
  /** White noise of the leads with their own electrodes (I, II, V1–V6), microvolts rms, default 0. */
  noise?: number;
  /** Hum of the mains, microvolts of amplitude, default 0. */
  hum?: number;
  /** Hz, default 50. */
  mains?: number;
  /** Wandering of the baseline, microvolts of amplitude, default 0. */
  wander?: number;
  /** Seconds: the cycle that each falls in ends early with a premature ventricular beat (`Beat.time` says when exactly). */
  ectopics?: readonly number[];
  /** An electrode is off: exactly 0. */
  flat?: readonly Stretch[];
  /** No samples: -32768. */
  missing?: readonly Stretch[];
  /** Digits per millivolt, default 1000. */
  gain?: number;
  /** Default: all twelve, in the standard order. */
  leads?: readonly LeadName[];
}

export interface SynthesizedEcg {
  samplingRate: number;
  gain: number;
  unit: 'mV';
  leads: { name: LeadName; samples: Int16Array }[];
  /** The truth: every beat whose R peak lies inside the recording. */
  beats: Beat[];
}

/** Samples of a block: what is in work for one lead fits the cache. */
const BLOCK = 8192;

/** Number of samples of each lead. */
export function sampleCount(options: EcgOptions): number {
  return Math.round(options.duration * (options.samplingRate ?? 500));
}

/** The beats whose R peak lies inside the recording, in order. */
export function* beatsOf(options: EcgOptions): Generator<Beat, void, void> {
  for (const beat of rhythmOf(options)) {
    if (beat.time >= options.duration) return;
    if (beat.time >= 0) yield beat;
  }
}

/** The whole recording at once. @throws RangeError on a duration, rate or gain that is not positive, or a heart rate out of range */
export function synthesize(options: EcgOptions): SynthesizedEcg {
  const leads = (options.leads ?? LEAD_NAMES).map((name) => ({ name, samples: new Int16Array(sampleCount(options)) }));
  let at = 0;
  for (const block of ecgBlocks(options)) {
    leads.forEach(({ samples }, index) => samples.set(block[index] as Int16Array, at));
    at += block[0]?.length ?? 0;
  }
  return { samplingRate: options.samplingRate ?? 500, gain: options.gain ?? 1000, unit: 'mV', leads, beats: [...beatsOf(options)] };
}

/**
 * The recording block by block in bounded memory, whatever its length: each is one run of digits a lead, in the order of `leads`,
 * all of one length. The arrays are valid only until the next block is asked for.
 * @throws RangeError as `synthesize`
 */
export function* ecgBlocks(options: EcgOptions): Generator<Int16Array[], void, void> {
  check(options);
  const rate = options.samplingRate ?? 500;
  const total = sampleCount(options);
  const names = options.leads ?? LEAD_NAMES;
  const parts = names.map(partsOf);
  const sources = new Sources(options, rate);
  const bases = new Map([...new Set(parts.flat().map((part) => part.base))].map((name) => [name, sources.baseLead(name)]));
  const mixes = parts.map((of) => ({ tracks: of.map(({ base }) => bases.get(base)?.track as Float64Array), weights: of.map(({ weight }) => weight) }));
  const stretches = names.map((name) => stretchesOf(name, options, rate));
  const scratch = new Float64Array(BLOCK);
  const digits = names.map(() => new Int16Array(BLOCK));
  for (let start = 0; start < total; start += BLOCK) {
    const length = Math.min(BLOCK, total - start);
    sources.advance(start, length);
    for (const base of bases.values()) base.fill(length);
    yield digits.map((out, lead) => {
      const { tracks, weights } = mixes[lead] as (typeof mixes)[number];
      mix(scratch, length, tracks, weights);
      quantize(scratch, out, length, options.gain ?? 1000);
      for (const { from, to, value } of stretches[lead] ?? []) if (to > start && from < start + length) out.fill(value, Math.max(0, from - start), to - start);
      return out.subarray(0, length);
    });
  }
}

/** What the leads are mixed from, for the block in work: the heart vector and the oscillators. */
class Sources {
  readonly #options: EcgOptions;
  readonly #rate: number;
  readonly #beats: Generator<Beat, never, void>;
  readonly #vector: HeartVector;
  readonly #oscillators: { oscillator: Oscillator; tracks: Phases }[];
  #next: Beat;

  constructor(options: EcgOptions, rate: number) {
    this.#options = options;
    this.#rate = rate;
    this.#beats = rhythmOf(options);
    this.#next = this.#beats.next().value;
    const track = (): Float64Array => new Float64Array(BLOCK + Math.ceil((LEAD_IN + LEAD_OUT) * rate));
    this.#vector = [track(), track(), track()];
    this.#oscillators = oscillatorsOf(options).map((oscillator) => ({ oscillator, tracks: { cosine: new Float64Array(BLOCK), sine: new Float64Array(BLOCK) } }));
  }

  /** Moves on to the block at sample `start`. Beats that reach past its end are drawn whole and kept for the next one. */
  advance(start: number, length: number): void {
    for (const track of this.#vector) if (start > 0) track.copyWithin(0, BLOCK).fill(0, track.length - BLOCK);
    while ((this.#next.time - LEAD_IN) * this.#rate < start + BLOCK) {
      addBeat(this.#vector, this.#next, start, this.#rate);
      this.#next = this.#beats.next().value;
    }
    for (const { oscillator, tracks } of this.#oscillators) oscillate(tracks, oscillator.frequency, start, this.#rate, length);
  }

  /** A lead with electrodes of its own: its millivolts of the block in work after `fill`. */
  baseLead(name: BaseLead): { track: Float64Array; fill(length: number): void } {
    const track = new Float64Array(BLOCK);
    const { seed, noise = 0 } = this.#options;
    const disturbance = new Random(seed, `disturbance ${name}`);
    const random = new Random(seed, `noise ${name}`);
    const weights = [...LEAD_FIELD[name], ...this.#oscillators.flatMap(({ oscillator }) => pickUp(oscillator, disturbance))];
    const tracks = [...this.#vector, ...this.#oscillators.flatMap((one) => [one.tracks.cosine, one.tracks.sine])];
    const fill = (length: number): void => {
      mix(track, length, tracks, weights);
      if (noise > 0) random.addNoise(track, length, noise / 1000);
    };
    return { track, fill };
  }
}

function rhythmOf(options: EcgOptions): Generator<Beat, never, void> {
  const { seed, heartRate = 70, variability = 0.03, ectopics = [] } = options;
  return rhythm({ seed, heartRate, variability, ectopics });
}

function oscillatorsOf({ hum = 0, mains = 50, wander = 0 }: EcgOptions): Oscillator[] {
  const oscillators: Oscillator[] = [];
  if (hum > 0) oscillators.push({ frequency: mains, amplitude: hum / 1000 });
  // The electrodes move with the breath and drift slowly.
  if (wander > 0) oscillators.push({ frequency: BREATHING, amplitude: (0.5 * wander) / 1000 }, { frequency: 0.06, amplitude: (0.5 * wander) / 1000 });
  return oscillators;
}

function stretchesOf(lead: LeadName, { flat = [], missing = [] }: EcgOptions, rate: number): { from: number; to: number; value: number }[] {
  const of = (stretches: readonly Stretch[], value: number) =>
    stretches.filter((one) => one.lead === lead).map(({ from, to }) => ({ from: Math.round(from * rate), to: Math.round(to * rate), value }));
  return [...of(flat, 0), ...of(missing, MISSING_INT16)];
}

/** Weighted sum of tracks, two at a time: half the traffic of one by one. */
function mix(out: Float64Array, length: number, tracks: readonly Float64Array[], weights: readonly number[]): void {
  out.fill(0, 0, length);
  for (let k = 0; k < tracks.length; k += 2) {
    const track = tracks[k] as Float64Array;
    const weight = weights[k] as number;
    const second = tracks[k + 1] ?? track;
    const secondWeight = weights[k + 1] ?? 0;
    for (let i = 0; i < length; i++) out[i] = (out[i] as number) + weight * (track[i] as number) + secondWeight * (second[i] as number);
  }
}

/** Rounds to digits; an amplifier saturates at ±32767. */
function quantize(millivolts: Float64Array, out: Int16Array, length: number, gain: number): void {
  for (let i = 0; i < length; i++) {
    const digit = Math.floor((millivolts[i] as number) * gain + 0.5);
    out[i] = digit > 32767 ? 32767 : digit < -32767 ? -32767 : digit;
  }
}

function check({ duration, samplingRate = 500, heartRate = 70, gain = 1000 }: EcgOptions): void {
  for (const [name, value] of Object.entries({ duration, samplingRate, gain })) {
    if (!(value > 0 && value < Infinity)) throw new RangeError(`${name} must be positive, not ${value}`);
  }
  if (!(heartRate >= 20 && heartRate <= 250)) throw new RangeError(`heartRate must be 20 to 250 a minute, not ${heartRate}`);
}

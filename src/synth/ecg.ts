/**
 * A synthetic ECG: beats of a moving heart vector as the standard leads see them, with optional disturbances, in
 * integer digits. The same options give the same digits on every machine, and a lead does not depend on which other
 * leads are made.
 */
import { MISSING_INT16 } from '../signal/samples.ts';
import { addBeat, LEAD_IN, LEAD_OUT, type HeartVector } from './beat.ts';
import { LEAD_FIELD, LEAD_NAMES, partsOf, type BaseLead, type LeadName } from './leads.ts';
import { addOscillation, pickUp } from './oscillation.ts';
import { Random } from './random.ts';
import { BREATHING, rhythm, type Beat } from './rhythm.ts';

/** A time range of one lead, `[from, to)` in seconds. */
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
  /** Beats per minute, 20 to 250, default 70. */
  heartRate?: number;
  /** Standard deviation of the cycle as a fraction of it, 0 to 0.2, default 0.03. */
  variability?: number;
  /** White noise of the leads with their own electrodes (I, II, V1–V6), microvolts rms, default 0. */
  noise?: number;
  /** Mains hum, amplitude in microvolts, default 0. */
  hum?: number;
  /** Hz, default 50. */
  mains?: number;
  /** Baseline wander, amplitude in microvolts, default 0. */
  wander?: number;
  /**
   * Seconds: the cycle that contains such a time ends early with a premature ventricular beat (`Beat.time` has its
   * exact time).
   */
  ectopics?: readonly number[];
  /** Electrode off: exactly the zero level. */
  flat?: readonly Stretch[];
  /** Missing samples: -32768. */
  missing?: readonly Stretch[];
  /** Digits per millivolt, default 1000. */
  gain?: number;
  /** Digit of 0 mV, an integer, default 0. */
  zeroLevel?: number;
  /** Default: all twelve, in the standard order. */
  leads?: readonly LeadName[];
}

export interface SynthesizedEcg {
  samplingRate: number;
  gain: number;
  zeroLevel: number;
  unit: 'mV';
  leads: { name: LeadName; samples: Int16Array }[];
  /** The ground truth: every beat whose R peak is in the recording. */
  beats: Beat[];
}

/** Samples per block: the working set of one lead fits into the cache. */
const BLOCK = 8192;

/** Number of samples of each lead. */
export function sampleCount(options: EcgOptions): number {
  return Math.round(options.duration * (options.samplingRate ?? 500));
}

/** The beats whose R peak is in the recording, in order. */
export function* beatsOf(options: EcgOptions): Generator<Beat, void, void> {
  for (const beat of rhythmOf(options)) {
    if (beat.time >= options.duration) return;
    if (beat.time >= 0) yield beat;
  }
}

/**
 * The whole recording at once. @throws RangeError if a duration, rate or gain is not positive, or a heart rate or
 * variability is out of range
 */
export function synthesize(options: EcgOptions): SynthesizedEcg {
  check(options);
  const leads = (options.leads ?? LEAD_NAMES).map((name) => ({ name, samples: new Int16Array(sampleCount(options)) }));
  let at = 0;
  for (const block of ecgBlocks(options)) {
    leads.forEach(({ samples }, index) => samples.set(block[index] as Int16Array, at));
    at += block[0]?.length ?? 0;
  }
  const { samplingRate = 500, gain = 1000, zeroLevel = 0 } = options;
  return { samplingRate, gain, zeroLevel, unit: 'mV', leads, beats: [...beatsOf(options)] };
}

/**
 * The recording block by block, in bounded memory for any length. A block has one run of digits per lead, in the order
 * of `leads`, all of the same length. The arrays are valid only until the next block is requested.
 * @throws RangeError as `synthesize`
 */
export function* ecgBlocks(options: EcgOptions): Generator<Int16Array[], void, void> {
  check(options);
  const { samplingRate: rate = 500, gain = 1000, zeroLevel = 0 } = options;
  const total = sampleCount(options);
  const names = options.leads ?? LEAD_NAMES;
  const parts = names.map(partsOf);
  const heart = new Heart(options, rate);
  const bases = new Map(
    [...new Set(parts.flat().map((part) => part.base))].map((base) => [base, electrodes(base, heart, options, rate)]),
  );
  const stretches = names.map((name) => stretchesOf(name, options, rate));
  const digits = names.map(() => new Int16Array(BLOCK));
  for (let start = 0; start < total; start += BLOCK) {
    const length = Math.min(BLOCK, total - start);
    heart.advance(start);
    for (const base of bases.values()) base.fill(start, length);
    yield digits.map((out, lead) => {
      const terms = (parts[lead] ?? []).map(({ base, weight }) => ({
        track: bases.get(base)?.track as Float64Array,
        weight,
      }));
      quantize(out, terms, length, gain, zeroLevel);
      for (const { from, to, value } of stretches[lead] ?? [])
        if (to > start && from < start + length) out.fill(value, Math.max(0, from - start), to - start);
      return out.subarray(0, length);
    });
  }
}

/** The heart vector of the current block. */
class Heart {
  readonly vector: HeartVector;
  readonly #rate: number;
  readonly #beats: Generator<Beat, never, void>;
  #next: Beat;

  constructor(options: EcgOptions, rate: number) {
    this.#rate = rate;
    this.#beats = rhythmOf(options);
    this.#next = this.#beats.next().value;
    const track = (): Float64Array => new Float64Array(BLOCK + Math.ceil((LEAD_IN + LEAD_OUT) * rate));
    this.vector = [track(), track(), track()];
  }

  /**
   * Advances to the block at sample `start`. Beats that extend past its end are drawn completely and kept for the next
   * block.
   */
  advance(start: number): void {
    for (const track of this.vector) if (start > 0) track.copyWithin(0, BLOCK).fill(0, track.length - BLOCK);
    while ((this.#next.time - LEAD_IN) * this.#rate < start + BLOCK) {
      addBeat(this.vector, this.#next, start, this.#rate);
      this.#next = this.#beats.next().value;
    }
  }
}

/**
 * A lead with electrodes of its own. `fill` writes the millivolts of a block to the lead's track, which is the same
 * array each time.
 */
function electrodes(
  name: BaseLead,
  heart: Heart,
  options: EcgOptions,
  rate: number,
): { track: Float64Array; fill(start: number, length: number): void } {
  const { seed, noise = 0, hum = 0, mains = 50, wander = 0 } = options;
  const track = new Float64Array(BLOCK);
  const random = new Random(seed, `noise ${name}`);
  const chance = new Random(seed, `disturbances ${name}`);
  const oscillations = [
    pickUp(mains, hum / 1000, chance),
    // The electrodes move with the breath and drift slowly.
    pickUp(BREATHING, (0.5 * wander) / 1000, chance),
    pickUp(0.06, (0.5 * wander) / 1000, chance),
  ].filter(({ amplitude }) => amplitude > 0);
  const fill = (start: number, length: number): void => {
    project(track, heart.vector, LEAD_FIELD[name], length);
    for (const oscillation of oscillations) addOscillation(track, oscillation, start, rate, length);
    if (noise > 0) random.addNoise(track, length, noise / 1000);
  };
  return { track, fill };
}

function rhythmOf(options: EcgOptions): Generator<Beat, never, void> {
  const { seed, heartRate = 70, variability = 0.03, ectopics = [] } = options;
  return rhythm({ seed, heartRate, variability, ectopics });
}

function stretchesOf(
  lead: LeadName,
  { flat = [], missing = [], zeroLevel = 0 }: EcgOptions,
  rate: number,
): { from: number; to: number; value: number }[] {
  const of = (stretches: readonly Stretch[], value: number) =>
    stretches
      .filter((one) => one.lead === lead)
      .map(({ from, to }) => ({ from: Math.round(from * rate), to: Math.round(to * rate), value }));
  return [...of(flat, zeroLevel), ...of(missing, MISSING_INT16)];
}

function project(
  out: Float64Array,
  [x, y, z]: HeartVector,
  [fx, fy, fz]: readonly [number, number, number],
  length: number,
): void {
  for (let i = 0; i < length; i++) out[i] = fx * (x[i] as number) + fy * (y[i] as number) + fz * (z[i] as number);
}

/**
 * Rounds the weighted sum of one or two tracks of millivolts to digits; values saturate at ±32767, as in an amplifier.
 */
function quantize(
  out: Int16Array,
  [first, second]: { track: Float64Array; weight: number }[],
  length: number,
  gain: number,
  zeroLevel: number,
): void {
  if (first === undefined) return;
  const a = first.track;
  const b = second?.track ?? a;
  const ofA = first.weight;
  const ofB = second?.weight ?? 0;
  for (let i = 0; i < length; i++) {
    const digit = Math.floor((ofA * (a[i] as number) + ofB * (b[i] as number)) * gain + 0.5) + zeroLevel;
    out[i] = digit > 32767 ? 32767 : digit < -32767 ? -32767 : digit;
  }
}

function check({ duration, samplingRate = 500, heartRate = 70, variability = 0.03, gain = 1000 }: EcgOptions): void {
  for (const [name, value] of Object.entries({ duration, samplingRate, gain })) {
    if (!(value > 0 && value < Infinity)) throw new RangeError(`${name} must be positive, not ${value}`);
  }
  // With more, the length of a cycle could become negative.
  if (!(variability >= 0 && variability <= 0.2))
    throw new RangeError(`variability must be 0 to 0.2, not ${variability}`);
  if (!(heartRate >= 20 && heartRate <= 250))
    throw new RangeError(`heartRate must be 20 to 250 a minute, not ${heartRate}`);
}

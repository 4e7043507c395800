/**
 * Converts the samples of a channel to integers, for formats that store nothing else: exactly if they are decimals of
 * few digits, otherwise rounded to steps of 1, 2 or 5 times a power of ten.
 */
import { missingMarker, markerOf, SAMPLE_ARRAYS, type Samples, type SampleType } from '../../signal/samples.ts';
import type { Integers, WritableChannel } from '../types.ts';
import { MAX_GAIN, MIN_GAIN } from './bounds.ts';
import { POWER } from './decimal.ts';
import type { ReadFrames } from './frames.ts';

type Bits = Integers['bits'];

/**
 * `highest`: the largest digit; the lowest is its negative, since the one below marks a missing sample. `rounded`: the
 * largest digit of rounded samples, whose physical value has few characters. `reach`: the largest distance between
 * digits and physical zero: eight characters must express it in EDF, 32 bits in WFDB.
 */
const RANGES = {
  16: { highest: 32_767, rounded: 32_000, reach: 1_000_000 },
  32: { highest: 2_147_483_647, rounded: 2_000_000_000, reach: 2_000_000_000 },
} as const satisfies Record<Bits, { highest: number; rounded: number; reach: number }>;

/** Decimal places that are tried. */
const MAX_PLACES = 12;
/** Digits are shifted by multiples of this, so that the limits of a channel remain short. */
const SHIFT = 1_000;
/** The largest relative difference between a number and the nearest one of 32 bits (float32). */
const FLOAT32_ERROR = 2 ** -24;

/** digit = round((sample - origin) · scale) - shift, where the samples are in stored units. */
export interface Conversion {
  origin: number;
  scale: number;
  shift: number;
  /** Gain and zero level of the digits. */
  gain: number;
  zeroLevel: number;
  /** The largest difference between a sample and the value of its digit, in stored units; 0 if there is none. */
  error: number;
}

const isFloat = (type: SampleType): boolean => type === 'float32' || type === 'float64';

/** Whether a format with such integers cannot store the samples as they are. */
export function needsConversion(channel: WritableChannel, { bits, canScale }: Integers): boolean {
  const { sampleType, lowest, highest } = channel;
  if (isFloat(sampleType)) return true;
  if (lowest === null || highest === null) return false;
  return (bits === 16 && (lowest < -32_768 || highest > 32_767)) || canScale?.(channel) === false;
}

/**
 * Usage: `push` all samples of a channel, then `conversion`.
 *
 * A sample is a decimal of some places if it is the double, or the float32, nearest to that decimal.
 */
export class DecimalSearch {
  readonly #channel: WritableChannel;
  readonly #integers: Integers;
  /** The most decimal places with which the range of the channel can be stored; -1 if not even integers can be. */
  readonly #most: number;
  /** The fewest decimal places so far; Infinity if there are too many. */
  #exact = 0;
  /** The same if the samples of float32 need only be the nearest ones of that type. */
  #single = 0;

  constructor(channel: WritableChannel, integers: Integers) {
    this.#channel = channel;
    this.#integers = integers;
    this.#most = mostPlaces(channel, integers.bits);
    if (this.#most < 0) this.#exact = this.#single = Infinity;
  }

  /** Whether further samples can change the result. */
  get isOpen(): boolean {
    return this.#single < Infinity && isFloat(this.#channel.sampleType);
  }

  push(samples: Samples): void {
    if (samples instanceof Int16Array || samples instanceof Int32Array) return;
    const before = this.#exact;
    this.#exact = placesOf(samples, before, this.#most, false);
    this.#single =
      samples instanceof Float64Array && this.#single === before
        ? this.#exact
        : placesOf(samples, this.#single, this.#most, samples instanceof Float32Array);
  }

  /** Null if no gain within the bounds of all formats can express the samples. */
  get conversion(): Conversion | null {
    const { bits, canScale } = this.#integers;
    const decimal = this.#decimal;
    if (decimal !== null && (this.#channel.lowest === null || canScale?.(converted(this.#channel, decimal)) !== false))
      return decimal;
    return rounding(this.#channel, bits);
  }

  /** As decimals of some places; null if there are too many. */
  get #decimal(): Conversion | null {
    const isExact = this.#exact < Infinity;
    const places = isExact ? this.#exact : this.#single;
    if (places > this.#most) return null;
    const { gain, zeroLevel, lowest, highest } = this.#channel;
    const scale = POWER[places] as number;
    const shift = shiftOf((lowest ?? 0) * scale, (highest ?? 0) * scale, this.#integers.bits) ?? 0;
    return {
      origin: 0,
      scale,
      shift,
      gain: pointMoved(gain, places),
      zeroLevel: pointMoved(zeroLevel, places) - shift,
      error: isExact ? 0 : FLOAT32_ERROR * Math.max(Math.abs(lowest ?? 0), Math.abs(highest ?? 0)),
    };
  }
}

function mostPlaces({ gain, zeroLevel, lowest, highest }: WritableChannel, bits: Bits): number {
  for (let places = MAX_PLACES; places >= 0; places--) {
    const scale = POWER[places] as number;
    const isInBounds = Math.abs(gain * scale) <= MAX_GAIN && Math.abs(zeroLevel * scale) <= RANGES[32].reach;
    if (places > 0 && !isInBounds) continue;
    if (shiftOf((lowest ?? 0) * scale, (highest ?? 0) * scale, bits) !== null) return places;
  }
  return -1;
}

/** By how much digits of this range must be lower; null if they do not fit. */
function shiftOf(lowest: number, highest: number, bits: Bits): number | null {
  const range = RANGES[bits];
  const fits = (shift: number): boolean =>
    Math.round(lowest) - shift >= -range.highest && Math.round(highest) - shift <= range.highest;
  if (fits(0)) return 0;
  const shift = SHIFT * Math.round((lowest + highest) / 2 / SHIFT);
  return Math.abs(shift) <= range.reach && fits(shift) ? shift : null;
}

/** @returns the places with which all samples are decimals, at least `fewest`; Infinity if there are over `most` */
function placesOf(samples: Float32Array | Float64Array, fewest: number, most: number, isSingle: boolean): number {
  if (fewest > most) return Infinity;
  let places = fewest;
  let power = POWER[places] as number;
  for (const value of samples) {
    if (value !== value) continue;
    for (;;) {
      const decimal = Math.round(value * power) / power;
      if ((isSingle ? Math.fround(decimal) : decimal) === value) break;
      if (++places > most) return Infinity;
      power = POWER[places] as number;
    }
  }
  return places;
}

/** A number times a power of ten, rounded only once: 0.07 · 100 is 7, and not the double above it. */
function pointMoved(value: number, places: number): number {
  const [digits = '', exponent = '0'] = String(value).split('e');
  return Number(`${digits}e${Number(exponent) + places}`);
}

/** The finest steps with which the range of the channel can be stored. */
function rounding(channel: WritableChannel, bits: Bits): Conversion | null {
  const { zeroLevel: origin, lowest, highest } = channel;
  const { rounded, reach } = RANGES[bits];
  const gain = Math.abs(channel.gain);
  const low = ((lowest ?? origin) - origin) / gain;
  const high = ((highest ?? origin) - origin) / gain;
  const farthest = Math.max(Math.abs(low), Math.abs(high));
  const shifted = Math.min((rounded - SHIFT) / ((high - low) / 2), reach / farthest);
  const steps = simpleBelow(Math.min(MAX_GAIN, Math.max(rounded / farthest, shifted)));
  if (!(steps >= MIN_GAIN)) return null;
  const shift = farthest * steps <= rounded ? 0 : SHIFT * Math.round(((low + high) / 2) * (steps / SHIFT));
  return {
    origin,
    scale: steps / gain,
    shift,
    gain: Math.sign(channel.gain) * steps,
    zeroLevel: 0 - shift,
    error: gain / steps / 2,
  };
}

/** The largest number up to a positive one that is 1, 2 or 5 times a power of ten. */
function simpleBelow(most: number): number {
  const exponent = Math.floor(Math.log10(most));
  const candidates = [exponent, exponent - 1].flatMap((power) => [5, 2, 1].map((digit) => Number(`${digit}e${power}`)));
  return candidates.find((candidate) => candidate <= most) ?? 0;
}

const digitOf = (value: number, { origin, scale, shift }: Conversion): number =>
  Math.round((value - origin) * scale) - shift + 0;

/** The channel with its digits, and with the scale that gives the same physical values. */
export function converted(channel: WritableChannel, conversion: Conversion): WritableChannel {
  const [lowest, highest] = [channel.lowest, channel.highest].map((value) =>
    value === null ? null : digitOf(value, conversion),
  ) as [number | null, number | null];
  const sampleType = (lowest ?? 0) > -32_768 && (highest ?? 0) <= 32_767 ? 'int16' : 'int32';
  const { gain, zeroLevel } = conversion;
  const digits = { ...channel, sampleType, gain, zeroLevel, lowest, highest } satisfies WritableChannel;
  // It is about the converter's own digits.
  delete digits.converter;
  return digits;
}

/**
 * Reads channels as integers.
 * @param channels as they are written, after `converted`
 * @param conversions by channel; null for those that are read unchanged
 */
export const readConverted = (
  read: ReadFrames,
  channels: readonly WritableChannel[],
  conversions: readonly (Conversion | null)[],
): ReadFrames =>
  async function* (lanes, most) {
    for await (const { count, runs } of read(lanes, most)) {
      const digits = runs.map((some, lane) => {
        const number = lanes[lane]?.channel ?? 0;
        const conversion = conversions[number] ?? null;
        const type = (channels[number] as WritableChannel).sampleType;
        return conversion === null ? some : some.map((samples) => digitsOf(samples, conversion, type));
      });
      yield { count, runs: digits };
    }
  };

function digitsOf(samples: Samples, conversion: Conversion, type: SampleType): Samples {
  const { origin, scale, shift } = conversion;
  const digits = new SAMPLE_ARRAYS[type](samples.length);
  const marker = markerOf(samples);
  const missing = missingMarker(type);
  for (let at = 0; at < samples.length; at++) {
    const value = samples[at] as number;
    digits[at] = value === marker || value !== value ? missing : Math.round((value - origin) * scale) - shift;
  }
  return digits;
}

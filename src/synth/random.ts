/**
 * Seeded random numbers, the same on every machine: xoshiro128** 1.1 by David Blackman and Sebastiano Vigna (public
 * domain). Its state is filled by steps of the golden ratio through the finalizer of MurmurHash3 (Austin Appleby,
 * public domain).
 */

/** Standard deviation of the sum of four random bytes, and its mean. */
const BYTES_DEVIATION = Math.sqrt((4 * (256 * 256 - 1)) / 12);
const BYTES_MEAN = 510;

export class Random {
  readonly #state = new Int32Array(4);

  /** @param purpose gives independent numbers for each use of one seed, such as `noise V1` */
  constructor(seed: number, purpose: string) {
    // Scrambled first: otherwise seed 1 with `b` and seed 2 with `a` would give the same numbers.
    let mix = scramble(seed | 0);
    for (let i = 0; i < purpose.length; i++) mix = Math.imul(mix ^ purpose.charCodeAt(i), 0x01000193);
    for (let i = 0; i < 4; i++) {
      mix = (mix + 0x9e3779b9) | 0;
      this.#state[i] = scramble(mix);
    }
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return (this.#next() >>> 0) / 4294967296;
  }

  /** Approximately normal, mean 0 and standard deviation 1: the sum of four bytes, so never beyond ±3.45. */
  normal(): number {
    return (byteSum(this.#next()) - BYTES_MEAN) / BYTES_DEVIATION;
  }

  /** Adds white noise with this standard deviation, distributed as in `normal`, to the first `length` values. */
  addNoise(values: Float64Array, length: number, deviation: number): void {
    const scale = deviation / BYTES_DEVIATION;
    for (let i = 0; i < length; i++) values[i] = (values[i] as number) + (byteSum(this.#next()) - BYTES_MEAN) * scale;
  }

  #next(): number {
    const state = this.#state;
    const s0 = state[0] as number;
    const s1 = state[1] as number;
    const s2 = (state[2] as number) ^ s0;
    const s3 = (state[3] as number) ^ s1;
    const spread = Math.imul(s1, 5);
    state[0] = s0 ^ s3;
    state[1] = s1 ^ s2;
    state[2] = s2 ^ (s1 << 9);
    state[3] = (s3 << 11) | (s3 >>> 21);
    return Math.imul((spread << 7) | (spread >>> 25), 9);
  }
}

/** The finalizer of MurmurHash3: every input bit affects every output bit. */
function scramble(word: number): number {
  let z = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return z ^ (z >>> 16);
}

function byteSum(word: number): number {
  return (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24);
}

/** Waveform data (PS3.3, C.10.9.1): deinterleaves samples into one run per channel. */
import { MISSING_INT16, MISSING_INT32, type Samples } from '../../signal/samples.ts';

interface Kind {
  bytes: number;
  read(view: DataView, littleEndian: boolean): number;
  /** The samples of a block in the byte order of this machine. */
  of(block: ArrayBuffer, count: number): Stored;
}

type Stored = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;

/** Waveform Sample Interpretation: signed and unsigned integers of 8, 16 and 32 bits. */
export const KINDS = {
  SB: { bytes: 1, read: (view) => view.getInt8(0), of: (block, count) => new Int8Array(block, 0, count) },
  UB: { bytes: 1, read: (view) => view.getUint8(0), of: (block, count) => new Uint8Array(block, 0, count) },
  SS: {
    bytes: 2,
    read: (view, little) => view.getInt16(0, little),
    of: (block, count) => new Int16Array(block, 0, count),
  },
  US: {
    bytes: 2,
    read: (view, little) => view.getUint16(0, little),
    of: (block, count) => new Uint16Array(block, 0, count),
  },
  SL: {
    bytes: 4,
    read: (view, little) => view.getInt32(0, little),
    of: (block, count) => new Int32Array(block, 0, count),
  },
  UL: {
    bytes: 4,
    read: (view, little) => view.getUint32(0, little),
    of: (block, count) => new Uint32Array(block, 0, count),
  },
} as const satisfies Record<string, Kind>;
export type SampleKind = keyof typeof KINDS;

export const isSampleKind = (text: string | null): text is SampleKind => text !== null && Object.hasOwn(KINDS, text);

/** Bytes deinterleaved at once; such a block stays in the cache. */
const BLOCK_BYTES = 128 * 1024;
/** A value that no 16-bit sample has, and still a machine integer, so that comparisons are fast. */
const NO_PADDING_INT16 = 2 ** 16;
const LITTLE_ENDIAN_HOST = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

export class Deinterleaver {
  readonly #kind: SampleKind;
  readonly #channels: number;
  readonly #padding: number | null;
  readonly #swapped: boolean;
  readonly #block: Uint8Array<ArrayBuffer>;
  /** Size of the block in bytes (whole frames), and the bytes received so far. */
  readonly #room: number;
  #filled = 0;
  /** Memory of the 16-bit runs, one after the other. */
  readonly #runs: Int16Array;

  /** @param samples per channel in total: a short group needs only a small block */
  constructor(kind: SampleKind, channels: number, samples: number, padding: number | null, littleEndian: boolean) {
    const frame = channels * KINDS[kind].bytes;
    const frames = Math.max(1, Math.min(samples, Math.floor(BLOCK_BYTES / frame)));
    this.#kind = kind;
    this.#channels = channels;
    this.#padding = padding;
    this.#swapped = littleEndian !== LITTLE_ENDIAN_HOST;
    this.#room = frames * frame;
    this.#block = new Uint8Array(this.#room);
    this.#runs = new Int16Array(KINDS[kind].bytes === 4 ? 0 : channels * frames);
  }

  /** Adds bytes up to a full block. Returns how many were added. */
  add(bytes: Uint8Array): number {
    const count = Math.min(bytes.length, this.#room - this.#filled);
    this.#block.set(count === bytes.length ? bytes : bytes.subarray(0, count), this.#filled);
    this.#filled += count;
    return count;
  }

  get isFull(): boolean {
    return this.#filled === this.#room;
  }

  /**
   * The samples of the block, which has whole frames: one run per channel, valid until the next call. Empties the
   * block.
   */
  runs(): Samples[] {
    const { bytes } = KINDS[this.#kind];
    if (this.#swapped) swap(this.#block.subarray(0, this.#filled), bytes);
    const stored: Stored = KINDS[this.#kind].of(this.#block.buffer, this.#filled / bytes);
    this.#filled = 0;
    const runs: Samples[] = [];
    for (let channel = 0; channel < this.#channels; channel++)
      runs.push(this.#run(stored, channel, stored.length / this.#channels));
    return runs;
  }

  /** A channel's run in the smallest type that holds every value and a marker. */
  #run(stored: Stored, channel: number, frames: number): Samples {
    const step = this.#channels;
    if (!(stored instanceof Int32Array || stored instanceof Uint32Array)) {
      const narrow = this.#runs.subarray(channel * frames, (channel + 1) * frames);
      if (
        stored instanceof Int16Array
          ? takeInt16(stored, channel, step, this.#padding ?? NO_PADDING_INT16, narrow)
          : take(stored, channel, step, this.#padding, MISSING_INT16, narrow)
      )
        return narrow;
    }
    const wide = new Int32Array(frames);
    if (take(stored, channel, step, this.#padding, MISSING_INT32, wide)) return wide;
    const widest = new Float64Array(frames);
    take(stored, channel, step, this.#padding, NaN, widest);
    return widest;
  }
}

/**
 * The common case only, four samples at a time. This is measurably faster than one by one, partly since V8 does not
 * inline a function of this length into the calling generator, where such loops are slow. A run with a missing sample,
 * or with a sample equal to the marker, is checked once more. Returns false if a real sample equals the marker.
 */
function takeInt16(stored: Int16Array, channel: number, step: number, missing: number, target: Int16Array): boolean {
  const whole = target.length - 3;
  let special = false;
  let place = channel;
  let frame = 0;
  for (; frame < whole; frame += 4, place += 4 * step) {
    const first = stored[place] as number;
    const second = stored[place + step] as number;
    const third = stored[place + 2 * step] as number;
    const fourth = stored[place + 3 * step] as number;
    target[frame] = first;
    target[frame + 1] = second;
    target[frame + 2] = third;
    target[frame + 3] = fourth;
    if (first === MISSING_INT16 || second === MISSING_INT16 || third === MISSING_INT16 || fourth === MISSING_INT16)
      special = true;
    if (first === missing || second === missing || third === missing || fourth === missing) special = true;
  }
  for (; frame < target.length; frame++, place += step) {
    const value = stored[place] as number;
    target[frame] = value;
    if (value === MISSING_INT16 || value === missing) special = true;
  }
  return !special || mark(target, missing);
}

/** Replaces missing samples by the marker. Returns false if a real sample equals it. */
function mark(samples: Int16Array, missing: number): boolean {
  if (missing === MISSING_INT16) return true;
  if (samples.includes(MISSING_INT16)) return false;
  for (let at = samples.indexOf(missing); at !== -1; at = samples.indexOf(missing, at + 1)) samples[at] = MISSING_INT16;
  return true;
}

/** The same for any kind of samples; also false if a sample exceeds the type. */
function take(
  stored: Stored,
  channel: number,
  step: number,
  padding: number | null,
  marker: number,
  target: Samples,
): boolean {
  const missing = padding ?? NaN;
  let kept = true;
  for (let frame = 0, place = channel; frame < target.length; frame++, place += step) {
    const value = stored[place] as number;
    target[frame] = value === missing ? marker : value;
    if (value !== missing && (value === marker || target[frame] !== value)) kept = false;
  }
  return kept;
}

/** Swaps the byte order of samples in place. */
function swap(bytes: Uint8Array, width: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
}

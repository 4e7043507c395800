/** The sample formats of WFDB (signal(5) of the WFDB Applications Guide): a table, and the loops that unpack them. */

/** Unpacked samples, still interleaved. */
export type Unpacked = Int16Array | Int32Array;

export interface SampleFormat {
  /** The shortest run of bytes with a whole number of samples, and that number. */
  bytes: number;
  samples: number;
  /** Whether a sample needs more than 16 bits. */
  isWide: boolean;
  /** The value of a missing sample; null if the format has none. */
  missing: number | null;
  /** Whether the values are differences from the previous sample. */
  isDifference: boolean;
  /** Number of whole samples in the first bytes of an incomplete run. */
  inPart: (bytes: number) => number;
  /** Writes `runs * samples` samples of `bytes` (from 0) into `target`, from `at`. */
  unpack: (bytes: Uint8Array, runs: number, target: Unpacked, at: number) => void;
}

const none = (): number => 0;
const plain = { samples: 1, isWide: false, isDifference: false, inPart: none } as const;

export const SAMPLE_FORMATS: Readonly<Record<number, SampleFormat>> = {
  8: { ...plain, bytes: 1, isWide: true, isDifference: true, missing: null, unpack: eachByte(0, 24) },
  16: { ...plain, bytes: 2, missing: -32768, unpack: copy },
  24: { ...plain, bytes: 3, isWide: true, missing: -8388608, unpack: unpack24 },
  32: { ...plain, bytes: 4, isWide: true, missing: -2147483648, unpack: copy },
  61: { ...plain, bytes: 2, missing: -32768, unpack: unpack61 },
  80: { ...plain, bytes: 1, missing: -128, unpack: eachByte(128, 0) },
  160: { ...plain, bytes: 2, missing: -32768, unpack: unpack160 },
  212: { ...plain, bytes: 3, samples: 2, missing: -2048, inPart: (bytes) => (bytes === 2 ? 1 : 0), unpack: unpack212 },
  310: { ...plain, bytes: 4, samples: 3, missing: -512, inPart: (bytes) => (bytes >= 2 ? 1 : 0), unpack: unpack310 },
  311: { ...plain, bytes: 4, samples: 3, missing: -512, inPart: (bytes) => Math.max(0, bytes - 1), unpack: unpack311 },
};

/** Known formats that are not supported: they contain FLAC streams. */
export const FLAC_FORMATS: ReadonlySet<number> = new Set([508, 516, 524]);

/** A signal without a file: all samples are missing. */
export const NULL_FORMAT = 0;

/** Little-endian, as the memory is on every platform that Node runs on with MongoDB. */
function copy(bytes: Uint8Array, runs: number, target: Unpacked, at: number): void {
  const width = target.BYTES_PER_ELEMENT;
  new Uint8Array(target.buffer, target.byteOffset + at * width, runs * width).set(bytes.subarray(0, runs * width));
}

/** @param less is subtracted; @param shift to the left and back, which extends the sign */
function eachByte(less: number, shift: number): SampleFormat['unpack'] {
  return (bytes, runs, target, at) => {
    for (let i = 0; i < runs; i++) target[at + i] = (((bytes[i] as number) - less) << shift) >> shift;
  };
}

function unpack24(bytes: Uint8Array, runs: number, target: Unpacked, at: number): void {
  for (let i = 0, from = 0; i < runs; i++, from += 3) {
    target[at + i] =
      (bytes[from] as number) | ((bytes[from + 1] as number) << 8) | (((bytes[from + 2] as number) << 24) >> 8);
  }
}

function unpack61(bytes: Uint8Array, runs: number, target: Unpacked, at: number): void {
  for (let i = 0, from = 0; i < runs; i++, from += 2)
    target[at + i] = ((bytes[from] as number) << 8) | (bytes[from + 1] as number);
}

function unpack160(bytes: Uint8Array, runs: number, target: Unpacked, at: number): void {
  for (let i = 0, from = 0; i < runs; i++, from += 2)
    target[at + i] = ((bytes[from] as number) | ((bytes[from + 1] as number) << 8)) - 32768;
}

function unpack212(bytes: Uint8Array, runs: number, target: Unpacked, at: number): void {
  for (let i = 0, from = 0, to = at; i < runs; i++, from += 3, to += 2) {
    const middle = bytes[from + 1] as number;
    target[to] = (((bytes[from] as number) | (middle << 8)) << 20) >> 20;
    target[to + 1] = (((bytes[from + 2] as number) | ((middle & 0xf0) << 4)) << 20) >> 20;
  }
}

/**
 * The first two samples are in bits 1 to 10 of a pair of bytes each, the third in the upper five bits of both pairs.
 */
function unpack310(bytes: Uint8Array, runs: number, target: Unpacked, at: number): void {
  for (let i = 0, from = 0, to = at; i < runs; i++, from += 4, to += 3) {
    const first = (bytes[from] as number) | ((bytes[from + 1] as number) << 8);
    const second = (bytes[from + 2] as number) | ((bytes[from + 3] as number) << 8);
    target[to] = (first << 21) >> 22;
    target[to + 1] = (second << 21) >> 22;
    target[to + 2] = (((first >> 11) | ((second >> 11) << 5)) << 22) >> 22;
  }
}

/** Three samples in the lower 30 bits of four bytes. */
function unpack311(bytes: Uint8Array, runs: number, target: Unpacked, at: number): void {
  for (let i = 0, from = 0, to = at; i < runs; i++, from += 4, to += 3) {
    const word =
      (bytes[from] as number) |
      ((bytes[from + 1] as number) << 8) |
      ((bytes[from + 2] as number) << 16) |
      ((bytes[from + 3] as number) << 24);
    target[to] = (word << 22) >> 22;
    target[to + 1] = (word << 12) >> 22;
    target[to + 2] = (word << 2) >> 22;
  }
}

/**
 * Feeds damaged files to a decoder: for any input, it must end in time with a FormatError or a recording, within its
 * memory limit. Seeded.
 */
import type { Decoder, Format } from '../../src/formats/types.ts';
import { FormatError, HEAD_BYTES } from '../../src/formats/types.ts';
import { type Files, LIMITS, randomChunks, uploadOf } from './formats.ts';
import { uniform } from './signals.ts';

/** A valid upload as a starting point. Keep the files small: every case decodes them. */
export interface FuzzSeed {
  files: Files;
  main: string;
  /**
   * Offsets by file at which fields, records or groups begin or end. Files are cut and changed there more often than
   * elsewhere.
   */
  boundaries?: Readonly<Record<string, readonly number[]>>;
  /** Byte strings with a meaning in the format, inserted at random positions. */
  dictionary?: readonly (string | Uint8Array)[];
}

export interface FuzzReport {
  cases: number;
  accepted: number;
  /** Cases refused, by kind of FormatError. */
  refused: { syntax: number; content: number };
  /** Processor time, so that other processes do not count. */
  slowestMs: number;
}

/** A violation by the decoder; `cause` has the error. The case can be reproduced from the seeds and its number. */
export class FuzzFailure extends Error {
  readonly number: number;
  readonly seed: number;
  readonly files: Files;

  constructor(format: string, number: number, seed: number, what: string, files: Files, cause: unknown) {
    super(`${format}, seed ${seed}, case ${number}: ${what}`, { cause });
    this.name = 'FuzzFailure';
    this.number = number;
    this.seed = seed;
    this.files = files;
  }
}

/** Maximum milliseconds of processor time per case, plus an amount per MiB of input. */
const BASE_MS = 1_000;
const MS_A_MIB = 1_000;
/** Maximum memory beyond the input: bytes, plus a multiple of the input. */
const BASE_BYTES = 64 << 20;
const BYTES_A_BYTE = 4;
/** Maximum events of a case: a decoder with more is assumed to be endless. */
const MAX_EVENTS = 1_000_000;
/** Memory is measured after this many cases; they must not use more together, either. */
const MEMORY_EVERY = 250;

/**
 * Runs the decoder on `cases` damaged uploads. Throws a FuzzFailure at the first one that ends in anything but a
 * recording or a FormatError, or takes too much time or memory. The first cases cut every file at each of its
 * boundaries; the others are random mutations.
 */
export async function fuzzDecoder(
  format: Format,
  seeds: readonly FuzzSeed[],
  { cases, seed, from = 0 }: { cases: number; seed: number; from?: number },
): Promise<FuzzReport> {
  const decode = format.decode;
  if (!decode) throw new Error(`${format.id} has no decoder`);
  const report: FuzzReport = { cases: 0, accepted: 0, refused: { syntax: 0, content: 0 }, slowestMs: 0 };
  const cuts = seeds.flatMap((start) =>
    Object.entries(start.files).flatMap(([name, bytes]) =>
      boundariesOf(start, name, bytes).map((at) => ({ start, name, at })),
    ),
  );
  let before = process.memoryUsage();
  let largest = 0;
  for (let number = from; number < from + cases; number++) {
    const random = uniform(seed * 1_000_003 + number);
    const cut = cuts[number];
    const start = cut?.start ?? seeds[Math.floor(random() * seeds.length)]!;
    const files = cut
      ? { ...start.files, [cut.name]: start.files[cut.name]!.slice(0, cut.at) }
      : mutated(start, random);
    const bytes = Object.values(files).reduce((sum, file) => sum + file.length, 0);
    largest = Math.max(largest, bytes);
    const startedAt = process.cpuUsage();
    try {
      // The function that recognises files gets every file, so it must accept any bytes.
      format.recognises(files[start.main]!.subarray(0, HEAD_BYTES));
      format.isMain?.(files[start.main]!.subarray(0, HEAD_BYTES));
      await run(decode, files, start.main, random);
      report.accepted++;
    } catch (error) {
      if (!(error instanceof FormatError))
        throw new FuzzFailure(format.id, number, seed, `it threw ${String(error)}`, files, error);
      if (error.format !== format.id || error.message === '')
        throw new FuzzFailure(format.id, number, seed, 'its error names another format or no reason', files, error);
      report.refused[error.kind]++;
    }
    const { user, system } = process.cpuUsage(startedAt);
    const took = (user + system) / 1000;
    report.cases++;
    report.slowestMs = Math.max(report.slowestMs, took);
    if (took > BASE_MS + (MS_A_MIB * bytes) / (1 << 20))
      throw new FuzzFailure(format.id, number, seed, `${bytes} bytes took ${Math.round(took)} ms`, files, null);
    if ((number + 1) % MEMORY_EVERY === 0) {
      const now = process.memoryUsage();
      const grown = now.rss - before.rss;
      // Garbage of hundreds of cases may not have been collected yet: the check is whether a single case reserved
      // memory out of proportion to its bytes.
      if (grown > BASE_BYTES * 4 + largest * BYTES_A_BYTE)
        throw new FuzzFailure(
          format.id,
          number,
          seed,
          `memory grew by ${Math.round(grown / (1 << 20))} MiB within ${MEMORY_EVERY} cases`,
          files,
          null,
        );
      before = now;
      largest = 0;
    }
  }
  return report;
}

async function run(decode: Decoder, files: Files, main: string, random: () => number): Promise<void> {
  let events = 0;
  const share = random();
  // The shortest chunks take most of the time, and a few cases of them cut everything that can be cut.
  const longest = share < 0.05 ? 7 : share < 0.2 ? 100 : 5_000;
  for await (const event of decode(
    uploadOf(files, main, (bytes) => randomChunks(bytes, random, longest)),
    LIMITS,
  )) {
    if (++events > MAX_EVENTS) throw new Error(`more than ${MAX_EVENTS} events`);
    if (event.kind === 'samples' && event.samples.byteLength > BASE_BYTES)
      throw new Error(`a run of ${event.samples.byteLength} bytes`);
    if (event.kind === 'recording' && event.recording.channels.length > LIMITS.maxChannels)
      throw new Error(`${event.recording.channels.length} channels`);
  }
}

/** The given offsets and those around them, the ends of lines, and every byte of small files. */
function boundariesOf(start: FuzzSeed, name: string, bytes: Uint8Array): number[] {
  const named = start.boundaries?.[name] ?? [];
  const places = new Set<number>([0, 1, bytes.length - 1]);
  for (const at of named) for (const near of [at - 1, at, at + 1]) places.add(near);
  return [...places].filter((at) => at >= 0 && at < bytes.length).toSorted((a, b) => a - b);
}

/** One to eight changes in one or two of the files; sometimes a file is removed. */
function mutated(start: FuzzSeed, random: () => number): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = { ...start.files };
  const names = Object.keys(files);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const changes = 1 + Math.floor(random() * random() * 8);
  for (let change = 0; change < changes; change++) {
    // The main file has most of the structure, so it gets most of the damage.
    const name = random() < 0.6 ? start.main : pick(names);
    const bytes = files[name];
    if (!bytes) continue;
    if (name !== start.main && random() < 0.02) delete files[name];
    else files[name] = changed(bytes, start, name, random, pick);
  }
  return files;
}

const INTERESTING = [0, 1, 0x7f, 0x80, 0xff, 0x20, 0x2d, 0x30, 0x39, 0x0a];
const NUMBERS = [
  '0',
  '-1',
  '1',
  '99999999',
  '4294967295',
  '9007199254740993',
  '1e308',
  '-1e9',
  '0.0000001',
  'NaN',
  '18446744073709551616',
  '',
];

function changed(
  bytes: Uint8Array,
  start: FuzzSeed,
  name: string,
  random: () => number,
  pick: <T>(list: readonly T[]) => T,
): Uint8Array {
  const boundaries = start.boundaries?.[name] ?? [];
  const place =
    boundaries.length > 0 && random() < 0.4
      ? Math.min(bytes.length, Math.max(0, pick(boundaries) + Math.floor(random() * 9) - 4))
      : Math.floor(random() * (bytes.length + 1));
  const length = Math.floor(random() ** 3 * Math.min(64, bytes.length - place));
  const copy = Buffer.from(bytes);
  switch (Math.floor(random() * 9)) {
    case 0:
      return copy.subarray(0, place);
    case 1:
      if (place < copy.length) copy[place] = (copy[place] as number) ^ (1 << Math.floor(random() * 8));
      return copy;
    case 2:
      if (place < copy.length) copy[place] = pick(INTERESTING);
      return copy;
    case 3:
      for (let at = place; at < place + length; at++) copy[at] = Math.floor(random() * 256);
      return copy;
    case 4:
      return Buffer.concat([copy.subarray(0, place), copy.subarray(place + length)]);
    case 5:
      return Buffer.concat([copy.subarray(0, place + length), copy.subarray(place)]);
    case 6:
      return Buffer.concat([
        copy.subarray(0, place),
        Buffer.from(pick(start.dictionary ?? NUMBERS)),
        copy.subarray(place + length),
      ]);
    case 7:
      return withNumber(copy, place, pick(NUMBERS));
    default: {
      // Replaces a little-endian number of 2 or 4 bytes by an extreme one.
      const width = random() < 0.5 ? 2 : 4;
      if (place + width <= copy.length)
        copy.writeUIntLE(
          pick([0, 1, 2 ** (width * 8) - 1, 2 ** (width * 8 - 1), 2 ** (width * 8 - 1) - 1]),
          place,
          width,
        );
      return copy;
    }
  }
}

/** Replaces the next run of digits after `place` by another number. */
function withNumber(bytes: Buffer, place: number, text: string): Buffer {
  const isDigit = (at: number): boolean => at < bytes.length && bytes[at]! >= 0x30 && bytes[at]! <= 0x39;
  let from = place;
  while (from < bytes.length && from < place + 200 && !isDigit(from)) from++;
  let to = from;
  while (isDigit(to) && to < from + 30) to++;
  return Buffer.concat([bytes.subarray(0, from), Buffer.from(text), bytes.subarray(to)]);
}

/** Writes recordings in the JSON form of the ECG challenge as a stream of bytes, in bounded memory for any size. */
import { MISSING_INT16 } from '../signal/samples.ts';
import { ecgBlocks, sampleCount, type EcgOptions } from './ecg.ts';
import { LEAD_NAMES } from './leads.ts';

/** Properties of the whole recording or of one lead. */
export interface ChallengeScale {
  /** Hz */
  samplingRate?: number;
  unit?: string;
  /** Stored units per physical unit. */
  gain?: number;
  /** Stored value of physical zero. */
  zeroLevel?: number;
}

/** Everything but the leads, written in the order of its keys. */
export interface ChallengeHeader extends ChallengeScale {
  id?: string;
  /** ISO 8601 */
  date?: string;
  patient?: string;
  study?: string;
  notes?: string;
}

export interface ChallengeLead extends ChallengeScale {
  name: string;
  /** Written as `number_of_samples`. */
  count: number;
  /** Runs of digits, read once and in order; -32768 is written as `null`. */
  runs: Iterable<Int16Array>;
}

const CHUNK_BYTES = 65536;
/** Enough bytes for `-32768` with ten decimals and its comma. */
const LONGEST_SAMPLE = 24;

const NULL = [0x6e, 0x75, 0x6c, 0x6c];
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;

/**
 * The JSON text in UTF-8, in chunks of at most 64 KiB, which the caller may keep. Each lead is on a line of its own.
 * @param decimals number of digits after the decimal point (0 to 10): 1234 with 3 becomes `1.234`
 */
export function* challengeJson(
  header: ChallengeHeader,
  leads: Iterable<ChallengeLead>,
  decimals = 0,
): Generator<Uint8Array, void, void> {
  yield encode(`{${members(header)}"leads":[`);
  let separator = '\n';
  for (const { count, runs, name, ...scale } of leads) {
    yield encode(
      `${separator}{"name":${JSON.stringify(name)},${members(scale)}"number_of_samples":${count},"signal":[`,
    );
    yield* signal(runs, decimals);
    yield encode(']}');
    separator = ',\n';
  }
  yield encode('\n]}\n');
}

/** A synthetic recording in that form. Each lead is generated while it is written. @throws RangeError as `ecgBlocks` */
export function synthesizeChallengeJson(
  options: EcgOptions,
  header: ChallengeHeader,
  decimals = 0,
): Generator<Uint8Array, void, void> {
  const names = options.leads ?? LEAD_NAMES;
  return challengeJson(
    header,
    names.map((name) => ({ name, count: sampleCount(options), runs: only(ecgBlocks({ ...options, leads: [name] })) })),
    decimals,
  );
}

function* only(blocks: Iterable<Int16Array[]>): Generator<Int16Array, void, void> {
  for (const [run] of blocks) if (run !== undefined) yield run;
}

function members(values: object): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)},`)
    .join('');
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function* signal(runs: Iterable<Int16Array>, decimals: number): Generator<Uint8Array, void, void> {
  let bytes = new Uint8Array(CHUNK_BYTES);
  let used = 0;
  let first = true;
  for (const run of runs) {
    let at = 0;
    while (at < run.length) {
      const end = Math.min(run.length, at + Math.floor((CHUNK_BYTES - used) / LONGEST_SAMPLE));
      used = writeSamples(bytes, used, run, at, end, decimals, first);
      first = false;
      at = end;
      if (CHUNK_BYTES - used < LONGEST_SAMPLE) {
        yield bytes.subarray(0, used);
        bytes = new Uint8Array(CHUNK_BYTES);
        used = 0;
      }
    }
  }
  if (used > 0) yield bytes.subarray(0, used);
}

/**
 * Writes samples `from` to `to`, each preceded by a comma except the very first. Returns the position after the last
 * byte.
 */
function writeSamples(
  bytes: Uint8Array,
  used: number,
  run: Int16Array,
  from: number,
  to: number,
  decimals: number,
  first: boolean,
): number {
  let at = used;
  for (let i = from; i < to; i++) {
    if (i > from || !first) bytes[at++] = COMMA;
    let rest = run[i] as number;
    if (rest === MISSING_INT16) {
      for (const byte of NULL) bytes[at++] = byte;
      continue;
    }
    if (rest < 0) {
      bytes[at++] = MINUS;
      rest = -rest;
    }
    let width = rest < 10 ? 1 : rest < 100 ? 2 : rest < 1000 ? 3 : rest < 10000 ? 4 : 5;
    if (decimals > 0) width = Math.max(width, decimals + 1) + 1;
    const point = decimals > 0 ? at + width - 1 - decimals : -1;
    for (let place = at + width - 1; place >= at; place--) {
      if (place === point) {
        bytes[place] = POINT;
        continue;
      }
      const tenth = (rest / 10) | 0;
      bytes[place] = ZERO + rest - tenth * 10;
      rest = tenth;
    }
    at += width;
  }
  return at;
}

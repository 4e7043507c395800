/** Reads one signal file: unpacks its samples, splits the frames into signals, and checks them against the header. */
import { MAX_INTERLEAVED, takeApart } from '../../signal/interleaved.ts';
import { MISSING_INT16, MISSING_INT32, type Samples } from '../../signal/samples.ts';
import { figure } from '../common/messages.ts';
import { contentError } from './failure.ts';
import type { SignalLine } from './header.ts';
import { gather, gatherDifferences } from './gather.ts';
import { type SampleFormat, type Unpacked } from './sample-formats.ts';

/** Larger than every sample: for formats without a value for missing samples. */
const NO_VALUE = 2 ** 40;
/** Bytes unpacked at once. */
const SLICE = 65_536;
/** Samples that are split by signal at once: each run costs as much as some hundred samples. */
const ENOUGH = 131_072;

/** A run of one signal; valid until the next is requested. */
export interface SignalRun {
  /** Index among the file's signals. */
  signal: number;
  samples: Samples;
}

export interface SignalFileReport {
  /** Frames read, including those cut off by a skew. */
  frames: number;
  /** Warnings about data that was skipped. */
  warnings: string[];
}

/** State of one signal: its position in a frame, and what has been read so far. */
interface Track {
  line: SignalLine;
  /** Index of its first sample within a frame. */
  first: number;
  /** Sum of its samples, modulo 2^32. */
  sum: number;
  /** The previous value, for difference formats. */
  last: number;
  scratch: Unpacked;
}

export class SignalFile {
  readonly #lines: readonly SignalLine[];
  readonly #format: SampleFormat;
  /** Null if as many as the file has. */
  readonly #frames: number | null;
  readonly #tracks: Track[];
  readonly #frameSamples: number;
  /** Whether a frame is one 16-bit sample of each signal, with the missing marker that we use as well. */
  readonly #isPlain: boolean;
  /** Samples unpacked and not yet yielded: less than a frame between two runs. */
  #unpacked: Unpacked;
  #held = 0;
  /** Frames split so far, and bytes read so far. */
  #done = 0;
  #offset = 0;

  /** @param lines of all signals in the file; @param frames of the record; null if unknown */
  constructor(lines: readonly SignalLine[], format: SampleFormat, frames: number | null) {
    this.#lines = lines;
    this.#format = format;
    this.#frames = frames;
    let first = 0;
    this.#tracks = lines.map((line) => {
      const track: Track = { line, first, sum: 0, last: line.initial ?? 0, scratch: this.#array(0) };
      first += line.samplesPerFrame;
      return track;
    });
    this.#frameSamples = first;
    const { isWide, isDifference, missing } = format;
    this.#isPlain = !isWide && !isDifference && missing === MISSING_INT16 && first === lines.length;
    this.#unpacked = this.#array(0);
  }

  /**
   * Yields the samples of each signal. Missing samples have the marker of the run's type.
   * @throws FormatError if the file is too short or a checksum does not match its samples
   */
  async *read(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<SignalRun, SignalFileReport, void> {
    const name = this.#lines[0]?.file ?? '';
    const byteOffset = this.#lines[0]?.byteOffset ?? 0;
    const wanted =
      this.#frames === null
        ? Infinity
        : this.#frames + this.#tracks.reduce((most, { line }) => Math.max(most, line.skew), 0);
    let rest = new Uint8Array(0);
    let isTooLong = false;
    for await (const chunk of bytes) {
      const skipped = Math.min(chunk.length, Math.max(0, byteOffset - this.#offset));
      this.#offset += chunk.length;
      if (this.#done >= wanted) {
        isTooLong ||= chunk.length > skipped;
        break;
      }
      for (let from = skipped; from < chunk.length && this.#done < wanted; from += SLICE) {
        rest = this.#take(joined(rest, chunk.subarray(from, from + SLICE)));
        const left = (wanted - this.#done) * this.#frameSamples;
        if (this.#held >= Math.min(ENOUGH, left)) for (const run of this.#sort(wanted)) yield run;
      }
    }
    if (this.#done < wanted) {
      this.#takePart(rest);
      for (const run of this.#sort(wanted)) yield run;
    }
    isTooLong ||= this.#held >= this.#frameSamples || rest.length >= this.#format.bytes;
    if (this.#offset < byteOffset)
      throw contentError(
        this.#offset,
        `${name} ends before its first sample, at byte ${figure(byteOffset)} according to the header.`,
      );
    if (this.#frames !== null && this.#done < this.#frames) {
      throw contentError(
        this.#offset,
        `${name} ends after ${figure(this.#done)} of the ${figure(this.#frames)} frames that the header declares.`,
      );
    }
    if (this.#done === 0 && this.#frames === null) throw contentError(this.#offset, `${name} has no samples.`);
    yield* this.#fillSkew();
    return {
      frames: this.#done,
      warnings: [
        ...this.#checkSums(),
        ...(isTooLong ? [`${name} is longer than the header declares; the rest was not kept`] : []),
      ],
    };
  }

  #array(length: number): Unpacked {
    return this.#format.isWide ? new Int32Array(length) : new Int16Array(length);
  }

  /** Unpacks whole runs. @returns the bytes of an incomplete run */
  #take(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const runs = Math.floor(bytes.length / this.#format.bytes);
    this.#reserve(runs * this.#format.samples);
    this.#format.unpack(bytes, runs, this.#unpacked, this.#held);
    this.#held += runs * this.#format.samples;
    return new Uint8Array(bytes.subarray(runs * this.#format.bytes));
  }

  /** Unpacks the last samples: in formats that pack several together, they need not fill their bytes. */
  #takePart(rest: Uint8Array): void {
    const samples = this.#format.inPart(rest.length);
    if (samples === 0) return;
    const padded = new Uint8Array(this.#format.bytes);
    padded.set(rest);
    this.#reserve(this.#format.samples);
    this.#format.unpack(padded, 1, this.#unpacked, this.#held);
    this.#held += samples;
  }

  #reserve(samples: number): void {
    if (this.#held + samples <= this.#unpacked.length) return;
    const larger = this.#array(this.#held + samples);
    larger.set(this.#unpacked.subarray(0, this.#held));
    this.#unpacked = larger;
  }

  /**
   * Splits the unpacked whole frames by signal. Not a generator, since the loops below would be compiled to slow code
   * in its body.
   */
  #sort(wanted: number): SignalRun[] {
    const runs: SignalRun[] = [];
    let from = 0;
    for (;;) {
      let frames = Math.min(Math.floor((this.#held - from) / this.#frameSamples), wanted - this.#done);
      // The checksum ends with the record: samples that a skew takes from after its end are split separately.
      if (this.#frames !== null && this.#done < this.#frames) frames = Math.min(frames, this.#frames - this.#done);
      if (frames === 0) break;
      // The earlier runs are not yielded yet, so they need separate memory.
      if (from > 0) for (const track of this.#tracks) track.scratch = this.#array(0);
      const length = frames * this.#frameSamples;
      const split =
        this.#isPlain && length <= MAX_INTERLEAVED
          ? this.#splitPlain(this.#unpacked.subarray(from, from + length) as Int16Array, frames)
          : this.#tracks.map((track) => this.#spread(track, from, frames));
      for (const [signal, track] of this.#tracks.entries()) {
        const samples = this.#kept(track, split[signal] as Unpacked, frames);
        if (samples.length > 0) runs.push({ signal, samples });
      }
      from += length;
      this.#done += frames;
    }
    this.#unpacked.copyWithin(0, from, this.#held);
    this.#held -= from;
    return runs;
  }

  /** The samples of every signal of a plain file in these frames. */
  #splitPlain(frames: Int16Array, count: number): Unpacked[] {
    const targets = this.#tracks.map((track) => {
      if (track.scratch.length < count) track.scratch = this.#array(count);
      return track.scratch.subarray(0, count) as Int16Array;
    });
    const sums = takeApart(frames, targets);
    if (this.#isCounted)
      for (const [i, track] of this.#tracks.entries()) track.sum = (track.sum + (sums[i] as number)) | 0;
    return targets;
  }

  /** Whether the next frames count for the checksums: they end with the record. */
  get #isCounted(): boolean {
    return this.#frames === null || this.#done < this.#frames;
  }

  /** One signal's samples in this many frames. */
  #spread(track: Track, from: number, frames: number): Unpacked {
    const perFrame = track.line.samplesPerFrame;
    const length = frames * perFrame;
    if (track.scratch.length < length) track.scratch = this.#array(length);
    const { scratch } = track;
    const missing = this.#format.missing ?? NO_VALUE;
    const marker = this.#format.isWide ? MISSING_INT32 : MISSING_INT16;
    let sum: number;
    if (this.#format.isDifference) {
      sum = gatherDifferences(
        this.#unpacked,
        from + track.first,
        this.#frameSamples,
        perFrame,
        scratch,
        length,
        track.last,
      );
      track.last = scratch[length - 1] as number;
    } else
      sum = gather(this.#unpacked, from + track.first, this.#frameSamples, perFrame, scratch, length, missing, marker);
    if (this.#isCounted) track.sum = (track.sum + sum) | 0;
    return scratch.subarray(0, length);
  }

  /** The samples that belong to the record: a skewed signal begins late and ends late. */
  #kept({ line }: Track, samples: Unpacked, frames: number): Unpacked {
    const from = Math.max(0, line.skew - this.#done);
    const to = this.#frames === null ? frames : Math.min(frames, this.#frames + line.skew - this.#done);
    return from === 0 && to === frames
      ? samples
      : samples.subarray(Math.min(from, frames) * line.samplesPerFrame, Math.max(0, to) * line.samplesPerFrame);
  }

  /** Fills the end of a skewed signal if the file ends before its last frames. */
  *#fillSkew(): Generator<SignalRun, void, void> {
    const frames = this.#frames ?? this.#done;
    for (const [signal, { line }] of this.#tracks.entries()) {
      if (line.skew >= frames)
        throw contentError(
          null,
          `A signal in ${line.file} has a skew of ${figure(line.skew)} frames, but the record has only ` +
            `${figure(frames)} frames.`,
        );
      const missing = frames + line.skew - this.#done;
      if (missing > 0) for (const samples of missingRuns(missing * line.samplesPerFrame)) yield { signal, samples };
    }
  }

  /** @returns warnings about checksums that are probably not meant */
  #checkSums(): string[] {
    const warnings: string[] = [];
    for (const { line, sum } of this.#tracks) {
      if (line.checksum === null || ((line.checksum ^ sum) & 0xffff) === 0) continue;
      const which = `The checksum of ${line.description === '' ? 'a signal' : line.description} in ${line.file}`;
      // Programs that count none write 0.
      if (line.checksum !== 0)
        throw contentError(
          null,
          `${which} is ${(sum << 16) >> 16}, but ${line.checksum} in the header: the file is damaged or ` +
            'belongs to another header.',
        );
      warnings.push(`${which} is 0 in the header and was not checked.`);
    }
    return warnings;
  }
}

/** Shared, never written to. */
const MISSING = new Int16Array(SLICE).fill(MISSING_INT16);

/** Runs of missing samples. */
export function* missingRuns(count: number): Generator<Int16Array, void, void> {
  for (let left = count; left > 0; left -= MISSING.length)
    yield left < MISSING.length ? MISSING.subarray(0, left) : MISSING;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** Converts data records to runs of samples, record by record and signal by signal, in constant memory. */
import { MISSING_INT16 } from '../../signal/samples.ts';
import { figure } from '../common/messages.ts';
import type { DecoderEvent, DecoderLimits } from '../types.ts';
import { Annotations } from './annotations.ts';
import { ChannelBytes } from './channel-bytes.ts';
import { toNumber } from './decimal.ts';
import { contentError } from './failure.ts';
import type { EdfHeader } from './header.ts';

/** Usual number of samples of one channel yielded at once. */
const RUN = 32768;
/** Bytes for the runs of all channels together. */
const RUN_BYTES = 16 << 20;
/**
 * Greatest size of a record that is held until it is complete. Larger records are passed through, which is not possible
 * for files with gaps or without a known end.
 */
export const MAX_HELD_RECORD = 16 << 20;
/**
 * Bound of the missing samples for the gaps of one file, over all channels: the larger of a number and a multiple of
 * the samples received.
 */
export const MAX_GAP_SAMPLES = 1 << 26;
export const MAX_GAP_RATIO = 16;
/**
 * Tolerance for the time of a record after the previous one, in samples of the fastest channel: times are written with
 * few digits. A gap of one sample is larger.
 */
const JITTER = 0.9;
/** Seconds by which the times of all records together may differ from the duration of a record. */
const DRIFT = 0.01;

interface Part {
  /** Null for an annotation signal, and for one that is left out. */
  channel: number | null;
  /** Whether its bytes are passed over. */
  isLeftOut: boolean;
  bytes: ChannelBytes;
}

export class Records {
  readonly annotations = new Annotations();
  readonly warnings: string[] = [];
  /** Time of the first record, in seconds from the start that the header gives. */
  start = 0;
  /** Complete records so far. */
  records = 0;
  readonly #header: EdfHeader;
  readonly #rates: readonly number[];
  readonly #fastest: number;
  readonly #parts: Part[];
  readonly #channels: ChannelBytes[];
  readonly #holdsRecords: boolean;
  /** Time of the previous record; null if it had none. */
  #time: number | null = null;
  readonly #duration: number;
  /** Samples of each channel before the current record, including missing samples. */
  readonly #counts: number[];
  readonly #missing = new Int16Array(RUN).fill(MISSING_INT16);
  #missingSamples = 0;
  #misplaced = 0;
  /** The greatest difference between the time of a record and that of its samples, in seconds. */
  #drift = 0;
  /** The part being read, and the bytes left of it. */
  #part = 0;
  #left: number;
  #offset: number;
  #trailing = 0;
  /** Number of channels yielded so far. */
  #appeared = 0;
  readonly #recordBytes: number;

  /** @param rates of the channels, in Hz */
  constructor(header: EdfHeader, rates: readonly number[], limits: DecoderLimits) {
    this.#header = header;
    this.#rates = rates;
    this.#fastest = rates.indexOf(Math.max(...rates));
    this.#duration = toNumber(header.duration);
    this.#offset = header.bytes;
    const { signals, sampleBytes } = header;
    this.#recordBytes = signals.reduce((sum, signal) => sum + signal.samplesPerRecord * sampleBytes, 0);
    this.#holdsRecords = this.#recordBytes <= MAX_HELD_RECORD;
    if (header.discontinuous && !this.#holdsRecords) {
      throw contentError(
        header.bytes,
        `A record has ${figure(this.#recordBytes)} bytes; if there may be gaps between records, at most ` +
          `${figure(MAX_HELD_RECORD)} are supported.`,
      );
    }
    const annotationBytes = signals.reduce(
      (sum, signal) => sum + (signal.isAnnotations ? signal.samplesPerRecord * sampleBytes : 0),
      0,
    );
    if (annotationBytes > limits.maxMetadataBytes)
      throw contentError(
        header.bytes,
        `The annotations of a record have ${figure(annotationBytes)} bytes; at most ` +
          `${figure(limits.maxMetadataBytes)} are supported.`,
      );
    if (header.discontinuous && annotationBytes === 0)
      throw contentError(
        192,
        'The file declares gaps between its records, but has no annotation signal with their times.',
      );
    const run = Math.max(1, Math.min(RUN, Math.floor(RUN_BYTES / sampleBytes / rates.length)));
    let channels = 0;
    this.#parts = signals
      .filter((signal) => signal.samplesPerRecord > 0)
      .map(({ isAnnotations, isLeftOut, samplesPerRecord }) => {
        const samples = isAnnotations
          ? samplesPerRecord
          : this.#holdsRecords
            ? samplesPerRecord * Math.max(1, Math.floor(run / samplesPerRecord))
            : run;
        return {
          channel: isAnnotations || isLeftOut ? null : channels++,
          isLeftOut,
          bytes: new ChannelBytes(sampleBytes, samplesPerRecord, samples),
        };
      });
    this.#channels = this.#parts.filter(({ channel }) => channel !== null).map(({ bytes }) => bytes);
    this.#counts = rates.map(() => 0);
    this.#left = (this.#parts[0] as Part).bytes.slice;
  }

  /** Reads the next bytes of the file after its header. */
  *take(chunk: Uint8Array): Generator<DecoderEvent, void, void> {
    let place = 0;
    while (place < chunk.length) {
      if (this.records === this.#header.records) {
        this.#countTrailing(chunk.length - place);
        return;
      }
      const { channel, isLeftOut, bytes } = this.#parts[this.#part] as Part;
      if (bytes.room === 0 && channel !== null) yield* this.#handOn(channel, 0);
      const count = Math.min(isLeftOut ? Infinity : bytes.room, this.#left, chunk.length - place);
      if (!isLeftOut) bytes.add(chunk, place, count);
      place += count;
      this.#left -= count;
      this.#offset += count;
      if (this.#left > 0) continue;
      this.#part = (this.#part + 1) % this.#parts.length;
      this.#left = (this.#parts[this.#part] as Part).bytes.slice;
      if (this.#part === 0) yield* this.#endRecord();
    }
  }

  /** Yields the rest at the end of the file. */
  *finish(): Generator<DecoderEvent, void, void> {
    const first = this.#parts[0] as Part;
    if (this.#part > 0 || this.#left < first.bytes.slice) this.#endInside();
    const { records } = this.#header;
    if (records !== null && this.records < records) {
      throw contentError(
        this.#offset,
        `The file has ${figure(this.records)} complete records but declares ${figure(records)}: it is ` +
          'truncated. Send it again, or correct the number (-1: unknown).',
      );
    }
    if (this.records === 0)
      throw contentError(this.#offset, 'The file has no complete record, so there are no samples.');
    for (const [channel, bytes] of this.#channels.entries()) if (bytes.filled > 0) yield* this.#handOn(channel, 0);
    if (this.#trailing > 0) this.warnings.push(`${figure(this.#trailing)} bytes after the last record were not kept.`);
    if (this.#misplaced > 0)
      this.warnings.push(
        `The file declares no gaps, but ${figure(this.#misplaced)} of its records give times that are not ` +
          'consecutive; they were kept as if they were.',
      );
    if (this.#misplaced === 0 && this.#drift > Math.max(DRIFT, JITTER / (this.#rates[this.#fastest] as number)))
      this.warnings.push(
        `The times of the records differ from those of their samples by up to ${Number(this.#drift.toFixed(3))} s: ` +
          'the sampling rate is not exactly the one in the header, so that annotations may be off by as much.',
      );
    this.warnings.push(...this.annotations.warnings());
  }

  /**
   * Yields a channel's samples except the last `kept` bytes. Channels must first appear in their order: those before it
   * are yielded first, without the current record.
   */
  *#handOn(channel: number, kept: number): Generator<DecoderEvent, void, void> {
    for (; this.#appeared < channel; this.#appeared++) {
      const bytes = this.#channels[this.#appeared] as ChannelBytes;
      yield { kind: 'samples', channel: this.#appeared, samples: bytes.samples(this.#holdsRecords ? bytes.slice : 0) };
    }
    this.#appeared = Math.max(this.#appeared, channel + 1);
    yield { kind: 'samples', channel, samples: (this.#channels[channel] as ChannelBytes).samples(kept) };
  }

  *#endRecord(): Generator<DecoderEvent, void, void> {
    let time: number | null = null;
    let keepsTime = true;
    for (const { channel, isLeftOut, bytes } of this.#parts) {
      if (channel !== null || isLeftOut) continue;
      const given = this.annotations.take(bytes.take(), keepsTime);
      if (keepsTime) time = given;
      keepsTime = false;
    }
    if (this.records === 0) this.start = time ?? 0;
    if (this.#header.discontinuous) yield* this.#place(time);
    else if (time !== null && Math.abs(this.#late(time)) > JITTER) this.#misplaced++;
    if (time !== null) this.#drift = Math.max(this.#drift, Math.abs(time - this.start - this.#sampleTime()));
    this.#time = time;
    this.records++;
    for (const [channel, bytes] of this.#channels.entries())
      this.#counts[channel] = (this.#counts[channel] as number) + bytes.slice / this.#header.sampleBytes;
  }

  /** Time of the first sample of the current record, in seconds from the first sample, as it will be stored. */
  #sampleTime(): number {
    if (!this.#header.discontinuous) return this.records * this.#duration;
    return (this.#counts[this.#fastest] as number) / (this.#rates[this.#fastest] as number);
  }

  /**
   * Gap between the end of the previous record and a record at this time, in samples of the fastest channel; 0 if
   * unknown.
   */
  #late(time: number): number {
    return this.#time === null ? 0 : (time - this.#time - this.#duration) * (this.#rates[this.#fastest] as number);
  }

  /** Inserts the gap before a record that has been read. */
  *#place(time: number | null): Generator<DecoderEvent, void, void> {
    const where = `Record ${figure(this.records + 1)}`;
    const offset = this.#offset - this.#recordBytes;
    if (time === null)
      throw contentError(
        offset,
        `${where} has no time; in a file with gaps, the first annotation of each record must give it.`,
      );
    const late = this.#late(time);
    if (late < -JITTER)
      throw contentError(offset, `${where} begins at ${time} s, before the end of the one before it.`);
    if (late <= JITTER) return;
    // Counted from the start, so that the rounding of many gaps does not add up.
    const gaps = this.#rates.map((rate, channel) =>
      Math.max(0, Math.round((time - this.start) * rate) - (this.#counts[channel] as number)),
    );
    const present = (this.records * this.#recordBytes) / this.#header.sampleBytes;
    this.#missingSamples += gaps.reduce((sum, gap) => sum + gap, 0);
    if (this.#missingSamples > Math.max(MAX_GAP_SAMPLES, MAX_GAP_RATIO * present)) {
      throw contentError(
        offset,
        `${where} begins at ${time} s: so far ${figure(this.#missingSamples)} samples are missing in gaps and ` +
          `${figure(present)} are present. Split the file at its long gaps.`,
      );
    }
    for (const [channel, bytes] of this.#channels.entries()) {
      if (bytes.filled > bytes.slice) yield* this.#handOn(channel, bytes.slice);
      const gap = gaps[channel] as number;
      this.#counts[channel] = (this.#counts[channel] as number) + gap;
      for (let left = gap; left > 0; left -= RUN)
        yield { kind: 'samples', channel, samples: this.#missing.subarray(0, Math.min(left, RUN)) };
    }
  }

  /**
   * The file ends inside a record: allowed if the number of records was unknown, since a recorder may stop at any time.
   */
  #endInside(): void {
    if (this.#header.records !== null) return;
    if (!this.#holdsRecords) throw contentError(this.#offset, 'The file ends inside a record.');
    for (const [number, { channel, bytes }] of this.#parts.entries()) {
      if (channel === null || number > this.#part) continue;
      bytes.drop(number < this.#part ? bytes.slice : bytes.slice - this.#left);
    }
    this.warnings.push('The file ends inside a record, which was not kept.');
  }

  #countTrailing(bytes: number): void {
    this.#trailing += bytes;
    if (this.#trailing >= this.#recordBytes) {
      throw contentError(
        this.#offset,
        `There are more than the ${figure(this.records)} records that the header declares. Correct the number ` +
          'of records (-1: unknown) to keep them all.',
      );
    }
  }
}

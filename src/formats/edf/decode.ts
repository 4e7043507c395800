/** Decoder for EDF, EDF+C, EDF+D, BDF and BDF+: the header, then record by record, in constant memory. */
import { uniqueNames } from '../common/names.ts';
import type { DecodedChannel, DecodedRecording, Decoder, DecoderLimits } from '../types.ts';
import { syntaxError } from './failure.ts';
import { type EdfHeader, HEADER_BLOCK, headerLength, isChannel, parseHeader } from './header.ts';
import { identificationOf } from './identification.ts';
import { Records } from './records.ts';
import { checkedRate, checkedScale } from './scale.ts';
import { contradicts, HIDDEN_DATE, startOf } from './start.ts';

/**
 * Yields the zero levels and sampling rates of all channels, then the samples (int16; int32 if a value equals the
 * marker of int16, and for BDF), with the gaps of discontinuous files as missing samples; at the end, annotations and
 * recording. All signals except annotation signals become channels.
 * @throws FormatError `syntax` if the header is not valid, `content` if the header or the records contradict themselves
 */
export const decodeEdf: Decoder = async function* (files, limits) {
  const start = new HeaderBytes(limits);
  let file: { header: EdfHeader; channels: DecodedChannel[]; records: Records } | null = null;
  for await (const chunk of files.main.bytes) {
    let used = 0;
    if (file === null) {
      used = start.add(chunk);
      if (!start.isWhole) continue;
      const header = parseHeader(start.bytes, limits);
      const channels = channelsOf(header);
      file = {
        header,
        channels,
        records: new Records(
          header,
          channels.map((channel) => channel.samplingRate as number),
          limits,
        ),
      };
      for (const [channel, { zeroLevel, samplingRate }] of channels.entries()) {
        if (zeroLevel !== null) yield { kind: 'zero-level', channel, zeroLevel };
        if (samplingRate !== null) yield { kind: 'sampling-rate', channel, samplingRate };
      }
    }
    yield* file.records.take(used === 0 ? chunk : chunk.subarray(used));
  }
  if (file === null) throw syntaxError(start.filled, 'The file ends inside its header.');
  const { header, channels, records } = file;
  yield* records.finish();
  for (const annotations of records.annotations.runs(
    records.start,
    channels.map((channel) => channel.name),
  ))
    yield { kind: 'annotations', annotations };
  yield { kind: 'recording', recording: describe(header, channels, records) };
};

/** Collects the header as it arrives: first the fixed part, which gives the length of the whole header. */
class HeaderBytes {
  bytes = new Uint8Array(HEADER_BLOCK);
  filled = 0;
  isWhole = false;
  readonly #limits: DecoderLimits;

  constructor(limits: DecoderLimits) {
    this.#limits = limits;
  }

  /** @returns how many bytes of the chunk belong to the header */
  add(chunk: Uint8Array): number {
    let used = 0;
    while (!this.isWhole && used < chunk.length) {
      const count = Math.min(chunk.length - used, this.bytes.length - this.filled);
      this.bytes.set(chunk.subarray(used, used + count), this.filled);
      used += count;
      this.filled += count;
      if (this.filled === this.bytes.length) this.#grow();
    }
    return used;
  }

  #grow(): void {
    this.isWhole = this.filled > HEADER_BLOCK;
    if (this.isWhole) return;
    const whole = new Uint8Array(headerLength(this.bytes, this.#limits));
    whole.set(this.bytes);
    this.bytes = whole;
  }
}

function channelsOf({ signals, duration, durationText }: EdfHeader): DecodedChannel[] {
  const channels = signals.filter(isChannel);
  const names = uniqueNames(channels.map((signal) => signal.label));
  return channels.map((signal, index) => {
    const scale = checkedScale(signal);
    return {
      name: names[index] as string,
      samplingRate: checkedRate(signal, duration, durationText),
      unit: signal.unit,
      gain: scale?.gain ?? null,
      zeroLevel: scale?.zeroLevel ?? null,
    };
  });
}

function describe(header: EdfHeader, channels: DecodedChannel[], records: Records): DecodedRecording {
  const { subject, notes, startDate, startHidden } = identificationOf(header.patient, header.recording, header.plus);
  const warnings = [...records.warnings];
  const isHidden = startHidden && header.startDate === HIDDEN_DATE;
  const date = isHidden ? null : startOf(header.startDate, header.startTime, startDate, records.start);
  if (date === null && !isHidden)
    warnings.push(
      `The start (${JSON.stringify(header.startDate)}, ${JSON.stringify(header.startTime)}) is not a valid ` +
        'date and time and was not kept.',
    );
  else if (startDate !== null && contradicts(header.startDate, startDate))
    warnings.push(
      `The start date is ${JSON.stringify(header.startDate)} in the header, but ${startDate} in the field of the ` +
        'recording, which was used.',
    );
  for (const { label } of header.signals.filter(({ isLeftOut }) => isLeftOut))
    warnings.push(
      `"${label}" was left out: its digital minimum and maximum are equal, so its samples have no meaning.`,
    );
  for (const { name, gain } of channels)
    if (gain === null)
      warnings.push(
        `"${name}" has the same physical minimum and maximum: its values are stored without a calibration.`,
      );
  return { externalId: null, date, channels, patient: null, study: null, notes, subject, part: null, warnings };
}

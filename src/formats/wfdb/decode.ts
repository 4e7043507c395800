/**
 * Decoder for WFDB records, in constant memory: the header, then its signal files one after the other, then the
 * annotations.
 */
import { markerOf, type Samples } from '../../signal/samples.ts';
import { MAX_NOTES_LENGTH } from '../common/bounds.ts';
import { figure, quoted } from '../common/messages.ts';
import { wholeFile } from '../common/whole-file.ts';
import type {
  DecodedChannel,
  Decoder,
  DecodedRecording,
  DecoderEvent,
  DecoderLimits,
  Subject,
  UploadFiles,
} from '../types.ts';
import { notesOf } from './comments.ts';
import { contentError } from './failure.ts';
import { checkBeginning, type Header, parseHeader, type SignalLine } from './header.ts';
import { Balance, type Channel, DEFAULT_GAIN, type Plan, planSegment, planSegments, type SignalGroup } from './plan.ts';
import { annotationsOfRecord } from './annotator.ts';
import { type SampleFormat, SAMPLE_FORMATS } from './sample-formats.ts';
import { missingRuns, SignalFile } from './signal-file.ts';
import { startOf } from './start.ts';

/** Bytes of the headers of all segments together. */
const MAX_SEGMENT_HEADER_BYTES = 16 << 20;

/**
 * Yields every channel's zero level and sampling rate, then the samples in the order of the signal files (int16 for
 * formats up to 16 bits, otherwise int32), then the annotations and the recording.
 * @throws FormatError if the header is inconsistent, or a file that it names was not uploaded, is too short or has
 * another checksum
 */
export const decodeWfdb: Decoder = async function* (upload, limits) {
  const files = onceEach(upload);
  const header = await readHeader(files.main.bytes, limits);
  const plan = header.segments
    ? planSegments(header, await segmentHeaders(files, header, limits))
    : planSegment(header);
  for (const { name } of plan.channels) {
    if (name.length > limits.maxNameLength)
      throw contentError(
        null,
        `The name of a signal is longer than ${limits.maxNameLength} characters (setting MAX_NAME_LENGTH).`,
      );
  }
  for (const [channel, { zeroLevel, samplingRate }] of plan.channels.entries()) {
    yield { kind: 'zero-level', channel, zeroLevel };
    yield { kind: 'sampling-rate', channel, samplingRate };
  }
  const warnings = new Set<string>();
  yield* signals(files, plan, warnings);
  yield* annotationsOfRecord(files, header, plan.channels.length, warnings);
  yield { kind: 'recording', recording: describe(header, plan, warnings) };
};

/** Refuses damaged records that use one file for two purposes. */
function onceEach(upload: UploadFiles): UploadFiles {
  const { main } = upload;
  const spent = new Set([main.name?.toLowerCase()]);
  return {
    main,
    ...(upload.others && { others: () => upload.others?.() ?? Promise.resolve([]) }),
    open: async (name, again = false) => {
      const key = name.toLowerCase();
      if (spent.has(key))
        throw contentError(null, `According to its headers, the record uses ${name} as two different files.`);
      if (!again) spent.add(key);
      return upload.open(name, again);
    },
  };
}

async function readHeader(bytes: AsyncIterable<Uint8Array>, limits: DecoderLimits): Promise<Header> {
  const most = limits.maxMetadataBytes;
  return parseHeader(
    await wholeFile(bytes, most, (begin) => {
      checkBeginning(begin, limits.maxChannels);
      return contentError(most, `The header is longer than ${figure(most)} bytes (setting MAX_METADATA_BYTES).`);
    }),
    limits.maxChannels,
  );
}

/** Headers of a record's segments; null if nothing was recorded. A segment may come more than once. */
async function segmentHeaders(files: UploadFiles, master: Header, limits: DecoderLimits): Promise<(Header | null)[]> {
  const known = new Map<string, Header | null>([['~', null]]);
  let left = MAX_SEGMENT_HEADER_BYTES;
  for (const { record } of master.segments ?? []) {
    if (known.has(record)) continue;
    const file = `${record}.hea`;
    const bytes = await files.open(file);
    if (!bytes) throw notSent(file, master.record);
    const whole = await wholeFile(bytes, Math.min(left, limits.maxMetadataBytes), () =>
      contentError(null, `The header ${file}, or those of all segments together, is too long.`),
    );
    left -= whole.length;
    known.set(record, parseHeader(whole, limits.maxChannels));
  }
  return (master.segments ?? []).map(({ record }) => known.get(record) ?? null);
}

async function* signals(
  files: UploadFiles,
  plan: Plan,
  warnings: Set<string>,
): AsyncGenerator<DecoderEvent, void, void> {
  const uses = new Map<string, number>();
  for (const { file } of plan.segments.flatMap((segment) => segment.groups)) uses.set(file, (uses.get(file) ?? 0) + 1);
  const balance = new Balance(plan.channels);
  for (const segment of plan.segments) {
    const { frames, groups, absent } = segment;
    for (const group of groups) {
      const left = (uses.get(group.file) ?? 1) - 1;
      uses.set(group.file, left);
      const bytes = await files.open(group.file, left > 0);
      if (!bytes) throw notSent(group.file, 'the record');
      yield* signalGroup(bytes, group, plan, frames, warnings);
    }
    // Samples of later segments do not count yet: the files may not have them.
    balance.add(segment);
    if (absent.length > 0) balance.check();
    for (const channel of absent) {
      for (const samples of missingRuns((frames ?? 0) * (plan.channels[channel]?.samplesPerFrame ?? 1)))
        yield { kind: 'samples', channel, samples };
    }
  }
}

async function* signalGroup(
  bytes: AsyncIterable<Uint8Array>,
  group: SignalGroup,
  plan: Plan,
  frames: number | null,
  warnings: Set<string>,
): AsyncGenerator<DecoderEvent, void, void> {
  const runs = new SignalFile(group.lines, SAMPLE_FORMATS[group.lines[0]?.format ?? 0] as SampleFormat, frames).read(
    bytes,
  );
  const rescale = group.lines.map((line, i) => rescaler(plan.channels[group.channels[i] as number] as Channel, line));
  for (let next = await runs.next(); ; next = await runs.next()) {
    if (next.done === true) {
      // A file shared by several segments continues after each of them.
      if (plan.segments.length === 1) for (const warning of next.value.warnings) warnings.add(warning);
      return;
    }
    const { signal, samples } = next.value;
    const scaled = rescale[signal]?.(samples);
    if (scaled)
      warnings.add(
        `${quoted(plan.channels[group.channels[signal] as number]?.name ?? '')} changes its gain or baseline between ` +
          'segments: samples of later segments are stored in the units of the first.',
      );
    yield { kind: 'samples', channel: group.channels[signal] as number, samples: scaled ?? samples };
  }
}

/** Converts samples of a segment to the scale of their channel; null if the scale is the same. */
function rescaler({ gain, zeroLevel }: Channel, line: SignalLine): ((samples: Samples) => Samples) | null {
  const own = line.gain ?? gain;
  // The baseline is rounded in our own headers, see `exactZeroLevel`.
  if (own === gain && Math.abs(line.baseline - zeroLevel) <= 0.5) return null;
  return (samples) => {
    const missing = markerOf(samples);
    return Float64Array.from(samples, (value) =>
      value === missing ? NaN : ((value - line.baseline) / own) * gain + zeroLevel,
    );
  };
}

function describe(header: Header, plan: Plan, warnings: Set<string>): DecodedRecording {
  const { date, warning } = startOf(header);
  if (warning !== null) warnings.add(warning);
  const said = notesOf(header.comments);
  if (said.length > MAX_NOTES_LENGTH)
    warnings.add(`Comments of the header after ${figure(MAX_NOTES_LENGTH)} characters were not kept.`);
  const channels = plan.channels.map((channel): DecodedChannel => {
    const { name, samplingRate, unit, gain, isGainGiven, zeroLevel, converter } = channel;
    return {
      name,
      samplingRate,
      unit,
      zeroLevel,
      ...(isGainGiven ? { gain } : { gain: null, assumedGain: DEFAULT_GAIN }),
      ...(converter && { converter }),
    };
  });
  return {
    recordName: header.record,
    externalId: null,
    date,
    channels,
    patient: null,
    study: null,
    notes: said === '' ? null : said.slice(0, MAX_NOTES_LENGTH),
    subject: subjectOf(header),
    part: null,
    warnings: [...warnings],
  };
}

const SEX = /(?:^|\W)sex\W{1,4}(m|male|f|female)(?:\W|$)/i;

/**
 * Comments have no fixed form; the sex is the only property of the subject that most databases write in the same way.
 */
function subjectOf({ comments }: Header): Subject | null {
  for (const comment of comments) {
    const sex = SEX.exec(comment)?.[1];
    if (sex !== undefined)
      return {
        patientId: null,
        patientName: null,
        birthDate: null,
        sex: sex.toLowerCase().startsWith('m') ? 'male' : 'female',
        studyId: null,
      };
  }
  return null;
}

const notSent = (file: string, record: string): Error =>
  contentError(null, `${record} needs the file ${file}, which was not sent: send all files of a record together.`);

/** The description of a multiplex group (PS3.3, C.10.9): its channels and the layout of their samples. */
import { leadOf } from '../../signal/leads.ts';
import { MAX_SAMPLING_RATE, MAX_UNIT_LENGTH, MIN_SAMPLING_RATE } from '../common/bounds.ts';
import { leadOfCode } from '../common/lead-codes.ts';
import { figure } from '../common/messages.ts';
import { uniqueNames } from '../common/names.ts';
import { scaleOf as scaleOfStep } from '../common/numbers.ts';
import type { DecodedChannel, DecoderLimits } from '../types.ts';
import type { Dataset } from './dataset.ts';
import { contentError } from './failure.ts';
import { isSurePadding } from './padding.ts';
import { isSampleKind, KINDS, type SampleKind } from './samples.ts';

export interface Group {
  channels: DecodedChannel[];
  /** Samples per channel. */
  samples: number;
  kind: SampleKind;
  /** The stored value that stands for a missing sample; null if none does. */
  padding: number | null;
  /** Whether the signal may take the padding value, too; see `padding.ts`. */
  isPaddingDoubtful: boolean;
  /** Length of the waveform data. */
  byteLength: number;
  warnings: string[];
}

/** Reads the description of a group. Its waveform data begin at `offset` and have `length` bytes. */
export function describeGroup(group: Dataset, offset: number | null, length: number, limits: DecoderLimits): Group {
  const warnings: string[] = [];
  const count = group.number('numberOfWaveformChannels') ?? 0;
  const samples = group.number('numberOfWaveformSamples') ?? 0;
  if (count < 1 || count > limits.maxChannels)
    throw contentError(
      offset,
      `A group declares ${figure(count)} channels; 1 to ${figure(limits.maxChannels)} are supported.`,
    );
  if (samples < 1) throw contentError(offset, 'A group declares that it has no samples.');
  if (!Number.isInteger(samples)) throw contentError(offset, `A group declares ${samples} samples, no whole number.`);
  const kind = sampleKind(group, offset);
  const byteLength = count * samples * KINDS[kind].bytes;
  if (byteLength > length) {
    throw contentError(
      offset,
      `A group declares ${figure(samples)} samples of ${figure(count)} channels, which is ${figure(byteLength)}` +
        ` bytes, but its waveform data has ${figure(length)}.`,
    );
  }
  if (length > byteLength + 1)
    warnings.push(`${figure(length - byteLength)} bytes after the declared samples were not kept.`);
  const definitions = group.items('channelDefinitionSequence');
  if (definitions.length !== count)
    throw contentError(offset, `A group of ${figure(count)} channels defines ${figure(definitions.length)}.`);
  const samplingRate = rateOf(group);
  const names = uniqueNames(definitions.map((definition, index) => nameOf(definition, index, limits)));
  const channels = definitions.map((definition, index): DecodedChannel => {
    const name = names[index] as string;
    warnings.push(...shifts(definition, name));
    return { name, samplingRate, ...scaleOf(definition, name, warnings) };
  });
  const padding = paddingOf(group, kind);
  const bits = [8 * KINDS[kind].bytes, ...definitions.flatMap((one) => one.numbers('waveformBitsStored'))];
  const isPaddingDoubtful = padding !== null && !isSurePadding(padding, kind.startsWith('S'), bits);
  return { channels, samples, kind, padding, isPaddingDoubtful, byteLength, warnings };
}

function sampleKind(group: Dataset, offset: number | null): SampleKind {
  const bits = group.number('waveformBitsAllocated');
  const kind = group.first('waveformSampleInterpretation');
  if (kind === 'MB' || kind === 'AB')
    throw contentError(
      offset,
      `Samples with ${kind === 'MB' ? 'µ-law' : 'A-law'} companding (${kind}) are audio, not an ECG, and are ` +
        'not supported.',
    );
  if (!isSampleKind(kind))
    throw contentError(
      offset,
      `The sample interpretation ${JSON.stringify(kind)} is not supported; ${Object.keys(KINDS).join(', ')} are.`,
    );
  if (bits !== 8 * KINDS[kind].bytes)
    throw contentError(
      offset,
      `Samples of the interpretation ${kind} have ${8 * KINDS[kind].bytes} bits, but ${bits ?? 'none'} are allocated.`,
    );
  return kind;
}

function rateOf(group: Dataset): number | null {
  const rate = group.number('samplingFrequency');
  if (rate !== null && !(rate >= MIN_SAMPLING_RATE && rate <= MAX_SAMPLING_RATE)) {
    throw contentError(
      group.offset('samplingFrequency'),
      `A sampling frequency of ${rate} Hz is not supported; ${MIN_SAMPLING_RATE} to ` +
        `${figure(MAX_SAMPLING_RATE)} Hz are.`,
    );
  }
  return rate;
}

function paddingOf(group: Dataset, kind: SampleKind): number | null {
  const field = group.field('waveformPaddingValue');
  if (field === null || field.bytes.length < KINDS[kind].bytes) return null;
  return KINDS[kind].read(
    new DataView(field.bytes.buffer, field.bytes.byteOffset, field.bytes.length),
    field.littleEndian,
  );
}

/** The code of an item in a code sequence, from whichever element has it. */
export const codeOf = (item: Dataset | undefined): string | null =>
  item?.text('codeValue') ?? item?.text('longCodeValue') ?? null;

/**
 * The channel's name in the file, unless it contradicts the lead that the source's code stands for; otherwise that
 * lead.
 */
function nameOf(definition: Dataset, index: number, limits: DecoderLimits): string {
  const source = definition.items('channelSourceSequence')[0];
  const code = codeOf(source);
  const lead = code === null ? null : leadOfCode(code);
  const given = [definition.text('channelLabel'), source?.text('codeMeaning') ?? null].filter((text) => text !== null);
  const meant = lead === null ? null : leadOf(lead);
  const agreeing = meant === null ? undefined : given.find((text) => leadOf(text) === meant);
  const name = agreeing ?? lead ?? given[0] ?? code ?? `Channel ${index + 1}`;
  if (name.length > limits.maxNameLength)
    throw contentError(
      source?.offset('codeMeaning') ?? null,
      `The name of channel ${index + 1} is longer than ${figure(limits.maxNameLength)} characters.`,
    );
  return name;
}

type ChannelScale = Pick<DecodedChannel, 'unit' | 'gain' | 'zeroLevel'>;
const UNKNOWN: ChannelScale = { unit: null, gain: null, zeroLevel: null };
/** UCUM's unit for values without a unit. */
export const NO_UNIT = '1';

/** physical = stored · sensitivity · correction + baseline, turned into gain and zero level. */
function scaleOf(definition: Dataset, name: string, warnings: string[]): ChannelScale {
  const sensitivity = definition.number('channelSensitivity');
  if (sensitivity === null) return UNKNOWN;
  const factor = sensitivity * (definition.number('channelSensitivityCorrectionFactor') ?? 1);
  const scale = scaleOfStep(definition.number('channelBaseline') ?? 0, factor);
  if (typeof scale === 'string')
    throw contentError(
      definition.offset('channelSensitivity'),
      `The sensitivity of the channel "${name}" with its correction, ${factor}, ${scale}.`,
    );
  const [gain, zeroLevel] = [settled(scale.gain), settled(scale.zeroLevel)];
  const units = definition.items('channelSensitivityUnitsSequence')[0];
  const unit = codeOf(units) ?? units?.text('codeMeaning') ?? null;
  if (unit !== null && unit.length > MAX_UNIT_LENGTH)
    throw contentError(
      units?.offset('codeValue') ?? null,
      `The unit of the channel "${name}" is longer than ${MAX_UNIT_LENGTH} characters.`,
    );
  if (unit === NO_UNIT) return { unit: null, gain, zeroLevel };
  if (unit === null) warnings.push(`The channel "${name}" has a sensitivity without a unit.`);
  return { unit, gain, zeroLevel };
}

/** Generous bound of the relative error of a 16-character decimal. */
const DECIMAL_ERROR = 1e-9;

/**
 * The integer that a quotient of two decimal strings stands for, if it is one apart from their rounding, since physical
 * zero must be exact.
 */
function settled(value: number): number {
  const whole = Math.round(value);
  return Math.abs(value - whole) <= DECIMAL_ERROR * Math.abs(whole) ? whole + 0 : value + 0;
}

/** Time shifts are reported as warnings, not applied: samples keep the times at which they were recorded. */
function shifts(definition: Dataset, name: string): string[] {
  const said: string[] = [];
  const tell = (value: number | null, what: string): void => {
    if (value !== null && value !== 0)
      said.push(`The channel "${name}" was sampled ${value} ${what}; this is not applied.`);
  };
  tell(definition.number('channelTimeSkew'), 'seconds (time skew) later than the group');
  tell(definition.number('channelSampleSkew'), 'samples (sample skew) later than the group');
  tell(definition.number('channelOffset'), 'seconds (channel offset) away from the group');
  return said;
}

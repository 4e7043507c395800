/**
 * How the samples of a rhythm are stored: from the attributes of `parsedwaveforms` and the fields of the acquisition.
 */
import { MAX_SAMPLING_RATE, MIN_SAMPLING_RATE } from '../common/bounds.ts';
import { figure, quoted } from '../common/messages.ts';
import { uniqueNames } from '../common/names.ts';
import { scaleOf } from '../common/numbers.ts';
import { isTrue, numberOf } from '../common/xml/fields.ts';
import type { Attributes } from '../common/xml/markup.ts';
import type { DecodedChannel, DecoderLimits, FormatError } from '../types.ts';
import { LIMB_LEADS } from './limb-leads.ts';

/** Samples of a lead, which is held in memory: more than half an hour at 500 Hz. */
const MAX_LEAD_SAMPLES = 1_048_576;
const MILLISECONDS = 1000;
const UNIT = 'uV';
const STANDARD_LEADS = [...LIMB_LEADS, 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;
/** What files without labels call the twelve standard leads. */
const STANDARD: ReadonlySet<string> = new Set(['STD-12', '10-WIRE']);

/** The fields of the acquisition that describe the signal. */
export const SIGNAL_FIELDS = [
  'samplingrate',
  'signalresolution',
  'resolution',
  'bitspersample',
  'signaloffset',
  'signalsigned',
  'numberchannelsallocated',
  'acquisitiontype',
  'leadset',
] as const;
export type SignalFields = ReadonlyMap<string, string>;

export interface Signal {
  channels: DecodedChannel[];
  /** Hz */
  samplingRate: number;
  /** Of each lead. */
  samples: number;
  isCompressed: boolean;
}

/** The first that is given. */
const stated = (...values: (string | undefined)[]): string | undefined =>
  values.find((text) => text !== undefined && text !== '');

/** @throws FormatError if the samples are stored in a way that is not supported, or not described */
export function signalOf(
  attributes: Attributes,
  fields: SignalFields,
  limits: DecoderLimits,
  fail: (reason: string) => FormatError,
): Signal {
  const storage = storageOf(attributes);
  if (typeof storage !== 'string') throw fail(`The samples cannot be read: ${storage.fault}`);
  const bits = stated(attributes['bitspersample'], attributes['nbitspersample'], fields.get('bitspersample')) ?? '16';
  if (numberOf(bits) !== 16) throw fail(`Samples of ${quoted(bits)} bits are not supported; those of 16 bits are.`);
  const signed = stated(attributes['signalsigned'], fields.get('signalsigned'));
  if (signed !== undefined && !isTrue(signed)) throw fail('Samples without a sign are not supported.');
  const samplingRate = rateOf(stated(attributes['samplespersecond'], fields.get('samplingrate')), fail);
  const samples = samplesOf(attributes['durationperchannel'], samplingRate, fail);
  const scale = scaleFrom(
    stated(attributes['resolution'], fields.get('resolution'), fields.get('signalresolution')),
    stated(attributes['signaloffset'], fields.get('signaloffset')),
    fail,
  );
  const names = namesOf(attributes, fields, fail);
  if (names.length > limits.maxChannels) throw fail(`There are more than ${figure(limits.maxChannels)} leads.`);
  if (names.some((name) => name.length > limits.maxNameLength))
    throw fail(`The name of a lead must have 1 to ${figure(limits.maxNameLength)} characters.`);
  if (storage === 'XLI') assertKnownOrder(names, fail);
  return {
    channels: uniqueNames(names).map((name) => ({ name, samplingRate, ...scale })),
    samplingRate,
    samples,
    isCompressed: storage === 'XLI',
  };
}

/** How an element's samples are stored, or why that is not supported. */
export function storageOf(attributes: Attributes): 'plain' | 'XLI' | { fault: string } {
  const encoding = attributes['dataencoding'] ?? 'Base64';
  if (encoding !== 'Base64')
    return { fault: `samples in the encoding ${quoted(encoding)} are not supported; those in Base64 are.` };
  const flag = attributes['compressflag'];
  const method = attributes['compression'] ?? attributes['compressmethod'] ?? '';
  if ((flag !== undefined && !isTrue(flag)) || /^(?:|none|uncompressed)$/i.test(method)) return 'plain';
  return method === 'XLI' ? method : { fault: `the compression ${quoted(method)} is not supported; XLI is.` };
}

/** @throws FormatError */
export function rateOf(text: string | undefined, fail: (reason: string) => FormatError): number {
  const rate = numberOf(text) ?? NaN;
  if (rate >= MIN_SAMPLING_RATE && rate <= MAX_SAMPLING_RATE) return rate;
  throw fail(
    `A sampling rate of ${MIN_SAMPLING_RATE} to ${figure(MAX_SAMPLING_RATE)} Hz must stand before the samples, not ` +
      `${quoted(text ?? '')}.`,
  );
}

function samplesOf(duration: string | undefined, rate: number, fail: (reason: string) => FormatError): number {
  const samples = Math.round(((numberOf(duration) ?? NaN) / MILLISECONDS) * rate);
  if (samples >= 2 && samples <= MAX_LEAD_SAMPLES) return samples;
  throw fail(
    `durationperchannel must be the milliseconds of 2 to ${figure(MAX_LEAD_SAMPLES)} samples, not ` +
      `${quoted(duration ?? '')}.`,
  );
}

/** @param resolution microvolts per digit @param offset the digit of 0 V @throws FormatError */
export function scaleFrom(
  resolution: string | undefined,
  offset: string | undefined,
  fail: (reason: string) => FormatError,
): { gain: number | null; unit: string | null; zeroLevel: number } {
  const step = numberOf(resolution);
  const zero = numberOf(offset) ?? 0;
  if (!Number.isInteger(zero)) throw fail(`signaloffset must be a whole number, not ${quoted(offset ?? '')}.`);
  if (step === null) return { gain: null, unit: null, zeroLevel: zero };
  const scale = scaleOf(-zero * step, step);
  if (typeof scale === 'string') throw fail(`The resolution ${scale}.`);
  return { gain: scale.gain, unit: UNIT, zeroLevel: zero };
}

function namesOf(attributes: Attributes, fields: SignalFields, fail: (reason: string) => FormatError): string[] {
  const labels = (attributes['leadlabels'] ?? '').split(/\s+/).filter((label) => label !== '');
  const count = numberOf(stated(attributes['numberofleads'], fields.get('numberchannelsallocated'))) ?? labels.length;
  if (labels.length > 0 && labels.length >= count && count > 0) return labels.slice(0, count);
  const set = [fields.get('acquisitiontype'), fields.get('leadset')].find((name) => STANDARD.has(name ?? ''));
  if (labels.length === 0 && set !== undefined && count > 0 && count <= STANDARD_LEADS.length)
    return STANDARD_LEADS.slice(0, count);
  throw fail(
    'The leads of the samples are not known: leadlabels must name as many as numberofleads says, or the acquisition ' +
      `must be one of ${[...STANDARD].join(', ')}.`,
  );
}

/** Compressed leads can be restored only in the usual order. */
function assertKnownOrder(names: readonly string[], fail: (reason: string) => FormatError): void {
  const isUsual = LIMB_LEADS.every((lead, number) => names[number] === lead);
  const hasRests = LIMB_LEADS.slice(2).some((lead) => names.includes(lead));
  if (!isUsual && hasRests)
    throw fail(
      `Compressed limb leads must be in the order ${LIMB_LEADS.join(', ')}; those of this file cannot be restored.`,
    );
}

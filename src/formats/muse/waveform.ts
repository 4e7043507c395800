/** One waveform: the rhythm, or the median beat. It becomes one recording. */
import { MAX_SAMPLING_RATE, MIN_SAMPLING_RATE } from '../common/bounds.ts';
import { figure, quoted } from '../common/messages.ts';
import { uniqueNames } from '../common/names.ts';
import { numberOf } from '../common/xml/fields.ts';
import type { DecodedChannel, DecoderLimits, FormatError } from '../types.ts';
import { Lead } from './lead.ts';

export const RHYTHM = 'rhythm';
/** Names of the recordings, by the type of their waveform. */
const PARTS: ReadonlyMap<string, string> = new Map([
  ['', RHYTHM],
  ['rhythm', RHYTHM],
  ['median', 'median beat'],
]);
const LONGEST_PART = 60;
const CONTINUOUS = 'CONTINUOUS_SAMPLES';
const FIELDS: ReadonlySet<string> = new Set([
  'WaveformType',
  'WaveformStartTime',
  'NumberofLeads',
  'SampleType',
  'SampleBase',
  'SampleExponent',
]);

export class Waveform {
  /** The lead whose samples are being read, or the last one. */
  lead: Lead | null = null;
  readonly warnings: string[] = [];
  /** Samples of the longest lead. */
  #longest = 0;
  readonly #fields = new Map<string, string>();
  readonly #channels: Omit<DecodedChannel, 'samplingRate'>[] = [];
  readonly #limits: DecoderLimits;
  readonly #fail: (reason: string) => FormatError;

  constructor(limits: DecoderLimits, fail: (reason: string) => FormatError) {
    this.#limits = limits;
    this.#fail = fail;
  }

  field(name: string, text: string): void {
    if (FIELDS.has(name)) this.#fields.set(name, text);
  }

  get part(): string {
    const type = (this.#fields.get('WaveformType') ?? '').toLowerCase().slice(0, LONGEST_PART);
    return PARTS.get(type) ?? type;
  }

  /** Number of leads so far; that of the open lead. */
  get channel(): number {
    return this.#channels.length;
  }

  /** Seconds of the longest lead. @throws FormatError */
  get duration(): number {
    return this.#longest / this.samplingRate;
  }

  /** Whether the fields of the sampling rate have been read: some writers put them behind the leads. */
  get hasRate(): boolean {
    return this.#fields.has('SampleBase') && this.#fields.has('SampleExponent');
  }

  /** Hz. @throws FormatError */
  get samplingRate(): number {
    const [base, exponent] = ['SampleBase', 'SampleExponent'].map((name) => numberOf(this.#fields.get(name)));
    const rate = base == null ? NaN : Number(`${base}e${exponent ?? 0}`);
    if (!(rate >= MIN_SAMPLING_RATE && rate <= MAX_SAMPLING_RATE))
      throw this.#fail(
        'SampleBase and SampleExponent of a waveform must give a sampling rate of ' +
          `${MIN_SAMPLING_RATE} to ${figure(MAX_SAMPLING_RATE)} Hz.`,
      );
    return rate;
  }

  openLead(): void {
    if (this.channel >= this.#limits.maxChannels)
      throw this.#fail(`There are more than ${figure(this.#limits.maxChannels)} leads.`);
    this.lead = new Lead(this.#fail);
  }

  /** @returns whether the lead has samples, and so a channel */
  closeLead(): boolean {
    const { lead } = this;
    if (lead === null) return false;
    this.lead = null;
    const described = lead.describe(this.warnings);
    if (described.name.length > this.#limits.maxNameLength)
      throw this.#fail(`The name of a lead must have 1 to ${figure(this.#limits.maxNameLength)} characters.`);
    if (lead.samples === 0) {
      this.warnings.push(`The lead ${quoted(described.name)} has no samples and was not kept.`);
      return false;
    }
    this.#longest = Math.max(this.#longest, lead.samples);
    this.#channels.push(described);
    return true;
  }

  /** The channels, once all leads are closed. */
  described(): DecodedChannel[] {
    const names = uniqueNames(this.#channels.map(({ name }) => name));
    return this.#channels.map((channel, number) => ({
      ...channel,
      name: names[number] as string,
      samplingRate: this.samplingRate,
    }));
  }

  /** Called at the end of the waveform. */
  close(): void {
    const stated = numberOf(this.#fields.get('NumberofLeads'));
    if (stated !== null && stated !== this.channel)
      this.warnings.push(
        `NumberofLeads is ${this.#fields.get('NumberofLeads')}, but the ${this.part} has ${this.channel}.`,
      );
    const start = this.#fields.get('WaveformStartTime') ?? '';
    if (start !== '' && numberOf(start) !== 0)
      this.warnings.push(`WaveformStartTime of the ${this.part} is ${quoted(start)}; it was not applied.`);
    const type = this.#fields.get('SampleType') ?? CONTINUOUS;
    if (type !== CONTINUOUS)
      throw this.#fail(`SampleType ${quoted(type)} is not supported: samples must be ${CONTINUOUS}.`);
  }
}

/** One lead of a waveform: its samples as they arrive, and its fields, against which they are checked at its end. */
import { MAX_UNIT_LENGTH } from '../common/bounds.ts';
import { crc32 } from '../common/native.ts';
import { allPresent, Int16Run } from '../common/int16-run.ts';
import { figure, quoted } from '../common/messages.ts';
import { scaleOf } from '../common/numbers.ts';
import { isTrue, numberOf } from '../common/xml/fields.ts';
import type { Samples } from '../../signal/samples.ts';
import type { DecodedChannel, FormatError } from '../types.ts';

const UNITS: ReadonlyMap<string, string> = new Map([
  ['MICROVOLTS', 'uV'],
  ['MICROVOLT', 'uV'],
  ['UV', 'uV'],
  ['MILLIVOLTS', 'mV'],
  ['MILLIVOLT', 'mV'],
  ['MV', 'mV'],
  ['NANOVOLTS', 'nV'],
  ['NANOVOLT', 'nV'],
  ['NV', 'nV'],
  ['VOLTS', 'V'],
  ['VOLT', 'V'],
  ['V', 'V'],
]);
const BYTES_PER_SAMPLE = 2;
/** Fields that move a lead in time or value; no description says how, and readers differ. */
const SHIFTS = ['LeadTimeOffset', 'LeadOffsetFirstSample', 'FirstSampleBaseline'] as const;
/** Fields that describe a bad signal. */
const FLAWS: ReadonlyMap<string, string> = new Map([
  ['LeadOff', 'an electrode that was off'],
  ['BaselineSway', 'a swaying baseline'],
  ['ExcessiveACNoise', 'noise of the mains'],
  ['MuscleNoise', 'noise of muscles'],
]);
const FIELDS: ReadonlySet<string> = new Set([
  ...SHIFTS,
  ...FLAWS.keys(),
  'LeadID',
  'LeadSampleSize',
  'LeadByteCountTotal',
  'LeadSampleCountTotal',
  'LeadDataCRC32',
  'LeadAmplitudeUnitsPerBit',
  'LeadAmplitudeUnits',
]);

export class Lead {
  /** Samples so far. */
  samples = 0;
  readonly #run = new Int16Run();
  readonly #fields = new Map<string, string>();
  #bytes = 0;
  #crc = 0;
  readonly #fail: (reason: string) => FormatError;

  constructor(fail: (reason: string) => FormatError) {
    this.#fail = fail;
  }

  /** Reads a field, before or after the samples. */
  field(name: string, text: string): void {
    if (FIELDS.has(name)) this.#fields.set(name, text);
  }

  /** @returns the samples that are complete with these bytes */
  add(bytes: Uint8Array): Samples {
    this.#bytes += bytes.length;
    this.#crc = crc32(bytes, this.#crc);
    const samples = this.#run.add(bytes);
    this.samples += samples.length;
    return allPresent(samples);
  }

  /**
   * Called at the end of the lead.
   * @throws FormatError if the samples are not those that the fields describe
   */
  describe(warnings: string[]): Omit<DecodedChannel, 'samplingRate'> {
    this.#check(warnings);
    for (const [field, flaw] of FLAWS)
      if (isTrue(this.#fields.get(field))) warnings.push(`The lead ${this.#title} has ${flaw} (${field}).`);
    for (const field of SHIFTS) {
      const value = this.#fields.get(field) ?? '';
      if (value !== '' && numberOf(value) !== 0)
        warnings.push(`${field} of the lead ${this.#title} is ${quoted(value)}; it was not applied.`);
    }
    return { name: this.#name, ...this.#scale(), zeroLevel: 0 };
  }

  get #name(): string {
    return this.#fields.get('LeadID') ?? '';
  }

  get #title(): string {
    return quoted(this.#name);
  }

  #check(warnings: string[]): void {
    if (this.#name === '') throw this.#fail('A lead must have a LeadID.');
    const size = numberOf(this.#fields.get('LeadSampleSize')) ?? BYTES_PER_SAMPLE;
    if (size !== BYTES_PER_SAMPLE)
      throw this.#fail(`The lead ${this.#title} has samples of ${size} bytes; samples of 2 bytes are supported.`);
    this.#compare('LeadByteCountTotal', this.#bytes, 'bytes');
    if (this.#run.isWithinSample)
      throw this.#fail(`The lead ${this.#title} has ${figure(this.#bytes)} bytes, which are not whole samples.`);
    this.#compare('LeadSampleCountTotal', this.samples, 'samples');
    const crc = numberOf(this.#fields.get('LeadDataCRC32')) ?? 0;
    if (!Number.isInteger(crc))
      warnings.push(`LeadDataCRC32 of the lead ${this.#title} is not a number, and was not checked.`);
    // 0: not filled in. Some writers take the number as signed.
    else if (crc !== 0 && crc >>> 0 !== this.#crc)
      throw this.#fail(
        `The samples of the lead ${this.#title} are damaged: their CRC-32 is ${this.#crc}, but LeadDataCRC32 is ` +
          `${crc >>> 0}. Export the file again.`,
      );
  }

  #compare(field: string, found: number, what: string): void {
    const stated = numberOf(this.#fields.get(field));
    if (stated !== null && stated !== found)
      throw this.#fail(
        `The lead ${this.#title} has ${figure(found)} ${what}, but ${field} is ${this.#fields.get(field)}. Export ` +
          'the file again.',
      );
  }

  #scale(): { gain: number | null; unit: string | null } {
    const step = numberOf(this.#fields.get('LeadAmplitudeUnitsPerBit'));
    const written = this.#fields.get('LeadAmplitudeUnits') ?? '';
    if (written.length > MAX_UNIT_LENGTH)
      throw this.#fail(`The unit of the lead ${this.#title} must have at most ${MAX_UNIT_LENGTH} characters.`);
    const unit = UNITS.get(written.toUpperCase()) ?? (written === '' ? null : written);
    if (step === null) return { gain: null, unit };
    const scale = scaleOf(0, step);
    if (typeof scale === 'string') throw this.#fail(`LeadAmplitudeUnitsPerBit of the lead ${this.#title} ${scale}.`);
    return { gain: scale.gain, unit };
  }
}

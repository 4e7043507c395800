/**
 * Interprets the keys of a JSON upload: builds the description of a recording from the scanner's events, and refuses
 * contradictions.
 */
import { figure, quoted } from '../common/messages.ts';
import type { DecodedChannel, DecodedRecording, DecoderLimits, FormatError } from '../types.ts';
import { contentError } from './failure.ts';
import {
  COUNT_KEYS,
  date,
  gain,
  id,
  notes,
  reference,
  sampleCount,
  samplingRate,
  unit,
  zeroLevel,
  type Checked,
  type Given,
} from './fields.ts';
import type { Container, Handler, Scalar } from './scanner.ts';
import { UnknownKeys } from './unknown-keys.ts';

/** Values given at the root for all leads, or in a lead for that lead. */
interface Calibration {
  samplingRate: number | null;
  unit: string | null;
  gain: number | null;
  zeroLevel: number | null;
}

interface Lead extends Calibration {
  name: string | null;
  /** Samples read; null before the signal. */
  samples: number | null;
  /** The declared number of samples, and the spelling of its key. */
  declared: { count: number; key: string } | null;
}

type Place = 'outside' | 'root' | 'leads' | 'lead' | 'signal';

const COUNTS: ReadonlySet<string> = new Set(COUNT_KEYS);
const noCalibration = (): Calibration => ({ samplingRate: null, unit: null, gain: null, zeroLevel: null });

export class RecordingBuilder implements Handler {
  readonly #limits: DecoderLimits;
  readonly #samplesSoFar: () => number;
  readonly #recording: Omit<DecodedRecording, 'channels' | 'warnings'> = {
    externalId: null,
    date: null,
    patient: null,
    study: null,
    notes: null,
    subject: null,
    part: null,
  };
  readonly #common = noCalibration();
  readonly #leads: Lead[] = [];
  /** Channel numbers by name. */
  readonly #indexOf = new Map<string, number>();
  readonly #unknown = new UnknownKeys();
  #place: Place = 'outside';
  #key = '';
  #hasLeads = false;
  /** Depth of open containers in a value that is not kept. */
  #skipped = 0;

  /** @param samplesSoFar number of samples read so far of the current signal */
  constructor(limits: DecoderLimits, samplesSoFar: () => number) {
    this.#limits = limits;
    this.#samplesSoFar = samplesSoFar;
  }

  /** The channel being read or read last: its position in `leads`. */
  get channel(): number {
    return this.#leads.length - 1;
  }

  /** The channel's zero level, if the document has given it already; otherwise null. */
  get zeroLevel(): number | null {
    return this.#lead().zeroLevel ?? this.#common.zeroLevel;
  }

  /** The channel's sampling rate, if the document has given it already; otherwise null. */
  get samplingRate(): number | null {
    return this.#lead().samplingRate ?? this.#common.samplingRate;
  }

  /** The recording, after the end of the document. */
  recording(): DecodedRecording {
    const common = this.#common;
    const channels = this.#leads.map((lead): DecodedChannel => ({
      name: lead.name as string,
      samplingRate: lead.samplingRate ?? common.samplingRate,
      unit: lead.unit ?? common.unit,
      gain: lead.gain ?? common.gain,
      zeroLevel: lead.zeroLevel ?? common.zeroLevel,
    }));
    return { ...this.#recording, channels, warnings: this.#unknown.warnings() };
  }

  key(name: string): void {
    this.#key = name;
  }

  open(container: Container, offset: number): boolean {
    if (this.#skipped > 0) {
      this.#skipped++;
      return false;
    }
    switch (this.#place) {
      case 'outside':
        if (container !== 'object') throw notAnObject(offset);
        this.#place = 'root';
        return false;
      case 'root':
        if (this.#key !== 'leads') return this.#member(undefined, '', offset);
        if (container !== 'array') throw contentError(offset, '"leads" must be an array of objects.');
        this.#place = 'leads';
        this.#hasLeads = true;
        return false;
      case 'leads':
        if (container !== 'object') throw notALead(this.#leads.length, offset);
        if (this.#leads.length >= this.#limits.maxChannels)
          throw contentError(offset, `There are more than ${figure(this.#limits.maxChannels)} leads.`);
        this.#leads.push({ ...noCalibration(), name: null, samples: null, declared: null });
        this.#place = 'lead';
        return false;
      case 'lead':
      case 'signal':
        break;
    }
    if (this.#key !== 'signal') return this.#member(undefined, '', offset);
    if (container !== 'array') throw contentError(offset, `${this.#here()} must be an array of numbers.`);
    this.#place = 'signal';
    return true;
  }

  close(offset: number): void {
    if (this.#skipped > 0) {
      this.#skipped--;
      return;
    }
    switch (this.#place) {
      case 'signal':
        this.#lead().samples = this.#samplesSoFar();
        this.#place = 'lead';
        return;
      case 'lead':
        this.#endLead(offset);
        this.#place = 'leads';
        return;
      case 'leads':
        if (this.#leads.length === 0) throw contentError(offset, '"leads" must have at least one lead.');
        this.#place = 'root';
        return;
      case 'root':
      case 'outside':
        if (!this.#hasLeads)
          throw contentError(offset, '"leads" is missing: an array of objects with "name" and "signal".');
    }
  }

  scalar(value: Scalar, text: string, offset: number): void {
    if (this.#skipped > 0) return;
    if (this.#place === 'outside') throw notAnObject(offset);
    if (this.#place === 'leads') throw notALead(this.#leads.length, offset);
    this.#member(value, text, offset);
  }

  /**
   * Reads a member of the root or of a lead. `undefined`: its value is an object or array, which no field accepts;
   * under an unknown key it is skipped.
   */
  #member(value: Given, text: string, offset: number): false {
    if (!(this.#place === 'lead' ? this.#leadMember(value, offset) : this.#rootMember(value, text, offset))) {
      this.#unknown.add(this.#place === 'lead' ? 'leads[].' : '', this.#key);
      if (value === undefined) this.#skipped = 1;
    }
    return false;
  }

  /** @returns whether the key is known */
  #rootMember(value: Given, text: string, offset: number): boolean {
    const recording = this.#recording;
    switch (this.#key) {
      case 'id':
        recording.externalId = this.#checked(id(value, text), offset);
        return true;
      case 'date':
        recording.date = this.#checked(date(value), offset);
        return true;
      case 'patient':
        recording.patient = this.#checked(reference(value), offset);
        return true;
      case 'study':
        recording.study = this.#checked(reference(value), offset);
        return true;
      case 'notes':
        recording.notes = this.#checked(notes(value), offset);
        return true;
      case 'leads':
        throw contentError(offset, '"leads" must be an array of objects.');
      default:
        return this.#calibrationMember(this.#common, value, offset);
    }
  }

  #leadMember(value: Given, offset: number): boolean {
    const lead = this.#lead();
    if (this.#key === 'signal') throw contentError(offset, `${this.#here()} must be an array of numbers.`);
    if (this.#key === 'name') {
      lead.name = this.#name(value, offset);
      return true;
    }
    if (!COUNTS.has(this.#key)) return this.#calibrationMember(lead, value, offset);
    const count = this.#checked(sampleCount(value), offset);
    if (count === null) return true;
    if (lead.declared !== null && lead.declared.count !== count) {
      throw contentError(
        offset,
        `${this.#here()} gives ${figure(count)} samples, but "${lead.declared.key}" of the same lead gives ` +
          `${figure(lead.declared.count)}.`,
      );
    }
    lead.declared = { count, key: this.#key };
    return true;
  }

  #calibrationMember(target: Calibration, value: Given, offset: number): boolean {
    switch (this.#key) {
      case 'samplingRate':
        target.samplingRate = this.#checked(samplingRate(value), offset);
        return true;
      case 'unit':
        target.unit = this.#checked(unit(value), offset);
        return true;
      case 'gain':
        target.gain = this.#checked(gain(value), offset);
        return true;
      case 'zeroLevel':
        target.zeroLevel = this.#checked(zeroLevel(value), offset);
        return true;
      default:
        return false;
    }
  }

  #name(value: Given, offset: number): string {
    const name = typeof value === 'string' ? value.trim() : '';
    if (name === '' || name.length > this.#limits.maxNameLength) {
      throw contentError(
        offset,
        `${this.#here()} must be a string of 1 to ${figure(this.#limits.maxNameLength)} characters that is not blank.`,
      );
    }
    const first = this.#indexOf.get(name);
    if (first !== undefined)
      throw contentError(offset, `"leads[${first}]" and "leads[${this.channel}]" are both named ${quoted(name)}.`);
    this.#indexOf.set(name, this.channel);
    return name;
  }

  /** Called after the closing brace of a lead: checks required members and the number of samples. */
  #endLead(offset: number): void {
    const { name, samples, declared } = this.#lead();
    const here = `"leads[${this.channel}]"`;
    if (name === null) throw contentError(offset, `${here} has no "name".`);
    if (samples === null) throw contentError(offset, `${here} has no "signal".`);
    if (declared !== null && declared.count !== samples) {
      throw contentError(
        offset,
        `${here} declares ${figure(declared.count)} samples ("${declared.key}"), but its signal has ` +
          `${figure(samples)}.`,
      );
    }
  }

  #checked<T>(checked: Checked<T>, offset: number): T | null {
    if ('reason' in checked) throw contentError(offset, `${this.#here()} ${checked.reason}.`);
    return checked.value;
  }

  #lead(): Lead {
    return this.#leads.at(-1) as Lead;
  }

  /** The current field as named in messages. */
  #here(): string {
    return `"${this.#place === 'lead' ? `leads[${this.channel}].` : ''}${this.#key}"`;
  }
}

const notAnObject = (offset: number): FormatError =>
  contentError(offset, 'The document must be an object with "leads".');
const notALead = (index: number, offset: number): FormatError =>
  contentError(offset, `"leads[${index}]" must be an object with "name" and "signal".`);

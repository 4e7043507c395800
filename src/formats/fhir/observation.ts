/** Builds one Observation from the values at the paths of its members. */
import { isoFault } from '../../calendar/moment.ts';
import { MAX_ID_LENGTH, MAX_NOTES_LENGTH, MAX_REFERENCE_LENGTH } from '../common/bounds.ts';
import { fitting } from '../common/fitting.ts';
import { figure, quoted } from '../common/messages.ts';
import type { Scalar } from '../json/scanner.ts';
import { UnknownKeys } from '../json/unknown-keys.ts';
import type { DecodedRecording, DecoderLimits } from '../types.ts';
import { Channels } from './channels.ts';
import { contentError } from './failure.ts';
import { addCode, isLetter, knownZeroLevel, noCode, noSamples, type Coded, type Sampled } from './sampled-data.ts';

/** Members of the observation that are kept, or carry no information to lose. */
const KNOWN: ReadonlySet<string> = new Set([
  'resourceType',
  'id',
  'meta',
  'text',
  'identifier',
  'status',
  'category',
  'code',
  'subject',
  'effectiveDateTime',
  'effectiveInstant',
  'effectivePeriod',
  'note',
  'component',
  'valueSampledData',
]);
const COMPONENT = '.component[]';
const DATA = '.valueSampledData';
/** A date with a time and a zone. */
const MOMENT = /T.*(?:Z|[+-]\d\d:\d\d)$/;

export class Observation {
  resourceType: string | null = null;
  readonly channels: Channels;
  readonly #unknown = new UnknownKeys();
  readonly #code = noCode();
  readonly #warnings: string[] = [];
  readonly #texts: Record<'id' | 'identifier' | 'date' | 'reference' | 'subjectId' | 'display', string | null> = {
    id: null,
    identifier: null,
    date: null,
    reference: null,
    subjectId: null,
    display: null,
  };
  #notes = '';
  #components = 0;
  #withoutSamples = 0;
  #samples = 0;
  #componentCode = noCode();
  #sampled: Sampled | null = null;
  /** The observation's own data, described once its code is known. */
  #own: Sampled | null = null;

  constructor(limits: DecoderLimits) {
    this.channels = new Channels(limits);
  }

  /** Called for a member of the observation itself. */
  key(name: string): void {
    if (!KNOWN.has(name)) this.#unknown.add('', name);
  }

  open(path: string, offset: number): void {
    if (path === COMPONENT) this.#componentCode = noCode();
    else if (path === DATA || path === COMPONENT + DATA) this.#sampled = noSamples();
    else if (path.endsWith(`${DATA}.data`))
      throw contentError(offset, `${this.#place(path)} must be a string of decimals.`);
  }

  close(path: string, offset: number): void {
    if (path === COMPONENT) {
      if (this.#sampled === null) this.#withoutSamples++;
      else this.channels.end(this.#sampled, this.#componentCode, `component[${this.#components}]`, offset);
      this.#sampled = null;
      this.#components++;
    } else if (path === DATA) {
      this.#own = this.#sampled;
      this.#sampled = null;
    }
  }

  /** @param text a number as written */
  scalar(path: string, value: Scalar, text: string, offset: number): void {
    const sampled = this.#sampled;
    if (sampled !== null && path.includes(`${DATA}.`)) this.#sampledMember(sampled, path, value, text, offset);
    else if (path.startsWith(`${COMPONENT}.code.`)) coding(this.#componentCode, path.slice(COMPONENT.length), value);
    else if (path.startsWith('.code.')) coding(this.#code, path, value);
    else if (typeof value === 'string') this.#text(path, value);
  }

  /** Called when `data` begins. @param path of the data */
  beginData(path: string, offset: number): void {
    const code = path.startsWith(COMPONENT) ? this.#componentCode : this.#code;
    this.channels.begin(this.#sampled as Sampled, code, offset);
  }

  /** Zero level of the channel being read, if already known. */
  get zeroLevel(): number | null {
    return this.#sampled === null ? null : knownZeroLevel(this.#sampled);
  }

  endData(samples: number, path: string, offset: number): void {
    if (samples === 0) throw contentError(offset, `${this.#place(path)} must have at least one sample.`);
    this.#samples += samples;
  }

  /** Whether a word in the data stands for a missing sample. Counts such words. */
  isMissing(word: string): boolean {
    const letters = this.#sampled?.letters;
    if (letters === undefined || !isLetter(word)) return false;
    letters[word] = (letters[word] ?? 0) + 1;
    return true;
  }

  /** The recording, after the end of the observation; null if it has no samples. */
  recording(part: string | null, offset: number): DecodedRecording | null {
    if (this.#own !== null) this.channels.end(this.#own, this.#code, 'Observation', offset);
    if (this.channels.count === 0) return null;
    const { identifier, id, date } = this.#texts;
    const warnings = [...this.#warnings, ...this.channels.warnings(), ...this.#unknown.warnings()];
    if (this.#withoutSamples > 0)
      warnings.push(
        `${figure(this.#withoutSamples)} of ${figure(this.#components)} components have no SampledData and ` +
          'were not kept.',
      );
    const externalId = fitting('identifier', identifier ?? id, MAX_ID_LENGTH, warnings);
    const isDate = date === null || isoFault(date) === null;
    if (!isDate) warnings.push(`The date ${quoted(date)} is not a complete date and was not kept.`);
    return {
      externalId,
      date: isDate ? date : null,
      channels: this.channels.described(),
      patient: null,
      study: null,
      notes: fitting('note', this.#notes === '' ? null : this.#notes, MAX_NOTES_LENGTH, warnings),
      subject: this.#subject(warnings),
      part,
      warnings,
    };
  }

  /** When its first sample was taken, in milliseconds since 1970; null if that is not known yet, or not exactly. */
  get start(): number | null {
    const { date } = this.#texts;
    return date !== null && MOMENT.test(date) && isoFault(date) === null ? Date.parse(date) : null;
  }

  /**
   * When a complete observation with a single channel ended, and the time between two samples, in milliseconds; null if
   * that is not known.
   */
  span(): { end: number; period: number } | null {
    const [channel, ...more] = this.channels.described();
    const { start } = this;
    if (channel?.samplingRate == null || more.length > 0 || start === null) return null;
    const period = 1000 / channel.samplingRate;
    return { end: start + this.#samples * period, period };
  }

  /** Whether it has the subject of another observation, as far as is known yet. */
  aboutSame(other: Observation): boolean {
    const [ours, theirs] = [this.#texts, other.#texts];
    return (['reference', 'subjectId', 'display'] as const).every((member) => ours[member] === theirs[member]);
  }

  /** Whether the data that begins may continue that of a complete observation with a single channel. */
  mayContinue({ channels }: Observation): boolean {
    return this.#sampled !== null && channels.mayBeContinued(this.#sampled, this.#code);
  }

  #subject(warnings: string[]): DecodedRecording['subject'] {
    const { reference, subjectId, display } = this.#texts;
    const patientId = fitting(
      'subject',
      subjectId ?? reference?.replace(/^.*Patient\/|^#/, '') ?? null,
      MAX_REFERENCE_LENGTH,
      warnings,
    );
    const patientName = fitting('subject.display', display, MAX_REFERENCE_LENGTH, warnings);
    return patientId === null && patientName === null
      ? null
      : { patientId, patientName, birthDate: null, sex: null, studyId: null };
  }

  #text(path: string, value: string): void {
    const texts = this.#texts;
    switch (path) {
      case '.resourceType':
        this.resourceType = value;
        return;
      case '.status':
        if (value === 'entered-in-error') this.#warnings.push('The observation is marked as entered in error.');
        return;
      case '.id':
        texts.id = value;
        return;
      case '.identifier[].value':
        texts.identifier ??= value;
        return;
      case '.effectiveDateTime':
      case '.effectiveInstant':
      case '.effectivePeriod.start':
        texts.date = value;
        return;
      case '.subject.reference':
        texts.reference = value;
        return;
      case '.subject.identifier.value':
        texts.subjectId = value;
        return;
      case '.subject.display':
        texts.display = value;
        return;
      case '.note[].text':
        // Notes that are too long are not kept, so that no more need be held.
        if (this.#notes.length <= MAX_NOTES_LENGTH) this.#notes += `${this.#notes === '' ? '' : '\n'}${value}`;
    }
  }

  #sampledMember(sampled: Sampled, path: string, value: Scalar, text: string, offset: number): void {
    const member = path.slice(path.indexOf(DATA) + DATA.length + 1);
    const number = (): number => {
      if (typeof value !== 'number') throw contentError(offset, `${this.#place(path)} must be a number.`);
      return value;
    };
    const word = (): string | null => {
      if (typeof value !== 'string' && value !== null)
        throw contentError(offset, `${this.#place(path)} must be a string.`);
      return value;
    };
    switch (member) {
      case 'origin.value':
        sampled.origin = number();
        return;
      case 'origin.unit':
        sampled.unit = word();
        return;
      case 'origin.code':
        sampled.unitCode = word();
        return;
      case 'period':
        number();
        sampled.period = text;
        return;
      case 'factor':
        sampled.factor = number();
        return;
      case 'dimensions':
        sampled.dimensions = number();
        return;
      case 'interval':
        number();
        sampled.interval = text;
        return;
      case 'intervalUnit':
        sampled.intervalUnit = word();
        return;
      case 'offsets':
      case 'codeMap':
        throw contentError(offset, `${this.#place(path)} is not supported: samples must be evenly spaced numbers.`);
      case 'data':
        throw contentError(offset, `${this.#place(path)} must be a string of decimals.`);
    }
  }

  /** A path as named in messages. */
  #place(path: string): string {
    return path.slice(1).replace('component[]', `component[${this.#components}]`);
  }
}

function coding(coded: Coded, path: string, value: Scalar): void {
  if (typeof value !== 'string') return;
  if (path === '.code.text') coded.text = value;
  else if (path === '.code.coding[].display') coded.display ??= value;
  else if (path === '.code.coding[].code') addCode(coded, value);
}

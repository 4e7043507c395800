/** Builds one Observation from the values at the paths of its members. */
import { isoFault } from '../../calendar/moment.ts';
import { MAX_ID_LENGTH, MAX_NOTES_LENGTH, MAX_REFERENCE_LENGTH } from '../common/bounds.ts';
import { figure, quoted } from '../common/messages.ts';
import { uniqueNames } from '../common/names.ts';
import type { Scalar } from '../json/scanner.ts';
import { UnknownKeys } from '../json/unknown-keys.ts';
import type { DecodedChannel, DecodedRecording, DecoderLimits } from '../types.ts';
import { contentError } from './failure.ts';
import {
  addCode,
  channelOf,
  isLetter,
  knownZeroLevel,
  lettersWarning,
  nameOf,
  noCode,
  noSamples,
  type Coded,
  type Sampled,
} from './sampled-data.ts';

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

export class Observation {
  resourceType: string | null = null;
  /** Channels whose data has begun. */
  channels = 0;
  readonly #limits: DecoderLimits;
  readonly #unknown = new UnknownKeys();
  readonly #code = noCode();
  readonly #finished: DecodedChannel[] = [];
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
  #componentCode = noCode();
  #sampled: Sampled | null = null;
  /** The observation's own data, described once its code is known. */
  #own: Sampled | null = null;

  constructor(limits: DecoderLimits) {
    this.#limits = limits;
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
      else this.#finish(this.#sampled, this.#componentCode, `component[${this.#components}]`, offset);
      this.#sampled = null;
      this.#components++;
    } else if (path === DATA) {
      this.#own = this.#sampled;
      this.#sampled = null;
    }
  }

  scalar(path: string, value: Scalar, offset: number): void {
    const sampled = this.#sampled;
    if (sampled !== null && path.includes(`${DATA}.`)) this.#sampledMember(sampled, path, value, offset);
    else if (path.startsWith(`${COMPONENT}.code.`)) coding(this.#componentCode, path.slice(COMPONENT.length), value);
    else if (path.startsWith('.code.')) coding(this.#code, path, value);
    else if (typeof value === 'string') this.#text(path, value);
  }

  /** Called when `data` begins. */
  beginData(offset: number): void {
    const sampled = this.#sampled as Sampled;
    if (this.channels >= this.#limits.maxChannels)
      throw contentError(offset, `There are more than ${figure(this.#limits.maxChannels)} channels.`);
    sampled.channel = this.channels++;
  }

  /** Zero level of the channel being read, if already known. */
  get zeroLevel(): number | null {
    return this.#sampled === null ? null : knownZeroLevel(this.#sampled);
  }

  endData(samples: number, path: string, offset: number): void {
    if (samples === 0) throw contentError(offset, `${this.#place(path)} must have at least one sample.`);
    (this.#sampled as Sampled).samples = samples;
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
    if (this.#own !== null) this.#finish(this.#own, this.#code, 'Observation', offset);
    if (this.#finished.length === 0) return null;
    const names = uniqueNames(this.#finished.map(({ name }) => name));
    const { identifier, id, date } = this.#texts;
    const warnings = [...this.#warnings, ...this.#unknown.warnings()];
    if (this.#withoutSamples > 0)
      warnings.push(
        `${figure(this.#withoutSamples)} of ${figure(this.#components)} components have no SampledData and ` +
          'were not kept.',
      );
    const externalId = this.#fitting('identifier', identifier ?? id, MAX_ID_LENGTH, warnings);
    const isDate = date === null || isoFault(date) === null;
    if (!isDate) warnings.push(`The date ${quoted(date)} is not a complete date and was not kept.`);
    return {
      externalId,
      date: isDate ? date : null,
      channels: this.#finished.map((channel, number) => ({ ...channel, name: names[number] as string })),
      patient: null,
      study: null,
      notes: this.#fitting('note', this.#notes === '' ? null : this.#notes, MAX_NOTES_LENGTH, warnings),
      subject: this.#subject(warnings),
      part,
      warnings,
    };
  }

  #subject(warnings: string[]): DecodedRecording['subject'] {
    const { reference, subjectId, display } = this.#texts;
    const patientId = this.#fitting(
      'subject',
      subjectId ?? reference?.replace(/^.*Patient\/|^#/, '') ?? null,
      MAX_REFERENCE_LENGTH,
      warnings,
    );
    const patientName = this.#fitting('subject.display', display, MAX_REFERENCE_LENGTH, warnings);
    return patientId === null && patientName === null
      ? null
      : { patientId, patientName, birthDate: null, sex: null, studyId: null };
  }

  #fitting(what: string, text: string | null, longest: number, warnings: string[]): string | null {
    if (text === null || text.trim() === '') return null;
    if (text.length <= longest) return text;
    warnings.push(`${quoted(what)} is longer than ${figure(longest)} characters and was not kept.`);
    return null;
  }

  #finish(sampled: Sampled, code: Coded, place: string, offset: number): void {
    if (sampled.channel === null) {
      this.#warnings.push(`${place} has a SampledData without data and was not kept.`);
      return;
    }
    const name = nameOf(code) ?? `channel ${sampled.channel + 1}`;
    if (name.length > this.#limits.maxNameLength)
      throw contentError(
        offset,
        `${place}.code: the name must have at most ${figure(this.#limits.maxNameLength)} characters.`,
      );
    this.#finished[sampled.channel] = channelOf(sampled, name, `${place}.valueSampledData`, offset);
    const warning = lettersWarning(name, sampled.letters);
    if (warning !== null) this.#warnings.push(warning);
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
        this.#notes += `${this.#notes === '' ? '' : '\n'}${value}`;
    }
  }

  #sampledMember(sampled: Sampled, path: string, value: Scalar, offset: number): void {
    const member = path.slice(path.indexOf(DATA) + DATA.length + 1);
    const number = (): number => {
      if (typeof value !== 'number') throw contentError(offset, `${this.#place(path)} must be a number.`);
      return value;
    };
    switch (member) {
      case 'origin.value':
        sampled.origin = number();
        return;
      case 'origin.unit':
        sampled.unit = String(value);
        return;
      case 'origin.code':
        sampled.unitCode = String(value);
        return;
      case 'period':
        sampled.period = number();
        return;
      case 'factor':
        sampled.factor = number();
        return;
      case 'dimensions':
        sampled.dimensions = number();
        return;
      case 'interval':
        sampled.interval = number();
        return;
      case 'intervalUnit':
        sampled.intervalUnit = String(value);
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

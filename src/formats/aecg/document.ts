/** Interprets the elements of an HL7 aECG document. */
import { MAX_ID_LENGTH, MAX_NOTES_LENGTH, MAX_REFERENCE_LENGTH } from '../common/bounds.ts';
import { fitting } from '../common/fitting.ts';
import { figure, quoted } from '../common/messages.ts';
import type { DecodedRecording, DecoderLimits, Subject } from '../types.ts';
import type { Attributes, Elements } from '../common/xml/markup.ts';
import { contentError } from './failure.ts';
import { EXCERPT, isUniqueRoot } from './ids.ts';
import { SequenceSet, type Series } from './sequence-set.ts';
import { Sequence } from './sequence.ts';
import { momentOf } from './time.ts';

/** Elements whose text is kept, by the end of their path. */
const NOTES = '/AnnotatedECG/text';
const NAME = '/subjectDemographicPerson/name';
const SEXES: ReadonlyMap<string, Subject['sex']> = new Map([
  ['M', 'male'],
  ['F', 'female'],
]);

export class AecgDocument implements Elements {
  /** The set whose samples have begun and that is not yet finished. */
  set: SequenceSet | null = null;
  /** Complete sets, in document order. */
  readonly finished: SequenceSet[] = [];
  /** Number of recordings described so far. */
  #described = 0;
  readonly #limits: DecoderLimits;
  readonly #offset: () => number | null;
  readonly #path: string[] = [];
  readonly #series: Series[] = [];
  #sequence: Sequence | null = null;
  #notes = '';
  #name = '';
  #id: { root: string; extension: string } | null = null;
  readonly #about: Record<'date' | 'patientId' | 'birthDate' | 'sex' | 'studyId', string | null> = {
    date: null,
    patientId: null,
    birthDate: null,
    sex: null,
    studyId: null,
  };

  /** @param offset position in the file, for messages */
  constructor(limits: DecoderLimits, offset: () => number | null) {
    this.#limits = limits;
    this.#offset = offset;
  }

  get inSamples(): boolean {
    return this.#sequence?.hasDigits === true && this.#path.at(-1) === 'digits' && this.#path.at(-2) === 'value';
  }

  open(name: string, attributes: Attributes): void {
    const parent = this.#path.at(-1) ?? '';
    if (parent === '' && name !== 'AnnotatedECG')
      throw contentError(this.#offset(), `The document must be an AnnotatedECG, but is ${quoted(name)}.`);
    if (this.inSamples) throw contentError(this.#offset(), 'Digits may contain numbers only.');
    this.#path.push(name.length > 64 ? '?' : name);
    const series = this.#series.at(-1);
    // What such a series holds has been read already.
    if (series?.isExcerpt === true && name !== 'series' && name !== 'derivedSeries') return;
    if (name === 'series' || name === 'derivedSeries')
      this.#series.push({ code: null, date: null, sets: 0, id: null, isExcerpt: false });
    else if (name === 'sequenceSet' && series !== undefined) this.#openSet(series);
    else if (name === 'sequence' && this.set !== null) this.#sequence = new Sequence();
    else if (this.#sequence !== null) this.#sequenceElement(this.#sequence, name, parent, attributes);
    else if (series === undefined) this.#rootElement(attributes);
    else if (this.#isWithinSeries()) this.#seriesElement(series, name, parent, attributes);
    else if (this.set?.series === series) this.set.annotations.element(name, parent, attributes);
    // When a derived series begins, the recording from which it was derived has already been yielded.
    else if (name === 'annotation' && this.set !== null) this.set.annotations.withoutTime++;
  }

  text(text: string): void {
    if (this.inSamples) throw contentError(this.#offset(), 'Digits may contain numbers only.');
    const path = `/${this.#path.join('/')}`;
    if (this.#path.length === 2 && path === NOTES) this.#notes = this.#longer(this.#notes, text);
    else if (path.includes(NAME)) this.#name = this.#longer(this.#name, ` ${text}`);
    else if (path.endsWith('/annotation/value') && this.set?.series === this.#series.at(-1))
      this.set?.annotations.text(text);
  }

  close(name: string): void {
    this.#path.pop();
    if (name === 'sequence' && this.#sequence !== null) {
      this.set?.close(this.#sequence, this.#offset());
      this.#sequence = null;
    } else if (name === 'series' || name === 'derivedSeries') this.#series.pop();
    else if (this.set?.series === this.#series.at(-1)) this.set?.annotations.close(name, this.#offset());
  }

  /** Called at the end of the document. */
  finish(): void {
    this.#handOn();
    if (this.#described === 0 && this.finished.length === 0)
      throw contentError(this.#offset(), 'No series contains the digits of a lead.');
  }

  /** The sequence whose digits are being read now. */
  get sequence(): Sequence {
    return this.#sequence as Sequence;
  }

  /** Describes a complete set. @param isLast whether the document has ended */
  describe(set: SequenceSet, isLast: boolean): DecodedRecording {
    const warnings = set.warnings();
    const { date, studyId } = this.#about;
    const part = isLast && this.#described === 0 ? null : set.part;
    this.#described++;
    return {
      externalId: this.#externalId(warnings),
      date: set.date ?? date,
      channels: set.described(),
      patient: null,
      study: null,
      notes: fitting('text', this.#notes.trim(), MAX_NOTES_LENGTH, warnings),
      subject: this.#subject(studyId, warnings),
      part,
      warnings,
    };
  }

  #openSet(series: Series): void {
    this.#handOn();
    series.sets++;
    this.set = new SequenceSet(series, this.#limits);
  }

  /** Moves the current set to `finished`; a set without samples is dropped. */
  #handOn(): void {
    if (this.set !== null && this.set.channels > 0) this.finished.push(this.set);
    this.set = null;
  }

  #sequenceElement(sequence: Sequence, name: string, parent: string, attributes: Attributes): void {
    if (name === 'code' && parent === 'sequence') {
      sequence.code = attributes['code'] ?? null;
      sequence.displayName = attributes['displayName'] ?? null;
    } else if (name === 'value' && parent === 'sequence') sequence.element(name, attributes);
    else if (parent === 'value' && name === 'digits') {
      if (sequence.isTime)
        throw contentError(
          this.#offset(),
          'A time axis that lists its times is not supported: samples must be evenly spaced.',
        );
      if (sequence.hasDigits) throw contentError(this.#offset(), `The lead ${sequence.title} has digits twice.`);
      if (sequence.name === '' || sequence.name.length > this.#limits.maxNameLength)
        throw contentError(
          this.#offset(),
          `The code of a lead must have 1 to ${figure(this.#limits.maxNameLength)} characters.`,
        );
      sequence.hasDigits = true;
    } else if (parent === 'value') sequence.element(name, attributes);
  }

  /** Whether the opening element describes the series itself. */
  #isWithinSeries(): boolean {
    const outer = this.#path.at(-2) ?? '';
    const further = this.#path.at(-3) ?? '';
    return (
      outer === 'series' ||
      outer === 'derivedSeries' ||
      ((further === 'series' || further === 'derivedSeries') && outer === 'effectiveTime')
    );
  }

  #seriesElement(series: Series, name: string, parent: string, attributes: Attributes): void {
    if (name === 'code' && parent !== 'effectiveTime') series.code = attributes['code'] ?? null;
    else if (name === 'id') {
      series.id = attributes['root'] ?? null;
      const original = this.#series.at(-2);
      series.isExcerpt = series.id !== null && series.id === original?.id && attributes['extension'] === EXCERPT;
    } else if (name === 'low' || name === 'center' || name === 'effectiveTime')
      series.date ??= momentOf(attributes['value'] ?? null);
  }

  #rootElement(attributes: Attributes): void {
    const about = this.#about;
    const path = `/${this.#path.join('/')}`;
    const value = attributes['value'] ?? null;
    const identifier = attributes['extension'] ?? attributes['root'] ?? null;
    if (path === '/AnnotatedECG/id')
      this.#id ??= { root: attributes['root']?.trim() ?? '', extension: attributes['extension']?.trim() ?? '' };
    else if (/^\/AnnotatedECG\/effectiveTime(?:\/low|\/center)?$/.test(path)) about.date ??= momentOf(value);
    else if (path.endsWith('/trialSubject/id')) about.patientId ??= identifier;
    else if (path.endsWith('/clinicalTrial/id')) about.studyId ??= identifier;
    else if (path.endsWith('/subjectDemographicPerson/birthTime'))
      about.birthDate ??= momentOf(value)?.slice(0, 10) ?? null;
    else if (path.endsWith('/subjectDemographicPerson/administrativeGenderCode'))
      about.sex ??= attributes['code'] ?? null;
  }

  /**
   * The id of the document: its root and, if there is one, its extension behind a caret. Many documents may share a
   * root. A root that is not unique in the world identifies nothing.
   */
  #externalId(warnings: string[]): string | null {
    const { root, extension } = this.#id ?? { root: '', extension: '' };
    if (root === '' && extension === '') return null;
    if (isUniqueRoot(root))
      return fitting('id', extension === '' ? root : `${root}^${extension}`, MAX_ID_LENGTH, warnings);
    warnings.push(
      `The id was not kept: its root must be an OID or a UUID, but is ${root === '' ? 'missing' : quoted(root)}.`,
    );
    return null;
  }

  #subject(studyId: string | null, warnings: string[]): Subject | null {
    const { birthDate, sex } = this.#about;
    const patientId = fitting('trialSubject/id', this.#about.patientId, MAX_REFERENCE_LENGTH, warnings);
    const patientName = fitting(
      'subjectDemographicPerson/name',
      this.#name.replaceAll(/\s+/g, ' ').trim(),
      MAX_REFERENCE_LENGTH,
      warnings,
    );
    const subject: Subject = {
      patientId,
      patientName,
      birthDate,
      sex: SEXES.get(sex ?? '') ?? null,
      studyId: fitting('clinicalTrial/id', studyId, MAX_REFERENCE_LENGTH, warnings),
    };
    return Object.values(subject).every((value) => value === null) ? null : subject;
  }

  #longer(text: string, more: string): string {
    if (text.length + more.length > this.#limits.maxMetadataBytes)
      throw contentError(this.#offset(), `A text is longer than ${figure(this.#limits.maxMetadataBytes)} characters.`);
    return text + more;
  }
}

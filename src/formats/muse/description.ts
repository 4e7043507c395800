/** What a file says about the patient, the time and the diagnosis. */
import { MAX_NOTES_LENGTH, MAX_REFERENCE_LENGTH } from '../common/bounds.ts';
import { fitting } from '../common/fitting.ts';
import { figure, quoted } from '../common/messages.ts';
import type { DecodedRecording, DecoderLimits, FormatError, Subject } from '../types.ts';
import { isoDateTime, isoDay } from './dates.ts';

const SEXES: ReadonlyMap<string, Subject['sex']> = new Map([
  ['M', 'male'],
  ['MALE', 'male'],
  ['F', 'female'],
  ['FEMALE', 'female'],
]);
/** The fields that are kept, by their elements. */
const FIELDS: ReadonlySet<string> = new Set([
  ...['PatientID', 'PatientFirstName', 'PatientLastName', 'DateofBirth', 'Gender'].map(
    (name) => `PatientDemographics/${name}`,
  ),
  ...['AcquisitionDate', 'AcquisitionTime'].map((name) => `TestDemographics/${name}`),
]);

/** A recording is described before the samples of the next one are read. */
const LATE =
  'The patient, the date or the diagnosis stand behind a waveform in the file: the recordings before this one lack ' +
  'them.';

/** A diagnosis: statements, of which several may make a line; the last one of a line has the flag ENDSLINE. */
class Diagnosis {
  readonly #statements: { text: string; endsLine: boolean }[] = [];
  #text = '';
  #endsLine = false;

  open(): void {
    this.#text = '';
    this.#endsLine = false;
  }

  field(name: string, text: string): void {
    if (name === 'StmtText') this.#text = text;
    else if (name === 'StmtFlag' && text.toUpperCase() === 'ENDSLINE') this.#endsLine = true;
  }

  close(): number {
    this.#statements.push({ text: this.#text, endsLine: this.#endsLine });
    return this.#text.length;
  }

  /** One line for each statement if no statement has the flag. */
  get lines(): string[] {
    const areApart = !this.#statements.some(({ endsLine }) => endsLine);
    const lines: string[][] = [[]];
    for (const { text, endsLine } of this.#statements) {
      if (text !== '') lines.at(-1)?.push(text);
      if (endsLine || areApart) lines.push([]);
    }
    return lines.filter((line) => line.length > 0).map((line) => line.join(' '));
  }
}

export class Description {
  readonly #fields = new Map<string, string>();
  /** The diagnosis as edited, and the machine's. */
  readonly #diagnoses = { Diagnosis: new Diagnosis(), OriginalDiagnosis: new Diagnosis() };
  /** Characters of the statements and their number. */
  #length = 0;
  /** Whether a recording has been described, and whether something followed that it lacks. */
  #isTold = false;
  #isLate = false;
  readonly #limits: DecoderLimits;
  readonly #fail: (reason: string) => FormatError;

  constructor(limits: DecoderLimits, fail: (reason: string) => FormatError) {
    this.#limits = limits;
    this.#fail = fail;
  }

  /** @param path of the element that opens, without the root */
  open(path: string): void {
    if (path.endsWith('Diagnosis/DiagnosisStatement')) this.#diagnosisOf(path)?.open();
  }

  /** @param path of the element that closes, without the root */
  close(path: string, text: string): void {
    if (FIELDS.has(path)) {
      this.#fields.set(path.slice(path.indexOf('/') + 1), text);
      this.#isLate ||= this.#isTold && text !== '';
    }
    const [, element, field, more] = path.split('/');
    if (element !== 'DiagnosisStatement' || more !== undefined) return;
    const diagnosis = this.#diagnosisOf(path);
    if (field !== undefined) diagnosis?.field(field, text);
    else {
      this.#length += 1 + (diagnosis?.close() ?? 0);
      this.#isLate ||= this.#isTold;
    }
    if (this.#length > this.#limits.maxMetadataBytes)
      throw this.#fail(`The diagnosis is longer than ${figure(this.#limits.maxMetadataBytes)} characters.`);
  }

  #diagnosisOf(path: string): Diagnosis | null {
    const section = path.slice(0, path.indexOf('/'));
    return section === 'Diagnosis' || section === 'OriginalDiagnosis' ? this.#diagnoses[section] : null;
  }

  date(warnings: string[]): string | null {
    const [day, time] = [this.#field('AcquisitionDate'), this.#field('AcquisitionTime')];
    if (day === '') return null;
    const date = isoDateTime(day, time);
    if (date === null)
      warnings.push(
        `The acquisition date ${quoted(`${day} ${time}`.trim())} does not exist (month, day, year) and was not kept.`,
      );
    return date;
  }

  notes(warnings: string[]): string | null {
    const { Diagnosis: edited, OriginalDiagnosis: original } = this.#diagnoses;
    const lines = edited.lines.length > 0 ? edited.lines : original.lines;
    return fitting('Diagnosis', lines.join('\n'), MAX_NOTES_LENGTH, warnings);
  }

  /** Called last of the descriptions of a recording. */
  subject(warnings: string[]): DecodedRecording['subject'] {
    if (this.#isLate) warnings.push(LATE);
    this.#isTold = true;
    const name = [this.#field('PatientFirstName'), this.#field('PatientLastName')].join(' ');
    const born = this.#field('DateofBirth');
    const birthDate = isoDay(born);
    if (born !== '' && birthDate === null)
      warnings.push('The date of birth does not exist (month, day, year) and was not kept.');
    const subject: Subject = {
      patientId: fitting('PatientID', this.#field('PatientID'), MAX_REFERENCE_LENGTH, warnings),
      patientName: fitting('PatientLastName', name, MAX_REFERENCE_LENGTH, warnings),
      birthDate,
      sex: SEXES.get(this.#field('Gender').toUpperCase()) ?? null,
      studyId: null,
    };
    return Object.values(subject).every((value) => value === null) ? null : subject;
  }

  #field(name: string): string {
    return this.#fields.get(name) ?? '';
  }
}

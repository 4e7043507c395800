/** What a file says about itself, the patient, the time and the interpretation. */
import { isoFault } from '../../calendar/moment.ts';
import { MAX_NOTES_LENGTH, MAX_REFERENCE_LENGTH } from '../common/bounds.ts';
import { fitting } from '../common/fitting.ts';
import { figure, quoted } from '../common/messages.ts';
import type { Attributes } from '../common/xml/markup.ts';
import type { DecoderLimits, FormatError, Subject } from '../types.ts';
import { SIGNAL_FIELDS, type SignalFields } from './signal.ts';

const PATIENT = 'patient/generalpatientdata';
const SIGNAL = 'dataacquisition/signalcharacteristics';
const INTERPRETATION = 'interpretations/interpretation';
const FIELDS: ReadonlySet<string> = new Set([
  ...['documentname', 'documenttype', 'documentversion'].map((name) => `documentinfo/${name}`),
  ...['patientid', 'MRN', 'sex', 'age/dateofbirth', 'dateofbirth'].map((name) => `${PATIENT}/${name}`),
  ...['firstname', 'middlename', 'lastname'].map((name) => `${PATIENT}/name/${name}`),
  ...SIGNAL_FIELDS.map((name) => `${SIGNAL}/${name}`),
]);
const TYPES: ReadonlySet<string> = new Set(['SierraECG', 'PhilipsECG']);
const VERSIONS: ReadonlySet<string> = new Set(['1.03', '1.04', '1.04.01', '1.04.02']);
const SEXES: ReadonlyMap<string, Subject['sex']> = new Map([
  ['male', 'male'],
  ['female', 'female'],
]);
/** A recording is described before the samples of the next one are read. */
const LATE =
  'The patient, the date or the interpretation stand behind the waveforms in the file: the recordings before this ' +
  'one lack them.';
/** The name of a document is its GUID, with the extension of a file. */
const GUID = /^\{?([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\}?(?:\.xml)?$/i;
const NO_GUID = /^[0-]+$/;

export class Description {
  readonly #fields = new Map<string, string>();
  #date = '';
  #time = '';
  readonly #lines: string[] = [];
  #length = 0;
  /** The left half of a statement. */
  #statement = '';
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
  open(path: string, attributes: Attributes): void {
    if (path !== 'dataacquisition') return;
    this.#isLate ||= this.#isTold;
    this.#date = (attributes['date'] ?? '').trim();
    this.#time = (attributes['time'] ?? '').trim();
  }

  /** @param path of the element that closes, without the root */
  close(path: string, text: string): void {
    if (FIELDS.has(path) && text !== '') {
      this.#fields.set(path, text);
      this.#isLate ||= this.#isTold;
    } else if (path.startsWith(INTERPRETATION)) this.#interpretation(path.slice(INTERPRETATION.length + 1), text);
  }

  /** The fields that describe the signal. */
  get signal(): SignalFields {
    return new Map(SIGNAL_FIELDS.map((name) => [name, this.#field(`${SIGNAL}/${name}`)]));
  }

  warnings(): string[] {
    const [type, version] = ['documenttype', 'documentversion'].map((name) => this.#field(`documentinfo/${name}`));
    if (TYPES.has(type ?? '') && VERSIONS.has(version ?? '')) return [];
    return [
      `The document is a ${quoted(type ?? '')} of version ${quoted(version ?? '')}, which is not known; it ` +
        `was read like the versions ${[...VERSIONS].join(', ')}.`,
    ];
  }

  get externalId(): string | null {
    const id = GUID.exec(this.#field('documentinfo/documentname'))?.[1]?.toLowerCase();
    return id === undefined || NO_GUID.test(id) ? null : id;
  }

  date(warnings: string[]): string | null {
    if (this.#date === '') return null;
    const date = this.#time === '' ? this.#date : `${this.#date}T${this.#time}`;
    if (isoFault(date) === null) return date;
    warnings.push(`The acquisition date ${quoted(date)} does not exist and was not kept.`);
    return null;
  }

  notes(warnings: string[]): string | null {
    return fitting('interpretation', this.#lines.join('\n'), MAX_NOTES_LENGTH, warnings);
  }

  /** Called last of the descriptions of a recording. */
  subject(warnings: string[]): Subject | null {
    if (this.#isLate) warnings.push(LATE);
    this.#isTold = true;
    const field = (name: string): string => this.#field(`${PATIENT}/${name}`);
    const name = ['firstname', 'middlename', 'lastname'].map((part) => field(`name/${part}`)).filter(Boolean);
    const born = field('age/dateofbirth') || field('dateofbirth');
    const birthDate = born.length === 10 && isoFault(born) === null ? born : null;
    if (born !== '' && birthDate === null) warnings.push('The date of birth does not exist and was not kept.');
    const subject: Subject = {
      patientId: fitting('patientid', field('patientid') || field('MRN'), MAX_REFERENCE_LENGTH, warnings),
      patientName: fitting('name', name.join(' '), MAX_REFERENCE_LENGTH, warnings),
      birthDate,
      sex: SEXES.get(field('sex').toLowerCase()) ?? null,
      studyId: null,
    };
    return Object.values(subject).every((value) => value === null) ? null : subject;
  }

  #field(path: string): string {
    return this.#fields.get(path) ?? '';
  }

  /** Keeps the statements, the severity and whether they are confirmed, a line each. */
  #interpretation(name: string, text: string): void {
    if (name === 'statement/leftstatement') this.#statement = text;
    else if (name === 'statement/rightstatement' && text !== '') this.#statement += ` (${text})`;
    else if (name === 'statement') {
      this.#line(this.#statement.trim());
      this.#statement = '';
    } else if (name === 'severity' || name === 'mdsignatureline') this.#line(text);
  }

  #line(text: string): void {
    if (text === '') return;
    this.#isLate ||= this.#isTold;
    this.#length += text.length + 1;
    if (this.#length > this.#limits.maxMetadataBytes)
      throw this.#fail(`The interpretation is longer than ${figure(this.#limits.maxMetadataBytes)} characters.`);
    this.#lines.push(text);
  }
}

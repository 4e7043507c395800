/** What the lines above a table say about the recording. */
import { canonicalLead } from '../../signal/leads.ts';
import { MAX_ID_LENGTH, MAX_UNIT_LENGTH } from '../common/bounds.ts';
import type { Subject } from '../types.ts';
import {
  clockOf,
  dayOf,
  type DayOrder,
  dayOrderOf,
  serialMoment,
  writtenMoment,
  zoneOf,
  type Written,
} from './dates.ts';
import { isVoltage, rateOf, unitOfRange, unitText } from './quantity.ts';
import { type FactKey, factOf, secondsOf } from './words.ts';

/** Characters of all remarks together. */
const MAX_REMARKS = 4000;
/** A lead behind its word, in the five languages: `Ableitung II`. */
const LEAD_WORDS = /^(?:lead|ableitung|deriva\p{L}+|d[ée]rivation|canal|kanal|voie)\s+/iu;
const SEXES: ReadonlyMap<string, 'male' | 'female'> = new Map([
  ...['m', 'male', 'männlich', 'masculino', 'masculin', 'homme'].map((word) => [word, 'male'] as const),
  ...['f', 'female', 'w', 'weiblich', 'feminino', 'femenino', 'féminin', 'femme'].map(
    (word) => [word, 'female'] as const,
  ),
]);
/** A title that ends in its unit: `Sampling rate (Hz)`. */
const BRACKETED = /^(.*\S)\s*[([]([^)\]]{1,20})[)\]]$/;

/** Facts that no title of a column can be taken for, since their values are of one kind. */
const SURE: ReadonlySet<FactKey> = new Set(['rate', 'interval', 'start', 'serialDay', 'birth', 'range', 'unit']);

/** One line of the form `key,value`, with what it says, if that is understood. */
export interface Stated {
  key: string;
  fact: FactKey;
  /** The text behind the key, and the cells in it. */
  value: string;
  cells: readonly string[];
}

export class Facts {
  /** Hz; null if it is not said. */
  rate: number | null = null;
  /** For all channels, or for each of them. */
  units: string[] = [];
  names: string[] = [];
  /** Meanings of the columns of a header that names them; empty if there is none. */
  columns: string[] = [];
  remarks: string[] = [];
  readonly warnings = new Set<string>();
  subject: Subject | null = null;
  /** Whether something was said that cannot be the title of a column. */
  isSure = false;
  #order: DayOrder = null;
  #isRateDoubtful = false;
  readonly #written: Written = { day: null, clock: null, zone: null };

  /** When the recording began, as ISO 8601; null if that is not known. A day without a time is midnight. */
  get date(): string | null {
    const { day, clock, zone } = this.#written;
    if (day === null) return null;
    return clock === null ? `${day}T00:00:00${zone ?? ''}` : `${day}T${clock}${zone ?? ''}`;
  }

  /** Whether the date has a day, but no time. */
  get lacksClock(): boolean {
    return this.#written.day !== null && this.#written.clock === null;
  }

  get lacksDay(): boolean {
    return this.#written.day === null && this.#written.clock !== null;
  }

  /** The order of day and month, which later lines are read with. */
  get dayOrder(): DayOrder {
    return this.#order;
  }

  /** Reads it from a pattern such as `M/d/yyyy`. */
  takeDayOrder(pattern: string): void {
    this.#order = dayOrderOf(pattern);
  }

  /** @returns whether it was understood */
  take({ fact, key, value, cells }: Stated): boolean {
    const isUnderstood = this.#take(fact, key, value, cells);
    if (isUnderstood && SURE.has(fact)) this.isSure = true;
    return isUnderstood;
  }

  #take(fact: FactKey, key: string, value: string, cells: readonly string[]): boolean {
    const takes: Readonly<Record<FactKey, () => boolean>> = {
      rate: () => this.#takeRate(rateOf(value, false)),
      interval: () => this.#takeRate(rateOf(value, true)),
      unit: () => this.#takeUnits(cells),
      range: () => this.#takeRanges(cells),
      lead: () => this.#takeNames(cells),
      start: () => this.#takeMoment(writtenMoment(value, this.#order)),
      day: () => this.#takeMoment(writtenMoment(value, this.#order)),
      serialDay: () => this.#takeMoment(serialMoment(cells[0] ?? '')),
      clock: () => this.#takeMoment({ day: null, clock: clockOf(value), zone: null }),
      zone: () => this.#takeMoment({ day: null, clock: null, zone: zoneOf(value) }),
      dayForm: () => true,
      passed: () => true,
      remark: () => this.#takeRemark(key, value),
      patientName: () => this.#takeSubject({ patientName: value }, value),
      patientId: () => this.#takeSubject({ patientId: value }, value),
      birth: () => this.#takeSubject({ birthDate: dayOf(value, this.#order) }, value),
      sex: () => this.#takeSubject({ sex: SEXES.get(value.toLowerCase()) ?? null }, value),
    };
    return takes[fact]();
  }

  #takeRate(rate: number | null): boolean {
    if (rate === null) return false;
    if (this.rate !== null && this.rate !== rate && !this.#isRateDoubtful) {
      this.#isRateDoubtful = true;
      this.warnings.add(`The lines above the table give ${this.rate} Hz and ${rate} Hz; the first is used.`);
    }
    this.rate ??= rate;
    return true;
  }

  #takeUnits(cells: readonly string[]): boolean {
    const units = cells.map(unitText);
    if (units.every((unit) => unit === '' || unit.length > MAX_UNIT_LENGTH)) return false;
    if (units.some((unit) => unit.length > MAX_UNIT_LENGTH)) return false;
    if (units.length === 1 && !isVoltage(units[0] as string) && secondsOf(units[0] as string) !== null) return false;
    this.units = units;
    return true;
  }

  #takeRanges(cells: readonly string[]): boolean {
    const units = cells.map(unitOfRange);
    if (units.every((unit) => unit === null)) return false;
    if (this.units.length === 0) this.units = units.map((unit) => unit ?? '');
    return true;
  }

  #takeNames(cells: readonly string[]): boolean {
    if (cells.some((cell) => cell === '')) return false;
    // A number says how many there are, or which one it is.
    if (cells.every((cell) => /^\d+$/.test(cell))) return false;
    this.names = cells.map(leadName);
    return true;
  }

  #takeMoment(moment: Written | null): boolean {
    if (moment === null || (moment.day ?? moment.clock ?? moment.zone) === null) return false;
    this.#written.day ??= moment.day;
    this.#written.clock ??= moment.clock;
    this.#written.zone ??= moment.zone;
    return true;
  }

  #takeRemark(key: string, value: string): boolean {
    if (value === '') return true;
    const remark = `${key}: ${value}`;
    if (this.remarks.reduce((sum, { length }) => sum + length, remark.length) > MAX_REMARKS) return false;
    this.remarks.push(remark);
    return true;
  }

  /** @param said what a line says of the patient; null: it was not understood */
  #takeSubject(said: Partial<Subject>, value: string): boolean {
    if (value === '') return true;
    if (value.length > MAX_ID_LENGTH || Object.values(said).includes(null)) return false;
    const nobody = { patientId: null, patientName: null, birthDate: null, sex: null, studyId: null };
    this.subject = { ...nobody, ...this.subject, ...said };
    return true;
  }
}

/** `I` for `Lead I`, `Ableitung I`; other names unchanged. */
export function leadName(text: string): string {
  const lead = text.replace(LEAD_WORDS, '');
  return lead !== text && canonicalLead(lead) !== null ? lead : text;
}

/** A key with what it says. A unit in brackets behind the key belongs to its value. */
export function stated(title: string, value: string, cells: readonly string[]): Stated | null {
  const fact = factOf(title);
  if (fact !== null) return { key: title, fact, value, cells };
  const [, key = '', unit = ''] = BRACKETED.exec(title) ?? [];
  const inner = key === '' ? null : factOf(key);
  return inner === null ? null : { key, fact: inner, value: /\p{L}$/u.test(value) ? value : `${value} ${unit}`, cells };
}

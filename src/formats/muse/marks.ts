/** The QRS complexes of the rhythm. */
import { figure } from '../common/messages.ts';
import { numberOf } from '../common/xml/fields.ts';
import type { Annotation, FormatError } from '../types.ts';

/** Marks of one file: far more than the beats of ten seconds. */
const MAX_MARKS = 100_000;

export class Marks {
  /** Marks that are not yet taken. */
  left = 0;
  #withoutTime = 0;
  #type: string | null = null;
  #time: number | null = null;
  #found: Annotation[] = [];
  readonly #fail: (reason: string) => FormatError;

  constructor(fail: (reason: string) => FormatError) {
    this.#fail = fail;
  }

  /** Reads a field of a mark, which ends with `close`. */
  field(name: string, text: string): void {
    if (name === 'Type') this.#type = text.slice(0, 100);
    else if (name === 'Time') this.#time = numberOf(text);
  }

  close(): void {
    if (++this.left > MAX_MARKS) throw this.#fail(`There are more than ${figure(MAX_MARKS)} QRS marks.`);
    const at = this.#time === null ? NaN : this.#time / 1000;
    if (at >= 0) {
      const text = this.#type === null || this.#type === '' ? null : `type ${this.#type}`;
      this.#found.push({ at, duration: null, channel: null, code: 'QRS', text });
    } else this.#withoutTime++;
    this.#type = null;
    this.#time = null;
  }

  /**
   * Takes the marks, in order of time, of a recording that lasts so many seconds.
   * @param warnings tells of marks that are not kept
   */
  take(duration: number, warnings: string[]): Annotation[] {
    const within = this.#found.filter(({ at }) => at <= duration);
    if (within.length < this.#found.length)
      warnings.push(`${figure(this.#found.length - within.length)} QRS marks behind the end were not kept.`);
    if (this.#withoutTime > 0) warnings.push(`${figure(this.#withoutTime)} QRS marks without a time were not kept.`);
    this.#found = [];
    this.left = 0;
    return within.toSorted((one, other) => one.at - other.at);
  }
}

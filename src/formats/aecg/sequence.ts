/** One sequence of a set: either the time axis or the digits of a lead. */
import { MAX_SAMPLING_RATE, MAX_UNIT_LENGTH, MIN_SAMPLING_RATE } from '../common/bounds.ts';
import { quoted } from '../common/messages.ts';
import { scaleOf } from '../common/numbers.ts';
import { rateOfStep } from '../common/steps.ts';
import type { Attributes } from '../common/xml/markup.ts';
import { contentError } from './failure.ts';
import { leadName } from './lead-name.ts';
import { momentOf, secondsOf, unitsInSecond } from './time.ts';

interface Quantity {
  value: string | null;
  unit: string | null;
}

export interface Axis {
  /** Time of the first sample, ISO 8601, if the axis is absolute. */
  start: string | null;
  /** Time of the first sample on a relative axis, in seconds. */
  head: number;
  samplingRate: number | null;
}

export class Sequence {
  code: string | null = null;
  displayName: string | null = null;
  /** Samples read so far. */
  samples = 0;
  hasDigits = false;
  readonly #quantities = new Map<string, Quantity>();
  #type: string | null = null;

  /** Reads the value element or an element inside it. */
  element(name: string, attributes: Attributes): void {
    if (name === 'value') this.#type = attributes['xsi:type'] ?? attributes['type'] ?? null;
    else this.#quantities.set(name, { value: attributes['value'] ?? null, unit: attributes['unit'] ?? null });
  }

  get isTime(): boolean {
    return this.code?.startsWith('TIME_') === true;
  }

  /** The name used in messages. */
  get title(): string {
    return quoted(this.code ?? '');
  }

  get name(): string {
    return leadName(this.code, this.displayName);
  }

  /** The type of the value, if it is neither a list of digits nor a generated list. */
  get type(): string {
    return this.#type ?? 'none';
  }

  /** @throws FormatError if the increment is not a valid time between two samples */
  axis(offset: number | null): Axis {
    const head = this.#quantities.get('head');
    const increment = this.#quantities.get('increment');
    const units = unitsInSecond(increment?.unit ?? null);
    const text = increment?.value?.trim() ?? '';
    if (units === null || text === '' || !Number.isFinite(Number(text)))
      throw contentError(
        offset,
        `The time axis ${this.title} must have an increment with a unit of time: s, ms or us.`,
      );
    const rate = rateOfStep(text, units);
    if (!(rate >= MIN_SAMPLING_RATE && rate <= MAX_SAMPLING_RATE))
      throw contentError(
        offset,
        `An increment of ${text} ${increment?.unit?.trim()} is not a sampling rate of ${MIN_SAMPLING_RATE} ` +
          `to ${MAX_SAMPLING_RATE} ` +
          'samples a second.',
      );
    return {
      start: momentOf(head?.value ?? null),
      head: secondsOf(head?.value ?? null, head?.unit ?? null) ?? 0,
      samplingRate: rate,
    };
  }

  /** Gain, zero level and unit of the digits. @throws FormatError if origin and scale give no valid scale */
  scale(offset: number | null): { gain: number; zeroLevel: number; unit: string | null } {
    const origin = this.#quantities.get('origin');
    const scale = this.#quantities.get('scale');
    const [zero, step] = [Number(origin?.value ?? 0), Number(scale?.value?.trim() || NaN)];
    if (Number.isNaN(step) || !Number.isFinite(zero))
      throw contentError(offset, `The lead ${this.title} must have an origin and a scale that are numbers.`);
    const given = scale?.unit ?? origin?.unit ?? null;
    // The default of a quantity: it has no unit.
    const unit = given?.trim() === '1' ? null : given;
    if (origin?.unit != null && given !== origin.unit && zero !== 0)
      throw contentError(
        offset,
        `The lead ${this.title} has an origin in ${quoted(origin.unit)} and a scale in ${quoted(unit ?? '')}.`,
      );
    if (unit !== null && (unit.trim() === '' || unit.length > MAX_UNIT_LENGTH))
      throw contentError(offset, `The unit of the lead ${this.title} must have 1 to ${MAX_UNIT_LENGTH} characters.`);
    const scaled = scaleOf(zero, step);
    if (typeof scaled === 'string') throw contentError(offset, `The scale of the lead ${this.title} ${scaled}.`);
    return { ...scaled, unit };
  }
}

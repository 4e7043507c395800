/** The annotations of a series: measurements and marks, which may be nested, each with the region that it describes. */
import { figure } from '../common/messages.ts';
import { secondsBetween } from '../common/moments.ts';
import type { Annotation } from '../types.ts';
import { contentError } from './failure.ts';
import type { Attributes } from '../common/xml/markup.ts';
import type { Axis } from './sequence.ts';
import { momentOf, secondsOf } from './time.ts';

/** Annotations of one recording: more than all beats of a day with their waves. */
const MAX_ANNOTATIONS = 500_000;
/** Decimal places of seconds: differences between times are rounded to them, so that no binary remainders show. */
const PLACES = 9;
/** Characters of one annotation. */
const MAX_TEXT = 1_000;

/** A lead as a boundary names it. */
export interface LeadReference {
  code: string;
  /** The name for people. */
  name: string | null;
}

interface Region {
  at: number | null;
  duration: number | null;
  /** The lead that it describes. */
  lead: LeadReference | null;
}

interface Open {
  code: string | null;
  valueCode: string | null;
  text: string | null;
  region: Region;
}

export class Annotations {
  /** How many annotations had no place in time; they are not kept. */
  withoutTime = 0;
  readonly #axis: Axis;
  readonly #found: Annotation[] = [];
  readonly #open: Open[] = [];
  /** Code of the boundary being read. */
  #boundary: string | null = null;
  readonly #channelOf: (lead: LeadReference) => number | null;

  /** @param channelOf channel number of a lead */
  constructor(axis: Axis, channelOf: (lead: LeadReference) => number | null) {
    this.#axis = axis;
    this.#channelOf = channelOf;
  }

  /** @param parent name of the enclosing element */
  element(name: string, parent: string, attributes: Attributes): void {
    const code = attributes['code'] ?? null;
    const annotation = this.#open.at(-1);
    if (name === 'annotation') {
      // A measurement within a beat is about the beat, unless it says otherwise.
      this.#open.push({
        code: null,
        valueCode: null,
        text: null,
        region: { ...(annotation?.region ?? { at: null, duration: null, lead: null }) },
      });
    } else if (annotation === undefined) return;
    else if (name === 'boundary') this.#boundary = null;
    else if (name === 'code' && parent === 'annotation') annotation.code = code ?? attributes['displayName'] ?? null;
    else if (name === 'code' && parent === 'boundary') {
      this.#boundary = code;
      if (code !== null && !code.startsWith('TIME_'))
        annotation.region.lead = { code, name: attributes['displayName'] ?? null };
    } else if (name === 'value' && parent === 'annotation') {
      annotation.valueCode = code;
      const value = attributes['value'];
      if (value !== undefined) annotation.text = [value, attributes['unit']].filter(Boolean).join(' ');
      else annotation.text = attributes['displayName'] ?? null;
    } else if (this.#boundary?.startsWith('TIME_') === true) this.#bound(annotation.region, name, attributes);
  }

  /** Text content of an annotation's value. */
  text(text: string): void {
    const annotation = this.#open.at(-1);
    if (annotation !== undefined && text.trim() !== '')
      annotation.text = `${annotation.text ?? ''}${text.trim()}`.slice(0, MAX_TEXT + 1);
  }

  close(name: string, offset: number | null): void {
    if (name === 'boundary') this.#boundary = null;
    if (name !== 'annotation') return;
    const closed = this.#open.pop();
    if (closed === undefined) return;
    const { code, valueCode, text, region } = closed;
    if ((code?.length ?? 0) > MAX_TEXT || (valueCode?.length ?? 0) > MAX_TEXT || (text?.length ?? 0) > MAX_TEXT)
      throw contentError(offset, `An annotation is longer than ${figure(MAX_TEXT)} characters.`);
    if (valueCode === null && text === null) return;
    if (region.at === null || !(region.at >= 0)) this.withoutTime++;
    else {
      if (this.#found.length >= MAX_ANNOTATIONS)
        throw contentError(offset, `There are more than ${figure(MAX_ANNOTATIONS)} annotations.`);
      this.#found.push({
        at: region.at,
        duration: region.duration,
        channel: region.lead === null ? null : this.#channelOf(region.lead),
        code: valueCode ?? code,
        text,
      });
    }
  }

  /** The annotations in order of time. */
  sorted(): Annotation[] {
    return this.#found.toSorted((a, b) => a.at - b.at);
  }

  /** Reads `low` and `high` of an interval, or the `value` of a point in time. */
  #bound(region: Region, name: string, attributes: Attributes): void {
    const at = this.#secondsFromStart(attributes);
    if (at === null) return;
    if (name === 'high')
      region.duration = region.at === null || at < region.at ? null : Number((at - region.at).toFixed(PLACES));
    else if (name === 'low' || name === 'value' || name === 'center') {
      region.at = at;
      region.duration = null;
    }
  }

  #secondsFromStart(attributes: Attributes): number | null {
    const value = attributes['value'] ?? null;
    if (this.#boundary === 'TIME_RELATIVE') {
      const seconds = secondsOf(value, attributes['unit'] ?? null);
      return seconds === null ? null : seconds - this.#axis.head;
    }
    const moment = momentOf(value);
    return moment === null || this.#axis.start === null ? null : secondsBetween(this.#axis.start, moment);
  }
}

/** Writes annotations, each with the region of the recording that it describes. */
import { xmlText } from '../common/xml/escape.ts';
import type { Annotation, WritableChannel } from '../types.ts';
import { codeOfLead, MDC } from './lead-name.ts';
import { type Start, timestamp } from './time.ts';

/** HL7's codes of acts: kinds of series, of time axes and of regions. */
export const ACT_CODES = '2.16.840.1.113883.5.4';
/** Decimal places of seconds. */
const PLACES = 9;
const TOKEN = /^\S+$/;

/** An element with the code of a lead, and its name for people. */
export const leadCode = (channel: WritableChannel): string =>
  `<code code="${codeOfLead(channel)}" codeSystem="${MDC}" codeSystemName="MDC" ` +
  `displayName="${xmlText(channel.name)}"/>`;

/** Where annotations lie: on the absolute time axis, or on the relative one if the date is unknown. */
export class AnnotationWriter {
  readonly #start: Start | null;
  readonly #channels: readonly WritableChannel[];

  constructor(start: Start | null, channels: readonly WritableChannel[]) {
    this.#start = start;
    this.#channels = channels;
  }

  /** One annotation as a component of an annotation set. */
  component(annotation: Annotation): string {
    const { channel } = annotation;
    const lead = channel === null ? undefined : this.#channels[channel];
    const boundaries = [this.#time(annotation), ...(lead === undefined ? [] : [leadCode(lead)])];
    return (
      `<component><annotation>${codeOf(annotation)}${valueOf(annotation)}` +
      `<support><supportingROI><code code="ROIPS" codeSystem="${ACT_CODES}"/>` +
      boundaries.map((boundary) => `<component><boundary>${boundary}</boundary></component>`).join('') +
      '</supportingROI></support></annotation></component>\n'
    );
  }

  /** A point in time, or an interval. */
  #time({ at, duration }: Annotation): string {
    const [axis, type] = this.#start === null ? ['TIME_RELATIVE', 'PQ'] : ['TIME_ABSOLUTE', 'TS'];
    const value =
      duration === null
        ? `<value xsi:type="${type}" ${this.#moment(at)}/>`
        : `<value xsi:type="IVL_${type}"><low ${this.#moment(at)}/><high ${this.#moment(at + duration)}/></value>`;
    return `<code code="${axis}" codeSystem="${ACT_CODES}"/>${value}`;
  }

  #moment(seconds: number): string {
    return this.#start === null
      ? `value="${Number(seconds.toFixed(PLACES))}" unit="s"`
      : `value="${timestamp(this.#start, seconds, PLACES)}${this.#start.zone}"`;
  }
}

/** A code cannot contain blanks; one that does is only shown. */
function codeOf({ code }: Annotation): string {
  if (code === null) return '<code nullFlavor="NI"/>';
  const system = code.startsWith('MDC_') ? ` codeSystem="${MDC}" codeSystemName="MDC"` : '';
  const written = xmlText(code);
  return TOKEN.test(code) ? `<code code="${written}"${system}/>` : `<code nullFlavor="OTH" displayName="${written}"/>`;
}

/** The text or, since an annotation says nothing without a value, the code again. */
function valueOf({ code, text }: Annotation): string {
  if (text !== null && text.trim() !== '') return `<value xsi:type="ST">${xmlText(text)}</value>`;
  if (code === null) return '';
  return TOKEN.test(code)
    ? `<value xsi:type="CE" code="${xmlText(code)}"/>`
    : `<value xsi:type="ST">${xmlText(code)}</value>`;
}

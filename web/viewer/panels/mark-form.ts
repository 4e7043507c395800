/** An own mark as a form: from the mark to the texts of its fields, from them to a caliper and to a request. Pure. */
import { millivolts } from '../../../src/signal/units.ts';
import type { Schemas } from '../../api/client.ts';
import type { Values } from '../../ui/form-values.ts';
import type { Caliper, Point } from '../calipers.ts';
import { parsedTime } from '../readings.ts';
import { type Kind, type Lead, millivoltsOf, type OwnMark, rounded, rrOfRate } from './measuring.ts';

export type MarkPatch = Schemas['EcgAnnotationPatch'];

/** The fields of a mark as they are typed. */
export interface MarkForm {
  version: number;
  from: string;
  /** Empty for a point in time. */
  until: string;
  /** Name of the channel; empty: all. */
  lead: string;
  /** Of a measurement. */
  kind: string;
  /** Of a measured voltage. */
  mV: string;
  /** Beats per minute, of a measured QT. */
  rate: string;
  code: string;
  text: string;
}

export const formOf = ({ version, at, duration, channel, value, code, text }: OwnMark): MarkForm => ({
  version,
  from: clock(at),
  until: duration === null ? '' : clock(at + duration),
  lead: channel ?? '',
  kind: value?.kind ?? '',
  mV: value?.mV == null ? '' : String(value.mV),
  rate: value?.rrMs == null ? '' : String(rounded(60_000 / value.rrMs, 3)),
  code: code ?? '',
  text: text ?? '',
});

/** A time to the microsecond, as it can be typed: `1.2`, `3:05.25`, `14:30:00`. */
export function clock(seconds: number): string {
  const whole = Math.floor(rounded(seconds, 6) / 60);
  const rest = rounded(seconds - 60 * whole, 6);
  if (whole === 0) return String(rest);
  const tail = `${rest < 10 ? '0' : ''}${rest}`;
  if (whole < 60) return `${whole}:${tail}`;
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}:${tail}`;
}

/** What a time that is typed to the microsecond may lie beyond the end, which can have more digits. */
const ROUNDED = 1e-6;

/** Whether a field of a time has what it needs: nothing is wrong with the end of a point in time. */
export const timeFault = (text: string, duration: number, isNeeded: boolean): 'invalid' | 'outside' | null => {
  if (text.trim() === '' && !isNeeded) return null;
  const time = parsedTime(text);
  return time === null ? 'invalid' : time > duration + ROUNDED ? 'outside' : null;
};

/** What is sent of a changed form. @param changed the changed fields; null: emptied @param samplingRate Hz */
export function patchOf(
  before: OwnMark,
  changed: Readonly<Record<string, unknown>>,
  samplingRate: (lead: string) => number,
): MarkPatch {
  const has = (...names: (keyof MarkForm)[]): boolean => names.some((name) => name in changed);
  const form: MarkForm = { ...formOf(before) };
  for (const [name, value] of Object.entries(changed)) Object.assign(form, { [name]: (value as string | null) ?? '' });
  const isMoved = has('from', 'until');
  const [begin = 0, end] = timesOf(form, samplingRate(form.lead));
  return {
    ...(isMoved && (end === undefined ? { at: begin } : { from: begin, to: end })),
    ...(has('lead') && { channel: form.lead === '' ? null : form.lead }),
    ...(has('code') && { code: form.code.trim() === '' ? null : form.code.trim() }),
    ...(has('text') && { text: form.text.trim() === '' ? null : form.text.trim() }),
    ...(before.value &&
      (isMoved || has('kind', 'mV', 'rate')) && {
        value: valueOf(before.value, form, {
          ms: isMoved && end !== undefined ? rounded((end - begin) * 1_000, 3) : before.value.ms,
          rrMs: has('rate') ? rrOfRate(form.rate) : before.value.rrMs,
        }),
      }),
  };
}

function valueOf(
  before: NonNullable<OwnMark['value']>,
  { kind, mV }: MarkForm,
  { ms, rrMs }: { ms: number | null; rrMs: number | null },
): NonNullable<MarkPatch['value']> {
  return {
    kind: kind as Kind,
    ...(before.ms !== null && ms !== null && { ms }),
    ...(mV !== '' && { mV: Number(mV) }),
    ...(kind === 'QT' && rrMs !== null && { rrMs: rounded(rrMs, 3) }),
  };
}

/** Begin, and end if there is one, in their order; on the samples of the lead where they are meant. */
function timesOf({ from, until }: MarkForm, rate: number): number[] {
  return [from, until]
    .map(parsedTime)
    .filter((time) => time !== null)
    .map((time) => {
      const onSample = Math.round(time * rate) / rate;
      return Math.abs(onSample - time) < ROUNDED ? onSample : time;
    })
    .toSorted((a, b) => a - b);
}

/** Where the form is on the paper; null if its times are none. @param pointAt the sample at a time, with its value */
export function caliperOf(
  { from = '', until = '', mV = '' }: Values,
  channel: number,
  lead: Lead,
  pointAt: (time: number) => Point,
): Caliper | null {
  const [begin, end] = [parsedTime(from), parsedTime(until)];
  if (begin === null) return null;
  const a = pointAt(begin);
  const b = end === null ? a : pointAt(end);
  const factor = lead.calibrated ? millivolts(lead.unit) : null;
  return {
    kind: mV === '' ? 'time' : 'voltage',
    channel,
    a,
    // What was kept, which need not be the difference of two samples.
    b: mV === '' || factor === null ? b : { ...b, value: a.value + Number(mV) / factor },
    active: end === null ? 'a' : 'b',
    isMarching: false,
  };
}

/** Whether nothing was moved: at most, values have become known since. */
export const isSamePlace = (one: Caliper, before: Caliper): boolean =>
  one.channel === before.channel &&
  (['a', 'b'] as const).every(
    (end) =>
      one[end].sample === before[end].sample &&
      (before[end].value !== before[end].value || one[end].value === before[end].value),
  );

/** The fields after the caliper was moved: an end that was not moved stays as it was typed. @param before null: new */
export function followed(values: Values, caliper: Caliper, before: Caliper | null, lead: Lead): Values {
  const timeOf = (text: string, end: 'a' | 'b'): string =>
    caliper[end].sample === before?.[end].sample ? text : clock(caliper[end].sample / lead.samplingRate);
  const { from = '', until = '' } = values;
  return {
    from: timeOf(from, 'a'),
    ...(until !== '' && { until: timeOf(until, 'b') }),
    ...(values['lead'] !== '' && { lead: lead.name }),
  };
}

/** The measured voltage as a text; empty if it is not known. */
export const measuredMv = (caliper: Caliper, lead: Lead): string => String(millivoltsOf(caliper, lead) ?? '');

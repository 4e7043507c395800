/** What a caliper measures, as an own annotation. Pure. */
import { millivolts } from '../../../src/signal/units.ts';
import type { Schemas } from '../../api/client.ts';
import type { Caliper, Point } from '../calipers.ts';

export type OwnMark = Schemas['EcgOwnAnnotation'];
export type NewMark = Schemas['NewEcgAnnotation'];
export type Kind = Schemas['NewEcgMeasurement']['kind'];

/** What a time caliper may measure, the usual ones first. */
export const TIME_KINDS = ['RR', 'PR', 'QRS', 'QT', 'PP', 'P', 'ST', 'T', 'interval'] as const satisfies Kind[];
/** Beats per minute that can be a heart rate. */
const RATES = { least: 10, most: 400 };

export interface Lead {
  name: string;
  unit: string | null;
  calibrated: boolean;
  /** Hz */
  samplingRate: number;
}

export const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** The earlier and the later point. */
const ordered = ({ a, b }: Caliper): [Point, Point] => (a.sample <= b.sample ? [a, b] : [b, a]);

/** The interval between the ends of a caliper, in ms. */
export function millisecondsOf(caliper: Caliper, samplingRate: number): number {
  const [first, last] = ordered(caliper);
  return rounded(((last.sample - first.sample) / samplingRate) * 1_000, 3);
}

/** The difference of voltage between the ends of a caliper, in mV; null where the lead has no known voltage. */
export function millivoltsOf(caliper: Caliper, { unit, calibrated }: Lead): number | null {
  const factor = calibrated ? millivolts(unit) : null;
  const [first, last] = ordered(caliper);
  const difference = last.value - first.value;
  return factor === null || difference !== difference ? null : rounded(difference * factor, 4);
}

/** The body of a measurement; null if the caliper measures nothing that can be kept. */
export function measurement(
  caliper: Caliper,
  lead: Lead,
  { kind, rrMs, text }: { kind: Kind; rrMs: number | null; text: string },
): NewMark | null {
  const [first, last] = ordered(caliper);
  const ms = millisecondsOf(caliper, lead.samplingRate);
  const mV = millivoltsOf(caliper, lead);
  if (caliper.kind === 'voltage' ? mV === null : ms <= 0) return null;
  return {
    from: first.sample / lead.samplingRate,
    to: last.sample / lead.samplingRate,
    channel: lead.name,
    ...(text.trim() === '' ? {} : { text: text.trim() }),
    value:
      caliper.kind === 'voltage' && mV !== null
        ? { kind: 'amplitude', mV }
        : { kind, ms, ...(kind === 'QT' && rrMs !== null ? { rrMs: rounded(rrMs, 3) } : {}) },
  };
}

/** The kept RR interval that is nearest to a time. @param time seconds */
export function nearestRr(marks: readonly OwnMark[], time: number): (OwnMark & { ms: number }) | null {
  let found: (OwnMark & { ms: number }) | null = null;
  for (const mark of marks) {
    const ms = mark.value?.kind === 'RR' ? mark.value.ms : null;
    if (ms !== null && (!found || Math.abs(mark.at - time) < Math.abs(found.at - time))) found = { ...mark, ms };
  }
  return found;
}

/** The RR interval of a typed heart rate, in ms; null if it is none. */
export function rrOfRate(typed: string): number | null {
  const rate = Number(typed.trim().replace(',', '.'));
  return rate >= RATES.least && rate <= RATES.most ? 60_000 / rate : null;
}

/** Leads that a recording lacks, and that the service calculates from leads I and II. Loaded if there are any. */
import type { Extent } from '../../../src/paper/types.ts';
import { calculatedExtent, MAX_CALCULATED_SAMPLES } from '../../../src/signal/calculated-leads.ts';
import { millivolts } from '../../../src/signal/units.ts';
import type { Schemas } from '../../api/client.ts';
import { panelTexts } from '../../text/panels.ts';
import type { Leads } from '../leads.ts';

type Channel = Schemas['EcgChannel'] & { samplingRate: number };

export interface Calculated {
  /** As if they were recorded. */
  channels: readonly Channel[];
  /** Of each; null if it is not known. */
  extents: readonly (Extent | null)[];
  /** Whether they are calculated at a level of detail: at coarse ones, one picture would need too many samples. */
  isAt: (level: number) => boolean;
  /** What is said of each at a level of detail. */
  remark: (level: number) => string;
  /** What they are called among the tools. */
  texts: () => { text: string; title: string };
}

/**
 * The leads that can be calculated.
 * @param leads those that are drawn
 * @param samplesAtOnce the most samples of a channel for which one request asks, by its level of detail
 */
export function calculatedOf(
  { channels, calculableLeads }: Pick<Schemas['Ecg'], 'channels' | 'calculableLeads'>,
  leads: Leads,
  samplesAtOnce: (level: number) => number,
): Calculated | null {
  const one = channels.find(({ lead }) => lead === 'I');
  const two = channels.find(({ lead }) => lead === 'II');
  if (!one || !two || one.samplingRate === null) return null;
  const { samplingRate } = one;
  const scaleOfII = (millivolts(two.unit) ?? 1) / (millivolts(one.unit) ?? 1);
  const [first, second] = [one, two].map(({ name }) => leads.extents[leads.channels.findIndex((c) => c.name === name)]);
  const isAt = (level: number): boolean => Math.min(one.samples, samplesAtOnce(level)) <= MAX_CALCULATED_SAMPLES;
  return {
    channels: calculableLeads.map((lead) => {
      const asRead = { gain: 1, zeroLevel: 0, sampleType: 'float64', missing: 0 } as const;
      return { ...one, ...asRead, name: lead, lead, samplingRate };
    }),
    extents: calculableLeads.map((lead) => (first && second ? calculatedExtent(lead, first, second, scaleOfII) : null)),
    isAt,
    remark: (level) => panelTexts.value.calculated[isAt(level) ? 'remark' : 'tooLong'],
    texts: () => panelTexts.value.calculated,
  };
}

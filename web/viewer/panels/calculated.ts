/** Leads that a recording lacks, and that the service calculates from leads I and II. Loaded if there are any. */
import type { Extent } from '../../../src/paper/types.ts';
import { MAX_CALCULATED_SAMPLES } from '../../../src/signal/calculated-leads.ts';
import type { Schemas } from '../../api/client.ts';
import { isAbort } from '../../api/failure.ts';
import { repeated } from '../../api/sending.ts';
import { panelTexts } from '../../text/panels.ts';
import type { Piece } from '../columns.ts';
import { waveformOf } from '../decode.ts';
import { isShort } from '../leads.ts';
import type { Strip } from '../scene.ts';

type Ecg = Schemas['Ecg'];
type Channel = Schemas['EcgChannel'] & { samplingRate: number };

export interface Calculated {
  /** As if they were recorded. */
  channels: readonly Channel[];
  /** Of each; null if it is not known or not typical. */
  extents: readonly (Extent | null)[];
  /** Whether they are calculated where requests ask for so many samples: one picture must not need too many. */
  isWithin: (samples: number) => boolean;
  /** What is said of a lead beside its name; null if it is recorded. */
  remark: (strip: Pick<Strip, 'channel' | 'label'>) => string | null;
  /** What they are called among the tools. */
  texts: () => { text: string; title: string };
}

/** The leads that can be calculated. */
export async function loadCalculated(ecg: Ecg, stop: AbortSignal): Promise<Calculated | null> {
  const { calculableLeads } = ecg;
  const one = ecg.channels.find(({ lead }) => lead === 'I');
  if (!one || one.samplingRate === null) return null;
  const { samplingRate } = one;
  return {
    channels: calculableLeads.map((lead) => {
      const asRead = { gain: 1, zeroLevel: 0, sampleType: 'float64', missing: 0 } as const;
      return { ...one, ...asRead, name: lead, lead, samplingRate };
    }),
    extents: isShort(ecg.channels) ? await extentsOf(ecg, stop) : calculableLeads.map(() => null),
    isWithin: (samples) => Math.min(one.samples, samples) <= MAX_CALCULATED_SAMPLES,
    remark: ({ channel, label }) => {
      const { remark, tooLong } = panelTexts.value.calculated;
      if (!calculableLeads.some((lead) => lead === label)) return null;
      return channel === null ? tooLong : remark;
    },
    texts: () => panelTexts.value.calculated,
  };
}

/** Lowest and highest values in the whole recording. */
async function extentsOf({ id, calculableLeads }: Ecg, stop: AbortSignal): Promise<(Extent | null)[]> {
  try {
    const query = { pixels: 1, channels: repeated(calculableLeads), calculated: true };
    return (await waveformOf(id, query, stop)).map(extentOf);
  } catch (error) {
    if (isAbort(error)) throw error;
    // The picture says what is wrong, where it is.
    return calculableLeads.map(() => null);
  }
}

function extentOf({ low, high }: Piece): Extent | null {
  const extent = { low: Infinity, high: -Infinity };
  for (let i = 0; i < low.length; i++) {
    // Missing values are NaN, which is neither.
    if ((low[i] as number) < extent.low) extent.low = low[i] as number;
    if ((high[i] as number) > extent.high) extent.high = high[i] as number;
  }
  return extent.low <= extent.high ? extent : null;
}

/** How often each lead of a recording crosses zero, at a glance: a bar each, as high as its share of the highest. */
import { leadName, number, texts } from '../text/index.ts';
import type { ShortLead } from './list-rows.ts';

/** Bars that are drawn; a recording may have hundreds of channels. */
const MAX_BARS = 15;
const HEIGHT = 20;
const STEP = 4;

export function CrossingBars({ leads }: { leads: readonly ShortLead[] }) {
  const t = texts.value.list;
  const shown = leads.slice(0, MAX_BARS);
  const counts = shown.map(({ zeroCrossings }) => zeroCrossings);
  const most = Math.max(1, ...counts);
  const named = shown.map((one) => `${leadName(one)} ${number(one.zeroCrossings)}`);
  const more = leads.length - shown.length;
  const text = t.crossings([...named, ...(more > 0 ? [t.moreLeads(more)] : [])].join(', '));
  // A lead without crossings has a foot, so that it is not taken for an absent one.
  const bars = counts.map(
    (count, i) => `M${i * STEP + 1.5} ${HEIGHT}v-${Math.max(1, (count / most) * HEIGHT).toFixed(1)}`,
  );
  return (
    <span class="crossings" title={text}>
      <svg width={MAX_BARS * STEP} height={HEIGHT} role="img" aria-label={text}>
        <path d={bars.join('')} stroke="currentColor" stroke-width="3" />
      </svg>
      <span aria-hidden="true">{rangeOf(counts)}</span>
    </span>
  );
}

function rangeOf(counts: readonly number[]): string {
  const least = Math.min(...counts);
  const most = Math.max(...counts);
  if (counts.length === 0) return '';
  return least === most ? brief(most) : `${brief(least)}–${brief(most)}`;
}

/** The exact numbers are in the description. */
const brief = (count: number): string => (count < 10_000 ? number(count) : `${number(count / 1_000)}k`);

/** How often each lead crosses zero, in the window and in all; the dead-band; and the trend. */
import { useId } from 'preact/hooks';
import { millivolts } from '../../src/signal/units.ts';
import { leadName, number, texts } from '../text/index.ts';
import { later } from '../ui/later.tsx';
import { Notice } from '../ui/notice.tsx';
import { signed } from './readings.ts';
import type { PanelProps, Viewer } from './viewer.ts';

/** Below the counts, with numbers of its own. */
const Trend = later<PanelProps>(async () => (await import('./trend.tsx')).Trend, { isQuiet: true });

export function CountsPanel({ viewer }: PanelProps) {
  const t = texts.value.viewer.counts;
  const { counts } = viewer;
  const window = counts.window.value;
  const whole = counts.whole.value;
  const isWholeKnown = counts.wholeBand.value === viewer.deadBand.value;
  const { from, to } = viewer.window.value;
  void viewer.waveforms.revision.value;
  // Said once, above, if it is the same for all.
  const [unit, other] = new Set(whole.channels.map(unitText));
  const common = other === undefined && unit;
  const canTick = viewer.waveforms.samples(viewer.selected.value, from, to) !== null;
  return (
    <>
      {counts.failure.value && <Notice kind="warning">{counts.failure.value.message}</Notice>}
      <DeadBand viewer={viewer} />
      <table class="counts" aria-busy={counts.isCounting.value}>
        <caption class="visually-hidden">{t.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{t.lead}</th>
            {[t.window, t.whole, t.perSecond, common ? `${t.range} (${unit})` : t.range].map((head) => (
              <th key={head} scope="col" class="number">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {whole.channels.map((all, i) => {
            const one = window?.channels[i];
            return (
              <tr key={all.name} class={i === viewer.selected.value ? 'selected' : undefined}>
                <th scope="row">
                  <button
                    type="button"
                    class="plain"
                    aria-pressed={i === viewer.selected.value}
                    aria-label={t.select(leadName(all))}
                    title={all.name}
                    onClick={() => (viewer.selected.value = i)}
                  >
                    {leadName(all)}
                  </button>
                </th>
                <td class="number strong">{one ? number(one.zeroCrossings) : '…'}</td>
                <td class="number">{isWholeKnown ? number(all.zeroCrossings) : '…'}</td>
                <td class="number">
                  {one?.crossingsPerSecond === null || !one ? '–' : number(one.crossingsPerSecond, 2, 2)}
                </td>
                <td class="number small">
                  {one ? rangeText(one) : '…'} {!common && one && <span class="quiet">{unitText(one)}</span>}
                  {one && one.missing > 0 && (
                    <span class="missing">
                      {t.missing} {number(one.missing)}
                    </span>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {!canTick && viewer.showsCrossings.value && <p class="hint">{t.ticks}</p>}
      <Trend viewer={viewer} />
    </>
  );
}

function rangeText({
  minimum,
  maximum,
  unit,
  calibrated,
}: {
  minimum: number | null;
  maximum: number | null;
  unit: string | null;
  calibrated: boolean;
}): string {
  if (minimum === null || maximum === null) return '–';
  const factor = calibrated ? millivolts(unit) : null;
  if (factor !== null) return `${signed(minimum * factor, 2, 2)} … ${signed(maximum * factor, 2, 2)}`;
  return `${signed(minimum, 1)} … ${signed(maximum, 1)}`;
}

const unitText = ({ unit, calibrated }: { unit: string | null; calibrated: boolean }): string =>
  calibrated && millivolts(unit) !== null ? 'mV' : (unit ?? '');

/** Steps of the slider. */
const STEPS = 50;

function DeadBand({ viewer }: { viewer: Viewer }) {
  const t = texts.value.viewer.counts;
  const id = useId();
  const { unit, calibrated } = viewer.channelAt(viewer.selected.value);
  const factor = calibrated ? millivolts(unit) : null;
  // Up to half a millivolt, or to a tenth of the range where there is no voltage.
  const range = viewer.counts.whole.value.channels[viewer.selected.value];
  const most = factor === null ? Math.max(1, ((range?.maximum ?? 1) - (range?.minimum ?? 0)) / 10) : 0.5 / factor;
  const value = viewer.deadBand.value;
  const shown = factor === null ? `${number(value, 2)} ${unit ?? ''}` : `${number(value * factor, 2)} mV`;
  return (
    <div class="dead-band">
      <label for={id}>{t.deadBand}</label>
      <output for={id}>±{shown}</output>
      <input
        id={id}
        type="range"
        min={0}
        max={STEPS}
        step={1}
        value={Math.round((value / most) * STEPS)}
        aria-valuetext={`± ${shown}`}
        aria-describedby={`${id}-hint`}
        onInput={({ currentTarget }) =>
          (viewer.deadBand.value = Math.round((Number(currentTarget.value) / STEPS) * most * 1e6) / 1e6)
        }
      />
      <p class="hint" id={`${id}-hint`}>
        {t.deadBandHint} {viewer.counts.isCounting.value && t.counting}
      </p>
    </div>
  );
}

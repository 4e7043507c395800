/** The line below: the window, the scale of the paper, and what the caliper measures. */
import { preferences } from '../preferences.ts';
import { number, texts } from '../text/index.ts';
import { timeGrid, voltageGrid } from './grid.ts';
import { readingText, timeText } from './readings.ts';
import type { Viewer } from './viewer.ts';

export function Status({ viewer }: { viewer: Viewer }) {
  const t = texts.value.viewer;
  const scene = viewer.scene.value;
  const { from, to } = viewer.window.value;
  const { speed, gain } = viewer.view.value;
  const isMeasured = preferences.value.pixelsPerMm !== null;
  const reading = readingText(viewer);
  return (
    <footer class="viewer-status">
      <span>{t.windowText(timeText(from), timeText(to), timeText(viewer.duration))}</span>
      {reading !== '' && <strong>{reading}</strong>}
      <span class="quiet">
        {t.status.scale(number(speed, 1), number(gain, 1))}
        {scene && boxText(scene.pixelsPerSecond / scene.ratio, (gain * scene.pixelsPerMm) / scene.ratio)} ·{' '}
        {isMeasured ? t.status.physical : t.status.notPhysical}
        {!isMeasured && (
          <>
            {' ('}
            <a href="/account">{t.status.calibrate}</a>)
          </>
        )}
      </span>
    </footer>
  );
}

/** What a box of the paper stands for; nothing where no lines are drawn. */
function boxText(perSecond: number, perMillivolt: number): string {
  const t = texts.value.viewer.status;
  const { grid } = preferences.value;
  if (grid === 'none') return '';
  const [time, voltage] = [timeGrid(perSecond), voltageGrid(perMillivolt)];
  const isSmall = grid === 'all' && time.minor !== null && voltage.minor !== null;
  return ` · ${
    isSmall
      ? t.box(number(time.minor ?? 0, 2), number(voltage.minor ?? 0, 1))
      : t.largeBox(number(time.major, 1), number(voltage.major, 1))
  }`;
}

/** Another ECG beside the present one, at the same speed, gain, layout and scale. It is moved on its own. */
import { batch, effect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { dateTime, texts } from '../../text/index.ts';
import { panelTexts } from '../../text/panels.ts';
import { Notice } from '../../ui/notice.tsx';
import { perform } from '../actions.ts';
import { actionOf } from '../keys.ts';
import { timeText } from '../readings.ts';
import { Stage } from '../stage.tsx';
import type { PanelProps, Viewer } from '../viewer.ts';
import { CompareButtons, OtherNotices, useOther } from './comparing.tsx';
import { distanceText } from './distance.ts';

export function Beside({ viewer }: PanelProps) {
  const t = panelTexts.value.others;
  const loading = useOther(viewer);
  const { other: second, failure } = loading;
  const dateOf = (date: string | null): string => (date === null ? t.undated : dateTime(date));
  const date = second?.ecg.value.date ?? null;
  return (
    <section class="beside" aria-label={t.beside}>
      <header>
        <h2 class="beside-present">{t.present(dateOf(viewer.ecg.value.date))}</h2>
        <div class="beside-other">
          <div class="row spread">
            <h2>
              {second ? t.heading(dateOf(date)) : failure ? t.beside : texts.value.loading}{' '}
              {second && <span class="quiet small">{distanceText(viewer.ecg.value.date, date)}</span>}
            </h2>
            {second && <Position viewer={second} />}
            <CompareButtons viewer={viewer} place="over" text={t.over.lay} />
          </div>
          <OtherNotices viewer={viewer} of={loading} />
          {second && second.duration > 0 && second.timeless.length > 0 && (
            <Notice kind="warning">{t.over.timeless(second.timeless.join(', '))}</Notice>
          )}
        </div>
      </header>
      {second && second.duration > 0 && <Paper key={second.ecg.value.id} viewer={viewer} second={second} />}
    </section>
  );
}

/** What of the other ECG is visible. */
function Position({ viewer }: PanelProps) {
  const { from, to } = viewer.window.value;
  return (
    <span class="quiet small">
      {texts.value.viewer.windowText(timeText(from), timeText(to), timeText(viewer.duration))}
    </span>
  );
}

function Paper({ viewer, second }: PanelProps & { second: Viewer }) {
  useEffect(() => sameScale(viewer, second), [viewer, second]);
  return (
    <div
      class="beside-paper"
      onKeyDown={(event) => {
        const action = actionOf(event);
        if (event.defaultPrevented || !action) return;
        event.preventDefault();
        event.stopPropagation();
        // Dialogs belong to the page, everything else to the ECG that has the focus.
        perform(['jump', 'table', 'print', 'help'].includes(action) ? viewer : second, action, event.shiftKey);
      }}
    >
      <Stage viewer={second} beside={viewer} />
    </div>
  );
}

/** Gives one ECG the speed, gain and layout of another, whenever those change. */
const follow = (leader: Viewer, follower: Viewer): (() => void) =>
  effect(() => {
    const { speed, gain, halfGainV, layout } = leader.view.value;
    const own = follower.view.peek();
    const isSame = own.speed === speed && own.gain === gain && own.halfGainV === halfGainV && own.layout === layout;
    if (isSame) return;
    // The middle stays where it is.
    const seconds = follower.scene.peek()?.seconds ?? 0;
    const from = own.from + (seconds - (seconds * own.speed) / speed) / 2;
    batch(() => {
      follower.view.value = { ...own, speed, gain, halfGainV, layout, from };
      follower.moveTo(from);
    });
  });

/** Keeps the paper of both the same, whichever is changed. @returns ends it */
function sameScale(viewer: Viewer, second: Viewer): () => void {
  const ends = [follow(viewer, second), follow(second, viewer)];
  return () => ends.forEach((end) => end());
}

/** What the keys and buttons of the viewer do. */
import type { Layout } from '../../src/paper/types.ts';
import { asFailure } from '../api/failure.ts';
import { prefer, type Preferences, preferences } from '../preferences.ts';
import { leadName, texts } from '../text/index.ts';
import { announce, notify } from '../ui/announce.tsx';
import { type Caliper, type CaliperKind, nudged, type Point } from './calipers.ts';
import type { Action } from './keys.ts';
import { readingText, timeText } from './readings.ts';
import { GAINS, SPEEDS, stepped } from './view.ts';
import type { Viewer } from './viewer.ts';

const ZOOM = 1.25;
const GRIDS: readonly Preferences['grid'][] = ['all', 'large', 'none'];
const LAYOUTS: readonly Layout[] = ['3x4', '6x2', '12x1', 'stacked'];
/** What remains of a page when the next one is shown. */
const OVERLAP = 0.1;

/** Does what a key stands for. @param isFast whether Shift is held */
export function perform(viewer: Viewer, action: Action, isFast = false): void {
  const caliper = viewer.caliper.peek();
  if (caliper && moveCaliper(viewer, caliper, action, isFast)) return;
  const seconds = viewer.scene.peek()?.seconds ?? 1;
  // One second, or less where less is visible.
  const step = Math.min(1, seconds / 5);
  const { speed, gain } = viewer.view.peek();
  const does: Record<Action, () => void> = {
    left: () => viewer.moveBy(-step),
    right: () => viewer.moveBy(step),
    farLeft: () => viewer.moveBy(-5 * step),
    farRight: () => viewer.moveBy(5 * step),
    pageBack: () => viewer.moveBy(-seconds * (1 - OVERLAP)),
    pageOn: () => viewer.moveBy(seconds * (1 - OVERLAP)),
    start: () => viewer.moveTo(0),
    end: () => viewer.moveTo(viewer.duration),
    zoomIn: () => viewer.setSpeed(speed * ZOOM),
    zoomOut: () => viewer.setSpeed(speed / ZOOM),
    reset: () => viewer.reset(),
    slow: () => viewer.setSpeed(SPEEDS[0]),
    usual: () => viewer.setSpeed(SPEEDS[1]),
    fast: () => viewer.setSpeed(SPEEDS[2]),
    lessGain: () => viewer.setGain(stepped(GAINS, gain, -1)),
    moreGain: () => viewer.setGain(stepped(GAINS, gain, 1)),
    timeCaliper: () => toggleCaliper(viewer, 'time'),
    voltageCaliper: () => toggleCaliper(viewer, 'voltage'),
    march: () => caliper && viewer.setCaliper({ ...caliper, isMarching: !caliper.isMarching }),
    otherHandle: () => caliper && viewer.setCaliper({ ...caliper, active: caliper.active === 'a' ? 'b' : 'a' }),
    nextEvent: () => void toEvent(viewer, 1),
    eventBefore: () => void toEvent(viewer, -1),
    jump: () => (viewer.dialog.value = 'jump'),
    layout: () => nextLayout(viewer),
    grid: () => nextGrid(),
    crossings: () => (viewer.showsCrossings.value = !viewer.showsCrossings.peek()),
    otherLeft: () => viewer.laid.peek()?.move(-1, isFast),
    otherRight: () => viewer.laid.peek()?.move(1, isFast),
    leadUp: () => selectBeside(viewer, -1),
    leadDown: () => selectBeside(viewer, 1),
    table: () => (viewer.dialog.value = 'table'),
    print: () => (viewer.dialog.value = 'export'),
    help: () => (viewer.dialog.value = 'help'),
    close: () => viewer.setCaliper(null),
  };
  does[action]();
}

/** While a caliper is out, the arrows move its active handle. @returns whether the key was for the caliper */
function moveCaliper(viewer: Viewer, caliper: Caliper, action: Action, isFast: boolean): boolean {
  const { channel } = caliper;
  const { samples } = viewer.channelAt(channel);
  const far = isFast ? 10 : 1;
  const byValue = viewer.valueStep(channel) * far;
  const nudges: Partial<Record<Action, { samples?: number; value?: number }>> = {
    left: { samples: -1 },
    right: { samples: 1 },
    farLeft: { samples: -10 },
    farRight: { samples: 10 },
    ...(caliper.kind === 'voltage' ? { leadUp: { value: byValue }, leadDown: { value: -byValue } } : {}),
  };
  const nudge = nudges[action];
  if (!nudge) return false;
  viewer.setCaliper(nudged(caliper, nudge, samples, (sample) => viewer.valueAt(channel, sample)));
  viewer.show(viewer.caliper.peek()?.[caliper.active].sample ?? 0, channel);
  announceReading(viewer);
  return true;
}

/** Says what the caliper measures. */
export function announceReading(viewer: Viewer): void {
  announce(readingText(viewer));
}

/** Puts a caliper into the middle of the window, changes its kind, or takes it away. */
export function toggleCaliper(viewer: Viewer, kind: CaliperKind): void {
  const caliper = viewer.caliper.peek();
  if (caliper?.kind === kind) {
    viewer.setCaliper(null);
    return;
  }
  if (caliper) viewer.setCaliper({ ...caliper, kind });
  else {
    const channel = viewer.selected.peek();
    const strip = viewer.scene.peek()?.strips.find((one) => one.channel === channel);
    const { from } = viewer.window.peek();
    const scene = viewer.scene.peek();
    const begin = from + (scene && strip ? strip.offset / scene.pixelsPerSecond : 0);
    const width = scene && strip ? strip.width / scene.pixelsPerSecond : 1;
    const point = (part: number): Point => viewer.pointAt(channel, begin + width * part);
    viewer.setCaliper({ kind, channel, a: point(0.3), b: point(0.6), active: 'b', isMarching: false });
    viewer.placing.value = true;
  }
  announceReading(viewer);
}

async function toEvent(viewer: Viewer, direction: 1 | -1): Promise<void> {
  const t = texts.value.viewer;
  if (!viewer.events.areAny) {
    notify(t.events.none);
    return;
  }
  const { from, to } = viewer.window.peek();
  const middle = viewer.event ?? (from + to) / 2;
  try {
    const found = await viewer.events.next(middle, direction, viewer.duration);
    if (found === null) notify(direction === 1 ? t.events.noNext : t.events.noBefore);
    else {
      viewer.event = found;
      viewer.centre(found);
      announce(t.events.at(timeText(found)));
    }
  } catch (error) {
    notify(asFailure(error).message, 'error');
  }
}

function nextLayout(viewer: Viewer): void {
  const { layout } = viewer.view.peek();
  const next = LAYOUTS[(LAYOUTS.indexOf(layout) + 1) % LAYOUTS.length] as Layout;
  viewer.setLayout(next);
  announce(texts.value.viewer.layouts[next]);
}

function nextGrid(): void {
  const grid = GRIDS[(GRIDS.indexOf(preferences.peek().grid) + 1) % GRIDS.length] ?? 'all';
  prefer({ grid });
  announce(texts.value.viewer.grids[grid]);
}

/** Selects the lead above or below, in the order of the rows. */
function selectBeside(viewer: Viewer, by: 1 | -1): void {
  const shown = [...new Set((viewer.scene.peek()?.strips ?? []).map(({ channel }) => channel))].filter(
    (channel): channel is number => channel !== null && !viewer.isCalculated(channel),
  );
  const at = shown.indexOf(viewer.selected.peek());
  const next = shown[Math.max(0, Math.min(shown.length - 1, at + by))];
  if (next === undefined) return;
  viewer.selected.value = next;
  announce(leadName(viewer.channelAt(next)));
}

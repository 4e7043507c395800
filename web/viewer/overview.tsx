/** The strip of the whole recording, with the window in it: drag it, drag its edges, or click beside it. */
import { effect, signal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { texts } from '../text/index.ts';
import { type Colours, followColours } from './colours.ts';
import { Columns, type Piece, SIGNAL } from './columns.ts';
import { waveformOf } from './decode.ts';
import { timeText } from './readings.ts';
import type { Viewer } from './viewer.ts';

/** CSS pixels. */
const HEIGHT = 56;
/** The window is never drawn narrower, so that it can be grabbed. */
const LEAST_BOX = 14;
const PIXELS = 1_200;

export function Overview({ viewer }: { viewer: Viewer }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const strip = useRef<HTMLDivElement>(null);
  const piece = useMemo(() => signal<Piece | null>(null), [viewer]);
  const width = useMemo(() => signal(0), [viewer]);

  useEffect(() => loadOverview(viewer, (loaded) => (piece.value = loaded)), [viewer]);
  useEffect(() => {
    const [picture, room] = [canvas.current, strip.current];
    if (!picture || !room) return undefined;
    const observer = new ResizeObserver(() => (width.value = room.clientWidth));
    observer.observe(room);
    const colours = signal<Colours | null>(null);
    const endColours = followColours(room, (found) => (colours.value = found));
    const end = effect(() => {
      if (width.value > 0 && colours.value)
        draw(
          picture,
          colours.value,
          viewer,
          piece.value,
          width.value,
          viewer.events.areAll ? viewer.events.marks.value.map(({ at }) => at) : [],
        );
    });
    return () => {
      observer.disconnect();
      endColours();
      end();
    };
  }, [viewer]);

  const { from, to } = viewer.window.value;
  const { duration } = viewer;
  const t = texts.value.viewer;
  const share = (seconds: number): number => (duration > 0 ? seconds / duration : 0);
  const shown = Math.max(share(to - from), LEAST_BOX / Math.max(1, width.value));
  const left = Math.min(share(from), 1 - shown);
  return (
    <div class="overview" ref={strip} onPointerDown={(event) => drag(event, viewer, strip.current)}>
      <canvas ref={canvas} aria-hidden="true" />
      <div
        class="overview-window"
        role="slider"
        tabIndex={0}
        aria-label={t.timeSlider}
        aria-valuemin={0}
        aria-valuemax={Math.round(duration)}
        aria-valuenow={Math.round(from * 10) / 10}
        aria-valuetext={t.windowText(timeText(from), timeText(to), timeText(duration))}
        style={{ left: `${left * 100}%`, width: `${Math.min(1, shown) * 100}%` }}
      >
        <span class="edge" data-edge="from" />
        <span class="edge" data-edge="to" />
      </div>
    </div>
  );
}

/** One lead of the whole recording, once; again when another lead is selected. */
function loadOverview(viewer: Viewer, use: (piece: Piece) => void): () => void {
  let stop = new AbortController();
  const end = effect(() => {
    const selected = viewer.selected.value;
    if (!viewer.waveforms.hasAny.value) return;
    stop.abort();
    stop = new AbortController();
    void load(viewer, selected, stop.signal).then((piece) => piece && use(piece));
  });
  return () => {
    end();
    stop.abort();
  };
}

async function load(viewer: Viewer, channel: number, stop: AbortSignal): Promise<Piece | null> {
  const { id } = viewer.ecg.peek();
  const name = viewer.channels[channel]?.name;
  if (name === undefined) return null;
  try {
    return (await waveformOf(id, { pixels: PIXELS, channels: name }, stop))[0] ?? null;
  } catch {
    // The strip stays as it is; the picture above says what is wrong.
    return null;
  }
}

function draw(
  canvas: HTMLCanvasElement,
  colours: Colours,
  viewer: Viewer,
  piece: Piece | null,
  width: number,
  marks: readonly number[],
): void {
  const ratio = devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(HEIGHT * ratio);
  const pen = canvas.getContext('2d') as CanvasRenderingContext2D;
  pen.fillStyle = colours.paper;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  if (piece) {
    const columns = new Columns();
    columns.reset(0, canvas.width);
    columns.add(piece, (viewer.duration * viewer.rateOf(viewer.selected.peek())) / canvas.width);
    const isUpsideDown = viewer.channelAt(viewer.selected.peek()).gain < 0;
    let [least, greatest] = [Infinity, -Infinity];
    for (let at = 0; at < canvas.width; at++) {
      if (columns.state[at] !== SIGNAL) continue;
      least = Math.min(least, columns.low[at] as number);
      greatest = Math.max(greatest, columns.high[at] as number);
    }
    const room = canvas.height - 16 * ratio;
    const scale = greatest > least ? room / (greatest - least) : 0;
    const yOf = (value: number): number =>
      8 * ratio + (isUpsideDown ? (value - least) * scale : (greatest - value) * scale);
    pen.fillStyle = colours.label;
    for (let at = 0; at < canvas.width; at++) {
      if (columns.state[at] !== SIGNAL) continue;
      const [one, other] = [yOf(columns.low[at] as number), yOf(columns.high[at] as number)];
      const top = Math.floor(Math.min(one, other));
      pen.fillRect(at, top, 1, Math.max(1, Math.ceil(Math.max(one, other)) - top));
    }
  }
  pen.fillStyle = colours.annotation;
  for (const at of marks) pen.fillRect(Math.round((at / viewer.duration) * canvas.width), 0, 1, 5 * ratio);
}

/** Moves or resizes the window until the pointer is released. */
function drag(event: PointerEvent, viewer: Viewer, strip: HTMLElement | null): void {
  if (!strip || event.button !== 0) return;
  const edge = (event.target as HTMLElement).dataset['edge'];
  const box = strip.getBoundingClientRect();
  const timeOf = (x: number): number => Math.max(0, Math.min(1, (x - box.left) / box.width)) * viewer.duration;
  const { from, to } = viewer.window.peek();
  const start = timeOf(event.clientX);
  const isInside = start >= from && start <= to && !edge;
  const grip = isInside ? start - from : (to - from) / 2;
  const move = ({ clientX }: { clientX: number }): void => {
    const time = timeOf(clientX);
    const stage = viewer.stage.peek();
    const scene = viewer.scene.peek();
    if (!edge || !stage || !scene) {
      viewer.event = null;
      viewer.moveTo(time - grip);
      return;
    }
    const [left, right] = edge === 'from' ? [Math.min(time, to), to] : [from, Math.max(time, from)];
    const seconds = Math.max(0.2, right - left);
    viewer.setSpeed((viewer.view.peek().speed * scene.seconds) / seconds);
    viewer.moveTo(edge === 'from' ? right - seconds : left);
  };
  strip.setPointerCapture(event.pointerId);
  const stop = (): void => {
    strip.removeEventListener('pointermove', move);
    strip.removeEventListener('pointerup', stop);
    strip.removeEventListener('pointercancel', stop);
  };
  strip.addEventListener('pointermove', move);
  strip.addEventListener('pointerup', stop);
  strip.addEventListener('pointercancel', stop);
  if (!edge && !isInside) move(event);
}

/** The paper: three canvases one over the other, drawn at most once a frame. */
import { effect } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { preferences } from '../preferences.ts';
import { leadName, number, texts } from '../text/index.ts';
import { coloursOf, followColours } from './colours.ts';
import { listenToGestures } from './gestures.ts';
import { LabelPainter } from './labels.ts';
import { OverlayPainter } from './overlay.ts';
import { Painter } from './painter.ts';
import { readingText, timeText } from './readings.ts';
import { originOf, type Strip } from './scene.ts';
import { screenScale } from './view.ts';
import type { Viewer } from './viewer.ts';

/** The picture of the page that is open; read by the tests and the benchmark. */
declare global {
  interface Window {
    leadwire?: { viewer: Viewer; painter: Painter; paint: () => void };
  }
}

/** @param beside the ECG beside which it is shown: it has the same millimetres, and keeps the focus */
export function Stage({ viewer, beside }: { viewer: Viewer; beside?: Viewer }) {
  const frame = useRef<HTMLDivElement>(null);
  const ground = useRef<HTMLCanvasElement>(null);
  const labels = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);

  useLayoutEffect(() => {
    const [room, below, between, above] = [frame.current, ground.current, labels.current, overlay.current];
    if (!room || !below || !between || !above) return undefined;
    const ends = [
      followSize(room, viewer, beside),
      paintOnChange(viewer, [below, between, above], room, beside === undefined),
      listenToGestures(above, viewer, room),
      scrollToSelected(viewer, room),
    ];
    // Keys work at once. The ring around it is for those who come by key.
    if (!beside) room.focus({ preventScroll: true, focusVisible: false });
    return () => ends.forEach((end) => end());
  }, [viewer, beside]);

  const t = texts.value.viewer;
  const { from, to } = viewer.window.value;
  return (
    <div class="stage" ref={frame} tabIndex={0} role="group" aria-label={t.paper}>
      <canvas ref={ground} class="ground" aria-hidden="true" />
      <canvas ref={labels} class="labels" aria-hidden="true" />
      <canvas ref={overlay} class="overlay" role="img" aria-label={summary(viewer, from, to)} />
    </div>
  );
}

/** What the picture shows, in words. */
function summary(viewer: Viewer, from: number, to: number): string {
  const { speed, gain } = viewer.view.value;
  const leads = (viewer.scene.value?.strips ?? []).map((strip) => {
    const remark = unlessRecorded(viewer, strip);
    return remark ? `${strip.label} (${remark})` : strip.label;
  });
  const counted = viewer.counts.window.value?.channels
    .map((one) => `${leadName(one)} ${number(one.zeroCrossings)}`)
    .join(', ');
  const shown = texts.value.viewer.summary({
    leads: [...new Set(leads)].join(', '),
    from: timeText(from),
    to: timeText(to),
    speed: number(speed, 1),
    gain: number(gain, 1),
    crossings: counted ?? '',
  });
  return [shown, viewer.laid.value?.text.value].filter(Boolean).join(' ');
}

/** Measures the room in device pixels, exactly where the browser can. */
function followSize(room: HTMLElement, viewer: Viewer, beside?: Viewer): () => void {
  let measured: number | null = null;
  let scale: number | null = null;
  const resize = (width: number, height: number): void => {
    const ratio = devicePixelRatio;
    const { pixelsPerMm } = preferences.peek();
    if (scale === null || measured !== pixelsPerMm) {
      measured = pixelsPerMm;
      const other = beside?.stage.peek();
      scale = other
        ? other.pixelsPerMm / other.ratio
        : screenScale({ width: width / ratio, height: height / ratio }, pixelsPerMm, ratio) / ratio;
    }
    if (width > 0 && height > 0) viewer.resize({ width, height, ratio, pixelsPerMm: scale * ratio });
  };
  const own = (): void =>
    resize(Math.floor(room.clientWidth * devicePixelRatio), Math.floor(room.clientHeight * devicePixelRatio));
  const observer = new ResizeObserver(own);
  observer.observe(room);
  own();
  const end = effect(() => {
    void preferences.value.pixelsPerMm;
    own();
  });
  return () => {
    observer.disconnect();
    end();
  };
}

function paintOnChange(
  viewer: Viewer,
  layers: readonly [HTMLCanvasElement, HTMLCanvasElement, HTMLCanvasElement],
  room: HTMLElement,
  isMain: boolean,
): () => void {
  const [below, between, above] = layers;
  const painter = new Painter(below);
  const labelPainter = new LabelPainter(between);
  const overlayPainter = new OverlayPainter(above);
  let colours = coloursOf(room);
  let due = 0;

  const paint = (): void => {
    due = 0;
    const scene = viewer.scene.peek();
    if (!scene) return;
    const origin = originOf(viewer.view.peek(), scene);
    const { waveforms } = viewer;
    const channels = viewer.leads.map(({ samplingRate }, i) => ({ ...viewer.channelAt(i), samplingRate }));
    const t = texts.peek().viewer;
    for (const canvas of layers) {
      canvas.style.width = `${scene.width / scene.ratio}px`;
      canvas.style.height = `${scene.height / scene.ratio}px`;
    }
    painter.paint({
      scene,
      origin,
      waveforms,
      channels,
      under: viewer.laid.peek()?.picture.peek() ?? null,
      colours,
      duration: viewer.duration,
      noSignal: t.noSignal,
      zeroLines: viewer.showsCrossings.peek(),
      grid: preferences.peek().grid,
    });
    labelPainter.paint({
      scene,
      colours,
      selected: viewer.selected.peek(),
      remark: (strip) => remarkOf(viewer, strip),
      key: scene.strips.map((strip) => remarkOf(viewer, strip)).join('|'),
    });
    overlayPainter.paint({
      scene,
      origin,
      waveforms,
      channels,
      colours,
      duration: viewer.duration,
      marks: viewer.showsEvents.peek() ? viewer.events.marks.peek() : [],
      labelEnds: labelPainter.ends,
      deadBand: viewer.showsCrossings.peek() ? viewer.deadBand.peek() : null,
      isCounted: (channel) => !viewer.isCalculated(channel),
      caliper: viewer.caliper.peek(),
      reading: readingText(viewer),
    });
  };
  if (isMain) globalThis.window.leadwire = { viewer, painter, paint };
  const request = (): void => {
    due ||= requestAnimationFrame(paint);
  };
  const ends = [
    effect(() => {
      for (const one of [
        viewer.scene,
        viewer.view,
        viewer.ecg,
        viewer.waveforms.revision,
        viewer.events.marks,
        viewer.counts.window,
        viewer.showsEvents,
        viewer.deadBand,
        viewer.showsCrossings,
        viewer.caliper,
        viewer.selected,
        preferences,
        texts,
      ])
        void one.value;
      void viewer.laid.value?.picture.value.waveforms.revision.value;
      request();
    }),
    followColours(room, (found) => {
      colours = found;
      request();
    }),
  ];
  return () => {
    cancelAnimationFrame(due);
    for (const end of ends) end();
    if (isMain) delete globalThis.window.leadwire;
  };
}

/** What is said of a lead that is not recorded; null for others. */
function unlessRecorded(viewer: Viewer, strip: Strip): string | null {
  const calculated = viewer.showsCalculated.peek() ? viewer.calculated?.remark(strip) : null;
  return calculated ?? (strip.channel === null ? texts.peek().viewer.notRecorded : null);
}

/** What is said of a lead beside its name. */
function remarkOf(viewer: Viewer, strip: Strip): string {
  const t = texts.peek().viewer;
  const unrecorded = unlessRecorded(viewer, strip);
  if (strip.channel === null) return unrecorded ?? '';
  if (strip.gain === null) return t.notToScale(viewer.channelAt(strip.channel).unit ?? t.units);
  const gain = strip.gain === viewer.view.peek().gain ? '' : t.gainOf(number(strip.gain, 2));
  return [unrecorded, gain, isCut(viewer, strip) ? t.outOfRange : ''].filter(Boolean).join(' · ');
}

/** Whether the lead leaves its row somewhere in the window, by its counted lowest and highest values. */
function isCut(viewer: Viewer, { channel, y, base, height, top, bottom }: Strip): boolean {
  const counted = channel === null ? undefined : viewer.counts.window.peek()?.channels[channel];
  if (counted?.minimum == null || counted.maximum == null) return false;
  return y - (counted.maximum - base) * height < top || y - (counted.minimum - base) * height > bottom;
}

/** Brings the row of the selected lead into view. */
function scrollToSelected(viewer: Viewer, room: HTMLElement): () => void {
  return effect(() => {
    const selected = viewer.selected.value;
    const scene = viewer.scene.peek();
    const strip = scene?.strips.find(({ channel }) => channel === selected);
    if (!scene || !strip || scene.height <= room.clientHeight * scene.ratio) return;
    const [top, bottom] = [strip.rowTop / scene.ratio, strip.rowBottom / scene.ratio];
    if (top < room.scrollTop) room.scrollTop = top;
    else if (bottom > room.scrollTop + room.clientHeight) room.scrollTop = bottom - room.clientHeight;
  });
}

/** Draws the upper layer, which moves with the window: seconds, crossings, marks of the recording, and the calipers. */
import { crossingPlaces } from '../../src/paper/crossings.ts';
import { type Caliper, marchingPlaces, type Point } from './calipers.ts';
import type { Colours } from './colours.ts';
import type { Mark } from './events.ts';
import { axisTime, labelStep } from './grid.ts';
import { fontOf, haloText, LABEL_HEIGHT } from './labels.ts';
import type { Scene, Strip } from './scene.ts';
import type { Channel } from './trace.ts';
import type { Waveforms } from './waveforms.ts';

export interface Overlay {
  scene: Scene;
  origin: number;
  colours: Colours;
  waveforms: Waveforms;
  channels: readonly (Channel & { name: string })[];
  marks: readonly Mark[];
  /** Where the label of each strip ends, in device pixels: marks lie below it. */
  labelEnds: ReadonlyMap<Strip, number>;
  /** Physical; null: no ticks. */
  deadBand: number | null;
  /** Whether the crossings of a channel are counted: those of calculated leads are not. */
  isCounted: (channel: number) => boolean;
  caliper: Caliper | null;
  /** What the caliper measures, as text. */
  reading: string;
  duration: number;
}

/** What was measured, or the code of a mark if it is a short one; codes of vocabularies say nothing to a reader. */
function shortName(mark: Mark): string {
  if (mark.source === 'own' && mark.value) {
    const { kind, ms, mV } = mark.value;
    return ms === null
      ? `${Math.round((mV ?? 0) * 100) / 100} mV`
      : `${kind === 'interval' ? '' : kind} ${Math.round(ms)}`;
  }
  const { code, text } = mark;
  return code !== null && code.length <= 4 ? code : (text ?? code ?? '·');
}

/** Whether a column of a strip is visible. */
const isIn = (strip: Strip, at: number): boolean => at >= 0 && at < strip.width;

export class OverlayPainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #pen: CanvasRenderingContext2D;
  #values = new Float64Array(0);

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#pen = canvas.getContext('2d') as CanvasRenderingContext2D;
  }

  /** Draws everything. */
  paint(overlay: Overlay): void {
    const { scene } = overlay;
    if (this.#canvas.width !== scene.width || this.#canvas.height !== scene.height) {
      this.#canvas.width = scene.width;
      this.#canvas.height = scene.height;
    } else this.#pen.clearRect(0, 0, scene.width, scene.height);
    this.#pen.lineJoin = 'round';
    this.#axes(overlay);
    this.#marks(overlay);
    if (overlay.deadBand !== null) for (const strip of scene.strips) this.#ticks(overlay, strip, overlay.deadBand);
    if (overlay.caliper) this.#caliper(overlay, overlay.caliper);
  }

  #axes(overlay: Overlay): void {
    const pen = this.#pen;
    const { scene, origin, colours, duration } = overlay;
    const { ratio, pixelsPerSecond } = scene;
    const step = labelStep(pixelsPerSecond / ratio);
    for (const { x, y, width, offset } of scene.axes) {
      const first = origin + offset;
      pen.textAlign = 'center';
      pen.textBaseline = 'top';
      pen.font = fontOf(11, scene.ratio);
      for (let k = Math.ceil(first / pixelsPerSecond / step - 1e-6); ; k++) {
        const at = Math.round(k * step * pixelsPerSecond) - first;
        if (at >= width || k * step > duration) break;
        pen.fillStyle = colours.label;
        pen.fillRect(x + at, y, ratio, 3 * ratio);
        const text = axisTime(k * step, step);
        const half = pen.measureText(text).width / 2;
        if (at < half || at + half > width) continue;
        pen.fillText(text, x + at, y + 4 * ratio);
      }
    }
  }

  /** Ticks stand at the bottom of the row, clear of the trace, each below the sample that has the new sign. */
  #ticks(overlay: Overlay, strip: Strip, deadBand: number): void {
    const { scene, origin, channels, waveforms, colours } = overlay;
    if (strip.channel === null || !overlay.isCounted(strip.channel)) return;
    const channel = channels[strip.channel] as Channel;
    const { pixelsPerSecond, ratio } = scene;
    // Counting begins anew with the window, as in the panel beside.
    const start = Math.max(0, Math.ceil((origin / pixelsPerSecond) * channel.samplingRate - 1e-6));
    const end = Math.ceil(((origin + strip.offset + strip.width) / pixelsPerSecond) * channel.samplingRate - 1e-6);
    const pieces = waveforms.samples(strip.channel, start / channel.samplingRate, end / channel.samplingRate);
    if (!pieces) return;
    const values = this.#emptyValues(Math.max(0, end - start));
    for (const { first, low, missing } of pieces) {
      const stop = Math.min(low.length, end - first);
      for (let i = Math.max(0, start - first); i < stop; i++) {
        const stored = low[i] as number;
        if (stored !== missing) values[first + i - start] = (stored - channel.zeroLevel) / channel.gain;
      }
    }
    const pen = this.#pen;
    pen.fillStyle = colours.annotation;
    const height = Math.round(6 * ratio);
    const wide = Math.max(1, Math.round(ratio));
    let before = -1;
    for (const place of crossingPlaces(values, { deadBand, gaps: 'break' })) {
      const column = Math.floor(((start + place) * pixelsPerSecond) / channel.samplingRate) - origin - strip.offset;
      if (column < 0 || column >= strip.width || column === before) continue;
      before = column;
      pen.fillRect(strip.x + column, strip.rowBottom - height - 2 * ratio, wide, height);
    }
  }

  /** One array for all leads and frames. */
  #emptyValues(length: number): Float64Array {
    if (this.#values.length < length) this.#values = new Float64Array(length * 2);
    return this.#values.subarray(0, length).fill(NaN);
  }

  #marks(overlay: Overlay): void {
    const { scene, origin, marks, colours, channels, labelEnds } = overlay;
    const { pixelsPerSecond, ratio } = scene;
    const pen = this.#pen;
    pen.textAlign = 'center';
    pen.textBaseline = 'top';
    for (const block of scene.blocks) {
      let free = -Infinity;
      for (const mark of marks) {
        const at = Math.round(mark.at * pixelsPerSecond) - origin - block.offset;
        const width = Math.round((mark.duration ?? 0) * pixelsPerSecond);
        if (at > block.width || at + width < 0) continue;
        const own = mark.channel === null ? null : channels.findIndex(({ name }) => name === mark.channel);
        const strip = own === null ? block.strips[0] : block.strips.find(({ channel }) => channel === own);
        if (!strip) continue;
        // One at the very end of the recording is drawn on the last pixel.
        const x = block.x + Math.max(0, Math.min(at, block.width - Math.ceil(ratio)));
        const labelEnd = labelEnds.get(strip) ?? 0;
        const [high, low] = [strip.rowTop + ratio, strip.rowTop + LABEL_HEIGHT * ratio];
        pen.fillStyle = colours.annotation;
        if (width > 0) {
          const end = block.x + Math.min(at + width, block.width);
          const middle = Math.max(x, Math.min(end, labelEnd));
          pen.fillRect(x, low, middle - x, 2 * ratio);
          pen.fillRect(middle, high, end - middle, 2 * ratio);
        }
        if (at < 0) continue;
        pen.fillRect(x, x < labelEnd ? low : high, ratio, 6 * ratio);
        const text = shortName(mark);
        const wide = (text.length * 8 + 6) * ratio;
        if (at < free || x - wide / 2 < labelEnd || at + wide / 2 > block.width) continue;
        free = at + wide;
        this.#marked(text.slice(0, 24), x, strip.rowTop + 7 * ratio, overlay);
      }
    }
  }

  /** Text on a ground of paper: cheaper than a halo, as there may be many. */
  #marked(text: string, x: number, y: number, { scene: { ratio }, colours }: Overlay): void {
    const pen = this.#pen;
    pen.font = fontOf(11, ratio, true);
    const half = pen.measureText(text).width / 2 + ratio;
    pen.fillStyle = colours.paper;
    pen.fillRect(x - half, y, 2 * half, 12 * ratio);
    pen.fillStyle = colours.annotation;
    pen.fillText(text, x, y);
  }

  #caliper(overlay: Overlay, caliper: Caliper): void {
    const { scene, origin, colours, channels } = overlay;
    const pen = this.#pen;
    const { ratio, pixelsPerSecond } = scene;
    const rate = (channels[caliper.channel] as Channel).samplingRate;
    const xOf = (strip: Strip, sample: number): number =>
      Math.floor((sample / rate) * pixelsPerSecond) - origin - strip.offset;
    const wide = Math.max(1, Math.round(ratio));
    pen.fillStyle = colours.caliper;
    for (const block of scene.blocks) {
      const [strip] = block.strips;
      if (!strip) continue;
      if (caliper.isMarching) {
        pen.globalAlpha = 0.5;
        const range = [
          (origin + block.offset) / pixelsPerSecond,
          (origin + block.offset + block.width) / pixelsPerSecond,
        ];
        for (const place of marchingPlaces(caliper, (range[0] as number) * rate, (range[1] as number) * rate))
          pen.fillRect(block.x + xOf(strip, place), block.top, wide, block.bottom - block.top);
        pen.globalAlpha = 1;
      }
      if (caliper.kind === 'time')
        for (const { sample } of [caliper.a, caliper.b]) {
          const at = xOf(strip, sample);
          if (isIn(strip, at)) pen.fillRect(block.x + at, block.top, wide, block.bottom - block.top);
        }
    }
    for (const strip of scene.strips.filter(({ channel }) => channel === caliper.channel))
      this.#onStrip(overlay, caliper, strip, xOf, wide);
  }

  #onStrip(
    overlay: Overlay,
    caliper: Caliper,
    strip: Strip,
    xOf: (strip: Strip, sample: number) => number,
    wide: number,
  ): void {
    const { scene, colours, reading } = overlay;
    const { ratio } = scene;
    const pen = this.#pen;
    const yOf = ({ value }: Point): number => Math.round(strip.y - (value - strip.base) * strip.height);
    const [a, b] = [xOf(strip, caliper.a.sample), xOf(strip, caliper.b.sample)];
    pen.fillStyle = colours.caliper;
    if (caliper.kind === 'voltage')
      for (const point of [caliper.a, caliper.b]) {
        const y = yOf(point);
        if (y > strip.rowTop && y < strip.rowBottom) pen.fillRect(strip.x, y, strip.width, wide);
      }
    for (const handle of ['a', 'b'] as const) {
      const at = handle === 'a' ? a : b;
      if (!isIn(strip, at)) continue;
      const size = (handle === caliper.active ? 9 : 5) * ratio;
      const y = Math.max(strip.rowTop, Math.min(strip.rowBottom, yOf(caliper[handle])));
      pen.fillRect(strip.x + at - size / 2 + wide / 2, y - size / 2, size, size);
    }
    const left = Math.max(0, Math.min(a, b));
    const right = Math.min(strip.width, Math.max(a, b));
    if (right < left) return;
    // Below the marks.
    const y = strip.rowTop + Math.round(Math.max(36 * ratio, (strip.rowBottom - strip.rowTop) * 0.2));
    pen.fillRect(strip.x + left, y, right - left, wide);
    pen.textAlign = 'center';
    pen.textBaseline = 'bottom';
    const half = (pen.measureText(reading).width / 2) * 1.1;
    const x = Math.max(strip.x + half, Math.min(strip.x + (left + right) / 2, scene.width - half));
    haloText(pen, overlay, reading, x, y - 3 * ratio, colours.caliper, fontOf(13, ratio, true));
  }
}

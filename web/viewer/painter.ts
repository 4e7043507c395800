/**
 * Draws the lower layer: paper and traces, in whole device pixels. When the window has only moved, the picture is moved
 * with it, and only what is new at its edge is drawn.
 */
import type { Preferences } from '../preferences.ts';
import type { Colours } from './colours.ts';
import { Columns, gapsIn } from './columns.ts';
import { timeGrid, voltageGrid } from './grid.ts';
import type { Block, Scene, Strip } from './scene.ts';
import { type Channel, outsideOf, pathOf, type Place, type Trace, traceOf } from './trace.ts';
import type { Waveforms } from './waveforms.ts';

/** A channel of another ECG, and its height on the paper. */
export interface UnderLead extends Channel {
  /** Number of the channel in its recording. */
  number: number;
  /** Device pixels per physical unit. */
  height: number;
  /** The physical value at the line of the strip. */
  base: number;
}

/** Another ECG, drawn under the traces. */
export interface Under {
  waveforms: Waveforms;
  /** By number of the channel that is drawn over it; null: none. */
  leads: readonly (UnderLead | null)[];
  /** Seconds from a time of the present ECG to the time of the other one at the same place. */
  shift: number;
}

export interface Picture {
  scene: Scene;
  /** The first column of the window. */
  origin: number;
  waveforms: Waveforms;
  channels: readonly Channel[];
  under: Under | null;
  colours: Colours;
  /** Seconds of the recording: beyond its end there is no paper. */
  duration: number;
  /** Written where a lead has no samples. */
  noSignal: string;
  /** Whether the zero line of each lead is drawn. */
  zeroLines: boolean;
  grid: Preferences['grid'];
}

/** What the latest painting cost; read by the benchmark. */
export interface Painting {
  kind: 'full' | 'pan';
  milliseconds: number;
}

/** Columns around what is drawn that are looked at, too: for lines across the edge, and for texts in gaps. */
const AROUND = 64;
const WORD_EVERY = 192;
/** Device pixels per CSS pixel from which lines of one device pixel are too thin. */
const FINE = 1.5;

const aroundOf = (ratio: number): number => AROUND * Math.ceil(ratio);

export class Painter {
  lastPainting: Painting = { kind: 'full', milliseconds: 0 };
  readonly #canvas: HTMLCanvasElement;
  readonly #pen: CanvasRenderingContext2D;
  readonly #columns = new Columns();
  readonly #underColumns = new Columns();
  #last: { picture: Picture; revision: number } | null = null;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#pen = canvas.getContext('2d', { alpha: false }) as CanvasRenderingContext2D;
  }

  /** Draws a picture. */
  paint(picture: Picture): void {
    const begin = performance.now();
    const { scene, waveforms } = picture;
    const revision = waveforms.revision.peek() + (picture.under?.waveforms.revision.peek() ?? 0);
    const before = this.#last;
    const moved = picture.origin - (before?.picture.origin ?? 0);
    const isSame =
      before !== null &&
      before.revision === revision &&
      before.picture.scene === scene &&
      before.picture.colours === picture.colours &&
      before.picture.zeroLines === picture.zeroLines &&
      before.picture.grid === picture.grid &&
      before.picture.noSignal === picture.noSignal &&
      before.picture.waveforms === waveforms &&
      before.picture.under === picture.under;
    const isMoved = isSame && Math.abs(moved) < Math.min(...scene.blocks.map(({ width }) => width));
    if (isMoved && moved === 0) return;
    if (isMoved) this.#move(picture, moved);
    else this.#all(picture);
    this.#last = { picture, revision };
    this.lastPainting = { kind: isMoved ? 'pan' : 'full', milliseconds: performance.now() - begin };
  }

  #all(picture: Picture): void {
    const { scene, colours } = picture;
    if (this.#canvas.width !== scene.width || this.#canvas.height !== scene.height) {
      this.#canvas.width = scene.width;
      this.#canvas.height = scene.height;
    }
    this.#pen.fillStyle = colours.paper;
    this.#pen.fillRect(0, 0, scene.width, scene.height);
    for (const block of scene.blocks) this.#block(picture, block, 0, block.width);
  }

  /**
   * Moves the picture as a whole: one copy, since each copy of a canvas into itself waits for what was drawn before.
   * @param by columns; positive: later
   */
  #move(picture: Picture, by: number): void {
    const { blocks, width, height } = picture.scene;
    const left = blocks[0]?.x ?? 0;
    const kept = width - left - Math.abs(by);
    const [source, target] = by > 0 ? [left + by, left] : [left, left - by];
    this.#pen.drawImage(this.#canvas, source, 0, kept, height, target, 0, kept, height);
    // What has moved out of a column into the space beside it.
    this.#pen.fillStyle = picture.colours.paper;
    for (const { x, width: wide, top, bottom } of blocks) {
      const next = blocks.find((other) => other.x > x && other.top < bottom && other.bottom > top);
      this.#pen.fillRect(x + wide, top, (next?.x ?? width) - x - wide, bottom - top);
    }
    for (const block of blocks) {
      // Two columns more: a line that ended at the old edge goes on.
      if (by > 0) this.#block(picture, block, Math.max(0, block.width - by - 2), block.width);
      else this.#block(picture, block, 0, Math.min(block.width, 2 - by));
    }
  }

  /** Draws the part of a block between two of its columns. */
  #block(picture: Picture, block: Block, from: number, to: number): void {
    const pen = this.#pen;
    const { scene, colours, duration } = picture;
    const first = picture.origin + block.offset + from;
    const x = block.x + from;
    const width = to - from;
    pen.save();
    pen.beginPath();
    pen.rect(x, block.top, width, block.bottom - block.top);
    pen.clip();
    pen.fillStyle = colours.paper;
    pen.fillRect(x, block.top, width, block.bottom - block.top);
    this.#lines(picture, block, x, first, width);
    const end = Math.ceil(duration * scene.pixelsPerSecond) - first;
    if (end < width) {
      pen.fillStyle = colours.outside;
      pen.fillRect(x + Math.max(0, end), block.top, width, block.bottom - block.top);
    }
    for (const strip of block.strips) this.#strip(picture, strip, x, first, Math.min(width, end));
    pen.restore();
  }

  #lines(
    { scene, colours, zeroLines, grid: kept }: Picture,
    block: Block,
    x: number,
    first: number,
    width: number,
  ): void {
    const pen = this.#pen;
    const { ratio, pixelsPerSecond, pixelsPerMm } = scene;
    const time = timeGrid(pixelsPerSecond / ratio);
    const height = block.bottom - block.top;
    const across = block.strips.map((strip) => ({
      strip,
      grid: strip.gain === null ? null : voltageGrid((strip.gain * pixelsPerMm) / ratio),
    }));
    const hasMinor =
      kept === 'all' && time.minor !== null && across.every(({ grid }) => grid === null || grid.minor !== null);
    for (const kind of ['minor', 'major'] as const) {
      const step = time[kind];
      if (step === null || (kind === 'minor' && !hasMinor) || kept === 'none') continue;
      const wide = kind === 'major' ? Math.max(1, Math.round(ratio)) : 1;
      const spacing = step * pixelsPerSecond;
      // Many single rectangles are drawn faster than one path of them.
      pen.fillStyle = colours[kind];
      for (let k = Math.ceil((first - wide) / spacing); k * spacing < first + width; k++)
        pen.fillRect(x + Math.round(k * spacing) - first, block.top, wide, height);
      for (const { strip, grid } of across) {
        const apart = grid?.[kind];
        if (!apart || strip.gain === null) continue;
        const rise = apart * strip.gain * pixelsPerMm;
        for (let k = Math.ceil((strip.y - strip.rowBottom) / rise); k <= (strip.y - strip.rowTop) / rise; k++)
          pen.fillRect(x, strip.y - Math.round(k * rise), width, wide);
      }
    }
    if (!zeroLines) return;
    pen.fillStyle = colours.caliper;
    for (const strip of block.strips) {
      const y = Math.round(strip.y + strip.base * strip.height);
      if (strip.channel !== null && y > strip.top && y < strip.bottom) pen.fillRect(x, y, width, 1);
    }
  }

  #strip(picture: Picture, strip: Strip, x: number, first: number, width: number): void {
    const { channel: number, top, bottom } = strip;
    if (number === null || width <= 0) return;
    const pen = this.#pen;
    const { scene, waveforms, colours, under } = picture;
    const { pixelsPerSecond, ratio } = scene;
    const own = traceOf(waveforms, number, picture.channels[number] as Channel, strip, pixelsPerSecond);
    const place = { x, first, width };
    this.#fill(own, this.#columns, place, ratio);
    pen.save();
    pen.beginPath();
    pen.rect(x, top, width, bottom - top);
    pen.clip();
    this.#gaps(picture, strip, x - aroundOf(ratio));
    const isFine = ratio >= FINE;
    const lead = under?.leads[number];
    if (under && lead) {
      const other = traceOf(under.waveforms, lead.number, lead, { ...lead, y: strip.y }, pixelsPerSecond);
      const shifted = { ...place, first: first + Math.round(under.shift * pixelsPerSecond) };
      this.#fill(other, this.#underColumns, shifted, ratio);
      const pens = { line: colours.under, mark: colours.under, offsets: isFine ? [-1, 0, 1] : [0, 1] };
      this.#trace(other, this.#underColumns, shifted, strip, ratio, pens);
    }
    const pens = { line: colours.trace, mark: colours.annotation, offsets: isFine ? [0, 0.6] : [0] };
    this.#trace(own, this.#columns, place, strip, ratio, pens);
    pen.restore();
  }

  /**
   * A trace, and marks at the edge of the row where it is above or below it.
   * @param pens colours, and where the line is drawn again: strokes of exactly one device pixel are drawn many times
   * faster than wider ones
   */
  #trace(
    trace: Trace,
    columns: Columns,
    place: Place,
    { top, bottom }: Strip,
    ratio: number,
    pens: { line: string; mark: string; offsets: readonly number[] },
  ): void {
    const pen = this.#pen;
    const around = aroundOf(ratio);
    const path = pathOf(trace, place, columns, around);
    pen.strokeStyle = pens.line;
    pen.lineWidth = 1;
    pen.lineJoin = 'bevel';
    for (const offset of pens.offsets) {
      pen.translate(offset, offset);
      pen.stroke(path);
      pen.translate(-offset, -offset);
    }
    pen.fillStyle = pens.mark;
    const wide = Math.max(2, Math.round(2 * ratio));
    outsideOf(trace, columns, { top, bottom }, (at, isAbove) =>
      pen.fillRect(place.x - around + at, isAbove ? top : bottom - wide, 1, wide),
    );
  }

  #fill({ waveforms, number, pixelsPerSecond }: Trace, columns: Columns, place: Place, ratio: number): void {
    const around = aroundOf(ratio);
    columns.reset(place.first - around, place.width + 2 * around);
    waveforms.fill(number, columns, pixelsPerSecond);
  }

  #gaps({ scene, colours, noSignal }: Picture, strip: Strip, x: number): void {
    const pen = this.#pen;
    const { first } = this.#columns;
    const every = Math.round(WORD_EVERY * scene.ratio);
    const room = AROUND * scene.ratio;
    pen.font = `${Math.round(12 * scene.ratio)}px system-ui, sans-serif`;
    pen.textAlign = 'center';
    pen.textBaseline = 'middle';
    for (const [from, to] of gapsIn(this.#columns)) {
      pen.fillStyle = colours.gap;
      pen.fillRect(x + from, strip.top, to - from, strip.bottom - strip.top);
      pen.fillStyle = colours.label;
      for (let k = Math.ceil((first + from + room / 2) / every); k * every + room / 2 <= first + to; k++)
        pen.fillText(noSignal, x + k * every - first, (strip.top + strip.bottom) / 2);
    }
  }
}

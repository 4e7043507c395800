/** Draws the middle layer, which stays while the window moves: names of leads, pulses, and lines between columns. */
import type { Colours } from './colours.ts';
import type { Scene, Strip } from './scene.ts';

export interface Labels {
  scene: Scene;
  colours: Colours;
  selected: number;
  /** Written at leads: those not recorded, and those without a scale. */
  remark: (strip: Strip) => string;
  /** Whatever else the texts depend on: drawn again when it changes. */
  key: string;
}

/** @param px CSS pixels */
export const fontOf = (px: number, ratio: number, isBold = false): string =>
  `${isBold ? '600 ' : ''}${Math.round(px * ratio)}px system-ui, sans-serif`;

/** Text with a halo of paper, so that lines behind it do not strike it. */
export function haloText(
  pen: CanvasRenderingContext2D,
  { scene, colours }: Pick<Labels, 'scene' | 'colours'>,
  text: string,
  x: number,
  y: number,
  colour: string,
  font: string,
): void {
  pen.font = font;
  pen.lineJoin = 'round';
  pen.strokeStyle = colours.paper;
  pen.lineWidth = 3 * scene.ratio;
  pen.strokeText(text, x, y);
  pen.fillStyle = colour;
  pen.fillText(text, x, y);
}

/** Height of the room for labels at the top of a row, in CSS pixels. */
export const LABEL_HEIGHT = 17;

export class LabelPainter {
  /** Where the label of each strip ends, in device pixels. */
  readonly ends = new Map<Strip, number>();
  readonly #canvas: HTMLCanvasElement;
  readonly #pen: CanvasRenderingContext2D;
  #last: Labels | null = null;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#pen = canvas.getContext('2d') as CanvasRenderingContext2D;
  }

  /** Draws everything, unless it is there already. */
  paint(labels: Labels): void {
    const { scene, colours, selected, key } = labels;
    const last = this.#last;
    const isSame = last?.scene === scene && last.colours === colours && last.selected === selected && last.key === key;
    if (isSame) return;
    this.#last = labels;
    this.#canvas.width = scene.width;
    this.#canvas.height = scene.height;
    this.#pulses(labels);
    this.#separators(labels);
    this.ends.clear();
    for (const strip of scene.strips) this.#label(labels, strip);
  }

  #pulses({ scene, colours }: Labels): void {
    const pen = this.#pen;
    pen.strokeStyle = colours.trace;
    pen.lineWidth = Math.max(1, Math.round(scene.ratio));
    const half = pen.lineWidth % 2 === 1 ? 0.5 : 0;
    const foot = Math.round(scene.pixelsPerMm);
    for (const { x, y, heights, width } of scene.pulses) {
      let left = x - (width + foot) * Math.max(1, heights.length) - foot;
      pen.beginPath();
      pen.moveTo(left + half, y + half);
      for (const height of heights) {
        left += foot;
        pen.lineTo(left + half, y + half);
        pen.lineTo(left + half, y - height + half);
        pen.lineTo(left + width + half, y - height + half);
        pen.lineTo(left + width + half, y + half);
        left += width;
      }
      pen.lineTo(x - foot + half, y + half);
      pen.stroke();
    }
  }

  /** Columns are divided by a line, so that two leads are not read as one. */
  #separators({ scene, colours }: Labels): void {
    const left = scene.strips[0]?.x ?? 0;
    this.#pen.fillStyle = colours.label;
    for (const { x, top, bottom } of scene.blocks)
      if (x > left)
        this.#pen.fillRect(x - Math.round(scene.pixelsPerMm), top + 4 * scene.ratio, 1, bottom - top - 8 * scene.ratio);
  }

  #label(labels: Labels, strip: Strip): void {
    const { scene, colours, selected } = labels;
    const { ratio } = scene;
    const pen = this.#pen;
    pen.textAlign = 'left';
    pen.textBaseline = 'top';
    const isSelected = strip.channel !== null && strip.channel === selected;
    const x = strip.x + 4 * ratio;
    const y = strip.rowTop + 2 * ratio;
    if (isSelected) {
      pen.fillStyle = colours.caliper;
      pen.fillRect(strip.x, strip.rowTop + 2 * ratio, 2 * ratio, 15 * ratio);
    }
    haloText(pen, labels, strip.label, x, y, isSelected ? colours.caliper : colours.label, fontOf(13, ratio, true));
    const beside = x + pen.measureText(strip.label).width + 6 * ratio;
    const remark = labels.remark(strip);
    if (remark !== '') haloText(pen, labels, remark, beside, y + ratio, colours.label, fontOf(11, ratio));
    this.ends.set(strip, remark === '' ? beside : beside + pen.measureText(remark).width + 6 * ratio);
  }
}

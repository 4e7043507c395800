/**
 * Lays out the paper on the screen, with the rows, columns, scales and heights of `src/paper`. All positions are whole
 * device pixels. Times are counted in columns of one device pixel from the start of the recording, so that moving the
 * window by n pixels moves every point by exactly n pixels.
 */
import { columnsOf, rowsOf } from '../../src/paper/layouts.ts';
import { fitted } from '../../src/paper/rows.ts';
import { gainOfV, isChestLead, stripScale } from '../../src/paper/scale.ts';
import type { Extent, PaperChannel, Strip as PaperStrip } from '../../src/paper/types.ts';
import type { View } from './view.ts';

/**
 * A pulse is 5 mm wide at every speed: 0.2 s at 25 mm/s. The room for it left of the traces must not depend on the
 * speed, since the time under the pointer stays where it is when one zooms.
 */
const PULSE_WIDTH = 5;
/** Space left of the traces for one pulse, and for one of the limb leads and one of the V leads, in mm. */
const PULSE_LANE = 9;
const TWO_PULSES_LANE = 15;
/** Between two columns. */
const COLUMN_GAP = 2;
/** Recordings shorter than this, such as median beats, are shown whole in every column. */
const CUT_FROM = 9.8;
/** For the seconds below the rows. */
const AXIS = 5;
/** Space above the first row. */
const TOP = 1;

/** The room for the paper. */
export interface Stage {
  /** Device pixels. */
  width: number;
  height: number;
  /** Device pixels per CSS pixel. */
  ratio: number;
  /** Device pixels per millimetre. */
  pixelsPerMm: number;
}

export interface Strip {
  channel: number | null;
  label: string;
  row: number;
  x: number;
  width: number;
  /** The trace is drawn between these. */
  top: number;
  bottom: number;
  /** The row, with the room for the label. */
  rowTop: number;
  rowBottom: number;
  /** The line of `base`. */
  y: number;
  /** Columns from the beginning of the window to that of the strip. */
  offset: number;
  /** Device pixels per physical unit. */
  height: number;
  base: number;
  /** mm per millivolt; null: not to scale. */
  gain: number | null;
}

/** Strips one below the other that show the same times: their lines of time are drawn together. */
export interface Block {
  x: number;
  width: number;
  top: number;
  bottom: number;
  offset: number;
  strips: Strip[];
}

export interface Scene {
  width: number;
  height: number;
  ratio: number;
  pixelsPerMm: number;
  pixelsPerSecond: number;
  /** Columns of the window, from its beginning to its end. */
  columns: number;
  /** Seconds of the window. */
  seconds: number;
  blocks: Block[];
  strips: Strip[];
  /** One for each row: heights of 1 mV, in device pixels; empty if nothing in it is to scale. */
  pulses: { row: number; x: number; y: number; heights: number[]; width: number }[];
  /** Where seconds are written: below `y`. */
  axes: { x: number; y: number; width: number; offset: number }[];
  speed: number;
  gain: number;
  gainV: number;
}

/** The width of the traces of a stage, in mm. */
export const traceMm = ({ width, pixelsPerMm }: Stage): number =>
  Math.max(1, (width - Math.round(TWO_PULSES_LANE * pixelsPerMm)) / pixelsPerMm);

/** Lays out a view. @param extents of the channels in the recording; null if they are not known or not typical */
export function sceneOf(
  channels: readonly PaperChannel[],
  extents: readonly (Extent | null)[],
  view: View,
  stage: Stage,
  duration: number,
): Scene {
  const { ratio, pixelsPerMm: mm } = stage;
  const pixelsPerSecond = view.speed * mm;
  const left = Math.round((view.halfGainV ? TWO_PULSES_LANE : PULSE_LANE) * mm);
  const room = Math.max(1, stage.width - left);
  const count = columnsOf(view.layout);
  const gap = count > 1 ? Math.round(COLUMN_GAP * mm) : 0;
  const isContinuous = count === 1 || duration >= CUT_FROM;
  const whole = Math.max(1, Math.ceil(duration * pixelsPerSecond));
  const column = Math.max(
    1,
    Math.min(Math.floor((room - gap * (count - 1)) / count), isContinuous ? Math.ceil(whole / count) : whole),
  );
  const columns = isContinuous ? column * count : column;
  const gainV = gainOfV(channels, extents, view.gain, view.halfGainV ? 'half' : 'same');
  const scales = channels.map((channel, i) =>
    stripScale(channel, isChestLead(channel) ? gainV : view.gain, extents[i] ?? null),
  );
  const cells = rowsOf(channels, view.layout).filter((row) => isContinuous || row.length === count);
  const planned = cells.map((row) => {
    const strips = row.map((cell): PaperStrip => ({
      ...EMPTY,
      ...cell,
      ...((cell.channel === null ? undefined : scales[cell.channel]) ?? { height: 0, base: 0, gain: null }),
    }));
    return { strips, ...heightOf(strips, extents) };
  });
  /** Whether the row below shows other times, so that the seconds must be written between them. */
  const isAxisBelow = (row: number): boolean => planned[row + 1]?.strips.length !== planned[row]?.strips.length;
  const needed = planned.reduce((sum, { up, down }, row) => sum + up + down + (isAxisBelow(row) ? AXIS : 0), TOP);
  const spare = Math.max(0, Math.min(8, Math.floor((stage.height / mm - needed) / Math.max(1, planned.length))));

  const scene: Scene = {
    width: stage.width,
    height: 0,
    ratio,
    pixelsPerMm: mm,
    pixelsPerSecond,
    columns,
    seconds: columns / pixelsPerSecond,
    blocks: [],
    strips: [],
    pulses: [],
    axes: [],
    speed: view.speed,
    gain: view.gain,
    gainV,
  };
  let top = Math.round(TOP * mm);
  for (const [row, { strips, up, down, above }] of planned.entries()) {
    const y = top + Math.round((up + Math.ceil(spare / 2)) * mm);
    const bottom = y + Math.round((down + Math.floor(spare / 2)) * mm);
    const isWide = strips.length < count;
    for (const [i, strip] of strips.entries()) {
      scene.strips.push({
        channel: strip.channel,
        label: strip.label,
        row,
        x: left + i * (column + gap),
        width: isWide ? columns : column,
        top: top + Math.round(above * mm * 0.5),
        bottom,
        rowTop: top,
        rowBottom: bottom,
        y,
        offset: isContinuous ? i * column : 0,
        height: strip.height * mm,
        base: strip.base,
        gain: strip.gain,
      });
    }
    scene.pulses.push({ row, x: left, y, heights: pulsesOf(strips, mm), width: Math.round(PULSE_WIDTH * mm) });
    top = bottom + (isAxisBelow(row) ? Math.round(AXIS * mm) : 0);
  }
  scene.blocks = blocksOf(scene.strips);
  scene.axes = scene.blocks.map(({ x, width, offset, bottom }) => ({ x, y: bottom, width, offset }));
  scene.height = Math.max(top, stage.height);
  return scene;
}

const EMPTY: Omit<PaperStrip, 'channel' | 'label' | 'height' | 'base' | 'gain'> = {
  x: 0,
  y: 0,
  width: 0,
  clipTop: 0,
  clipBottom: 0,
  from: 0,
  to: 0,
};

function heightOf(
  strips: PaperStrip[],
  extents: readonly (Extent | null)[],
): { up: number; down: number; above: number } {
  const { up, down, above } = fitted(strips, extents, { marks: false, ticks: false });
  return { up, down, above };
}

/** Heights of the pulses of a row: one, or two if its V leads have another gain. */
function pulsesOf(strips: readonly PaperStrip[], mm: number): number[] {
  const gains = new Set(strips.map(({ gain }) => gain).filter((gain) => gain !== null));
  return [...gains].map((gain) => Math.round(gain * mm));
}

function blocksOf(strips: readonly Strip[]): Block[] {
  const blocks: Block[] = [];
  for (const strip of strips) {
    const found = blocks.find(
      ({ x, width, offset, bottom }) =>
        x === strip.x && width === strip.width && offset === strip.offset && bottom === strip.rowTop,
    );
    if (found) {
      found.strips.push(strip);
      found.bottom = strip.rowBottom;
    } else {
      const { x, width, rowTop, rowBottom, offset } = strip;
      blocks.push({ x, width, top: rowTop, bottom: rowBottom, offset, strips: [strip] });
    }
  }
  return blocks;
}

/** The strip at a place, or the nearest one. */
export function stripAt(scene: Scene, x: number, y: number): Strip | undefined {
  let found: Strip | undefined;
  let least = Infinity;
  for (const strip of scene.strips) {
    const beside = Math.max(strip.x - x, 0, x - strip.x - strip.width);
    const above = Math.max(strip.rowTop - y, 0, y - strip.rowBottom);
    if (beside + above >= least) continue;
    least = beside + above;
    found = strip;
  }
  return found;
}

/** The first column of the window. */
export const originOf = (view: View, scene: Scene): number => Math.round(view.from * scene.pixelsPerSecond);

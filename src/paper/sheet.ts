/** The layout of a sheet: rows, columns and the time range of each strip. */
import type { CanonicalLead } from '../signal/leads.ts';
import type { Layout, PaperChannel, Sheet, Strip } from './types.ts';

/** Space for the calibration pulse, left of every row. */
export const MARGIN_LEFT = 15;
const MARGIN_RIGHT = 5;
/** Enough for the lines of text. */
const MIN_WIDTH = 120;
/** Space for the line of text above the first row. */
const MARGIN_TOP = 15;
/** Space for the line below the last row. */
const MARGIN_BOTTOM = 10;
/**
 * The distance between two rows: in millivolts, and the minimum in mm. It is a whole number of pairs of large boxes, so
 * that zero lines coincide with lines of the paper.
 */
const ROW_MILLIVOLTS = 3;
const DENSE_ROW_MILLIVOLTS = 2;
const MIN_ROW = 20;
const ROW_STEP = 10;

/** Rows of leads, left to right; each column continues where the previous one ends. */
const GRIDS: Record<Exclude<Layout, 'stacked'>, readonly (readonly CanonicalLead[])[]> = {
  '3x4': [
    ['I', 'aVR', 'V1', 'V4'],
    ['II', 'aVL', 'V2', 'V5'],
    ['III', 'aVF', 'V3', 'V6'],
  ],
  '6x2': [
    ['I', 'V1'],
    ['II', 'V2'],
    ['III', 'V3'],
    ['aVR', 'V4'],
    ['aVL', 'V5'],
    ['aVF', 'V6'],
  ],
  '12x1': [['I'], ['II'], ['III'], ['aVR'], ['aVL'], ['aVF'], ['V1'], ['V2'], ['V3'], ['V4'], ['V5'], ['V6']],
};
/** The lead along the bottom of the 3×4 sheet. */
const RHYTHM: CanonicalLead = 'II';

export interface SheetOptions {
  layout: Layout;
  speed: number;
  gain: number;
  /** Seconds from the start of the recording. */
  from: number;
  to: number;
}

/** The default layout for a recording: 3×4 if it has the twelve standard leads, otherwise its channels stacked. */
export function usualLayout(channels: readonly Pick<PaperChannel, 'lead'>[]): Layout {
  const leads = new Set(channels.map((channel) => channel.lead));
  return GRIDS['12x1'].every(([lead]) => lead !== undefined && leads.has(lead)) ? '3x4' : 'stacked';
}

/** Width of a sheet for a number of seconds, in mm. */
export const sheetWidth = (seconds: number, speed: number): number =>
  Math.max(MIN_WIDTH, MARGIN_LEFT + seconds * speed + MARGIN_RIGHT);

/** Lays out a sheet. `stacked` uses the channels in their order; the other layouts find their channels by lead. */
export function layOut(channels: readonly PaperChannel[], { layout, speed, gain, from, to }: SheetOptions): Sheet {
  const dense = layout === 'stacked' || layout === '12x1';
  const pitch = Math.max(
    MIN_ROW,
    Math.ceil(((dense ? DENSE_ROW_MILLIVOLTS : ROW_MILLIVOLTS) * gain) / ROW_STEP) * ROW_STEP,
  );
  const rows = rowsOf(channels, layout);
  const strips: Strip[] = [];
  const zeroLines = rows.map((_, row) => MARGIN_TOP + (row + 0.5) * pitch);
  for (const [row, cells] of rows.entries()) {
    const seconds = (to - from) / cells.length;
    for (const [column, cell] of cells.entries()) {
      const begin = from + column * seconds;
      strips.push({
        ...cell,
        x: MARGIN_LEFT + (begin - from) * speed,
        y: zeroLines[row] as number,
        from: begin,
        to: column === cells.length - 1 ? to : begin + seconds,
      });
    }
  }
  return {
    width: sheetWidth(to - from, speed),
    height: MARGIN_TOP + rows.length * pitch + MARGIN_BOTTOM,
    strips,
    rows: zeroLines,
    speed,
    gain,
    from,
    to,
  };
}

type Cell = Pick<Strip, 'channel' | 'label'>;

function rowsOf(channels: readonly PaperChannel[], layout: Layout): Cell[][] {
  if (layout === 'stacked') return channels.map(({ name }, channel) => [{ channel, label: name }]);
  const cell = (lead: CanonicalLead): Cell => {
    const channel = channels.findIndex((one) => one.lead === lead);
    return { channel: channel === -1 ? null : channel, label: lead };
  };
  const rows = GRIDS[layout].map((row) => row.map(cell));
  return layout === '3x4' ? [...rows, [cell(RHYTHM)]] : rows;
}

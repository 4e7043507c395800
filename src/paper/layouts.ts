/** The standard layouts: which leads stand in which row and column, and which times the columns show. */
import type { CanonicalLead } from '../signal/leads.ts';
import { type Layout, LINE_WIDTH, type PaperChannel, type Strip } from './types.ts';

/** Rows of leads, left to right. */
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

/**
 * Windows from about ten seconds on are cut, so that the columns continue each other. In shorter ones, such as a median
 * beat, and in a short rest of a long one, all columns begin at the same time and show as much as fits.
 */
const CUT_FROM = 9.8;

/** A lead of the sheet and its channel. */
export type Cell = Pick<Strip, 'channel' | 'label'>;

/** A time range in seconds, half-open. */
export interface TimeRange {
  from: number;
  to: number;
}

/** One pass over all leads: the times of its columns. Long windows need several. */
export interface System extends TimeRange {
  columns: TimeRange[];
  /** Whether the columns continue each other; otherwise all begin at the same time. */
  isContinuous: boolean;
}

/** Columns of a layout. */
export const columnsOf = (layout: Layout): number => (layout === '3x4' ? 4 : layout === '6x2' ? 2 : 1);

/**
 * The layout by default: 3×4 for the twelve standard leads if they can be read from it, 12×1 if a window of some
 * seconds would be cut, otherwise the channels stacked.
 */
export function usualLayout(
  channels: readonly Pick<PaperChannel, 'lead'>[],
  { from, to }: TimeRange,
  speed: number,
): Layout {
  const leads = new Set(channels.map((channel) => channel.lead));
  if (!GRIDS['12x1'].every(([lead]) => lead !== undefined && leads.has(lead))) return 'stacked';
  const isWhole = to - from >= CUT_FROM || (to - from) * speed <= LINE_WIDTH / columnsOf('3x4');
  return isWhole ? '3x4' : '12x1';
}

/** The rows of a layout. `stacked` uses the channels in their order; the others find their channels by lead. */
export function rowsOf(channels: readonly Pick<PaperChannel, 'name' | 'lead'>[], layout: Layout): Cell[][] {
  if (layout === 'stacked') return channels.map(({ name }, channel) => [{ channel, label: name }]);
  const cell = (lead: CanonicalLead): Cell => {
    const channel = channels.findIndex((one) => one.lead === lead);
    return { channel: channel === -1 ? null : channel, label: lead };
  };
  const rows = GRIDS[layout].map((row) => row.map(cell));
  return layout === '3x4' ? [...rows, [cell(RHYTHM)]] : rows;
}

/** Cuts a window into systems of at most `LINE_WIDTH`. */
export function systemsOf(columns: number, { from, to }: TimeRange, speed: number): System[] {
  const line = LINE_WIDTH / speed;
  const isCut = columns > 1 && to - from >= CUT_FROM;
  const systems: System[] = [];
  for (let at = from, count = 0; at < to; count++) {
    const rest = to - at;
    const isContinuous = columns === 1 || (isCut && rest > line / columns);
    const length = Math.min(rest, isContinuous ? line : line / columns);
    // A remainder that cannot be seen is rounding.
    const end = rest - length < 1e-6 ? to : at + length;
    systems.push({ from: at, to: end, isContinuous, columns: columnTimes(columns, at, end, isContinuous) });
    at = end;
  }
  return systems;
}

function columnTimes(columns: number, from: number, to: number, isContinuous: boolean): TimeRange[] {
  if (!isContinuous) return Array.from({ length: columns }, () => ({ from, to }));
  const at = (column: number): number => (column === columns ? to : from + ((to - from) * column) / columns);
  return Array.from({ length: columns }, (_, column) => ({ from: at(column), to: at(column + 1) }));
}

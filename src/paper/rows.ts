/** The heights of the rows: as much as their content needs, as little as a page has room for. */
import type { Extent, Strip } from './types.ts';

/** A row whose place on a page is not known yet. */
export interface PlannedRow {
  strips: Strip[];
  /** From the top to the zero line, and from there to the bottom. */
  up: number;
  down: number;
  /** How low it can be made, in the same parts. */
  leastUp: number;
  leastDown: number;
  /** At the top and at the bottom, where the trace does not go: for labels, marks and ticks. */
  above: number;
  below: number;
  /** For the seconds below it; 0 if a row below has the same. */
  axis: number;
}

/** What a row leaves room for: marks above the trace, and ticks below it. */
export interface Lanes {
  marks: boolean;
  ticks: boolean;
}

/** A large box of the paper, in mm. */
export const LARGE_BOX = 5;
/** For labels above the trace. */
const LABEL_LANE = 4;
export const MARK_LANE = 4;
export const TICK_LANE = 2.5;
const AXIS_LANE = 5;
/** A trace has at least this much room on both sides of the zero line, and at most this much. */
const LEAST_UP = 7;
const LEAST_DOWN = 4;
const MOST = 30;
/** What rows are moved apart at most. */
const MOST_APART = 10;
/** Between the trace and the bounds of its row. */
const AIR = 1;
/** Of an ECG whose values are not known. */
const USUAL = { up: 12, down: 6 };

/** A row that has the height its content needs. */
export function fitted(strips: Strip[], extents: readonly (Extent | null)[], lanes: Lanes): PlannedRow {
  let [high, low] = [LEAST_UP, LEAST_DOWN];
  for (const { channel, height, base, gain } of strips) {
    if (channel === null) continue;
    const extent = extents[channel];
    if (extent) {
      high = Math.max(high, (extent.high - base) * height + AIR);
      low = Math.max(low, (base - extent.low) * height + AIR);
    } else {
      const part = gain === null ? 1 : gain / 10;
      high = Math.max(high, USUAL.up * part);
      low = Math.max(low, USUAL.down * part);
    }
  }
  const marks = lanes.marks ? MARK_LANE : 0;
  const below = lanes.ticks ? TICK_LANE : 0;
  [high, low] = [Math.min(high, MOST), Math.min(low, MOST)];
  // Leads below each other can be divided between pages. Several columns stay one sheet, and rather lose a peak.
  const [leastHigh, leastLow] = strips.length === 1 ? [Math.ceil(high), Math.ceil(low)] : [LEAST_UP, LEAST_DOWN];
  return {
    strips,
    up: boxes(high + LABEL_LANE + marks),
    down: boxes(low + below),
    leastUp: leastHigh + marks,
    leastDown: leastLow + below,
    above: LABEL_LANE + marks,
    below,
    axis: 0,
  };
}

/** Rounds up to large boxes of the paper. */
export const boxes = (length: number): number => Math.ceil((length - 1e-6) / LARGE_BOX) * LARGE_BOX;

/**
 * Distributes systems over pages. Rows of a system that is too high for a page are made lower; only if that is not
 * enough, it is divided.
 * @param room for the rows of a page, in mm @param isFilled whether rows are moved apart to fill a page
 */
export function paged(systems: readonly (readonly PlannedRow[])[], room: number, isFilled: boolean): PlannedRow[][] {
  const pages: PlannedRow[][] = [];
  let left = 0;
  for (const system of systems) {
    for (const part of parts(system, room)) {
      const rows = withAxes(lowered(part, room - axesOf(part)));
      const height = heightOf(rows);
      if (height > left) {
        pages.push([]);
        left = room;
      }
      pages.at(-1)?.push(...rows);
      left -= height;
    }
  }
  return isFilled ? pages.map((rows) => spread(rows, room)) : pages;
}

/** Moves rows apart if there is room. */
function spread(rows: readonly PlannedRow[], room: number): PlannedRow[] {
  const more = Math.floor((room - heightOf(rows)) / rows.length / LARGE_BOX) * LARGE_BOX;
  return rows.map((row) => ({ ...row, down: row.down + Math.min(MOST_APART, more) }));
}

/** As few parts as possible, of rows that fit a page when they are as low as possible. */
function parts(rows: readonly PlannedRow[], room: number): PlannedRow[][] {
  const found: PlannedRow[][] = [];
  for (const row of rows) {
    const part = found.at(-1);
    if (part && lowest([...part, row]) <= room) part.push(row);
    else found.push([row]);
  }
  // Of as many rows each, if they fit.
  const size = Math.ceil(rows.length / found.length);
  const even = found.map((_, i) => rows.slice(i * size, (i + 1) * size)).filter((part) => part.length > 0);
  return even.every((part) => lowest(part) <= room) ? even : found;
}

const lowest = (rows: readonly PlannedRow[]): number =>
  rows.reduce((sum, row) => sum + row.leastUp + row.leastDown, 0) + axesOf(rows);

/** Takes the height that lacks from the highest rows, millimetre by millimetre. */
function lowered(rows: readonly PlannedRow[], room: number): PlannedRow[] {
  const lower = rows.map((row) => ({ ...row }));
  let excess = lower.reduce((sum, { up, down }) => sum + up + down, 0) - room;
  for (; excess > 0; excess--) {
    const highest = lower.reduce((one, other) => (spare(other) > spare(one) ? other : one));
    if (spare(highest) <= 0) break;
    if (highest.up - highest.leastUp >= highest.down - highest.leastDown) highest.up--;
    else highest.down--;
  }
  // The label gives way to the trace, the marks do not.
  return lower.map((row) => {
    const lacking = Math.max(0, row.leastUp + LABEL_LANE - row.up);
    return { ...row, above: row.above - Math.min(LABEL_LANE, lacking) };
  });
}

const spare = ({ up, down, leastUp, leastDown }: PlannedRow): number =>
  Math.max(up - leastUp, 0) + Math.max(down - leastDown, 0);

const heightOf = (rows: readonly PlannedRow[]): number =>
  rows.reduce((sum, { up, down, axis }) => sum + up + down + axis, 0);

/** Whether two rows have columns with the same times. */
export const hasSameTimes = (
  one: Pick<PlannedRow, 'strips'> | undefined,
  other: Pick<PlannedRow, 'strips'> | undefined,
): boolean =>
  one?.strips.length === other?.strips.length &&
  one?.strips.every(({ from, to }, i) => from === other?.strips[i]?.from && to === other.strips[i]?.to) === true;

const withAxes = (rows: readonly PlannedRow[]): PlannedRow[] =>
  rows.map((row, i) => ({ ...row, axis: hasSameTimes(row, rows[i + 1]) ? 0 : AXIS_LANE }));

const axesOf = (rows: readonly PlannedRow[]): number => withAxes(rows).reduce((sum, { axis }) => sum + axis, 0);

/**
 * Plans a sheet: its pages, rows and strips in millimetres. Pure, and shared by the pictures of the server and the
 * viewer in the browser. Usage: `planSheet(channels, { layout, speed, gain, from, to })`.
 */
import { columnsOf, rowsOf, type System, systemsOf } from './layouts.ts';
import { boxes, fitted, hasSameTimes, LARGE_BOX, paged, type PlannedRow } from './rows.ts';
import { gainOfV, stripScales } from './scale.ts';
import {
  type Extent,
  type Layout,
  LINE_WIDTH,
  type Page,
  type PaperChannel,
  type Paper,
  type Row,
  type Sheet,
  type Strip,
  type StripScale,
  type VGain,
} from './types.ts';

/** Where the traces begin; left of them are the pulses. */
export const TRACE_LEFT = 20;
/** White border of a sheet. */
export const BORDER = 5;
/** Least distance between two columns. */
const COLUMN_GAP = 2;
/** Between the beginnings of two columns at least, so that a column of a moment has room for its labels. */
export const LEAST_COLUMN = 15;
/** Enough for the lines of text. */
const MIN_WIDTH = 150;
/** A4 in landscape. */
const A4 = { width: 297, height: 210 };
/** Greatest height of the rows of a sheet that is as large as its content. */
const MAX_BODY = 420;

export interface SheetOptions {
  layout: Layout;
  speed: number;
  /** mm per millivolt. */
  gain: number;
  gainV?: VGain;
  /** Seconds from the start of the recording. */
  from: number;
  to: number;
  paper?: Paper;
  /** By channel: rows get the height that their content needs. Null or absent: what is usual for an ECG. */
  extents?: readonly (Extent | null)[];
  /** Space for text above and below the rows of each page, in mm; at least the border. */
  head?: number;
  foot?: number;
  /** The channels that have marks, null for marks of all channels: their rows get room for them above the traces. */
  marks?: ReadonlySet<number | null>;
  /** Whether to leave room for the ticks of crossings below the traces. */
  ticks?: boolean;
}

/** The width of the pages: known before their text is written. */
export function sheetWidth({ layout, speed, from, to, paper }: SheetOptions): number {
  if (paper === 'a4') return A4.width;
  const systems = systemsOf(columnsOf(layout), { from, to }, speed);
  const right = Math.max(0, ...systems.flatMap((system) => columnPlaces(system, speed).map(({ end }) => end)));
  return Math.max(MIN_WIDTH, TRACE_LEFT + boxes(right) + BORDER);
}

/** Plans all pages. */
export function planSheet(channels: readonly PaperChannel[], options: SheetOptions): Sheet {
  const { layout, speed, gain, from, to, paper = 'fit', extents = [] } = options;
  const head = boxes(Math.max(BORDER, options.head ?? 0));
  const foot = Math.max(BORDER, options.foot ?? 0);
  const gainV = gainOfV(channels, extents, gain, options.gainV ?? 'same');
  const scales = stripScales(channels, extents, gain, gainV);
  const { marks = new Set(), ticks = false } = options;
  const rows = systemsOf(columnsOf(layout), { from, to }, speed).map((system) =>
    systemRows(channels, layout, system, scales, speed).map((strips, row, all) => {
      const isFirst = showsCommonMarks({ strips }, row === 0 ? undefined : { strips: all[row - 1] as Strip[] });
      const hasMarks =
        (isFirst && marks.has(null)) || strips.some(({ channel }) => channel !== null && marks.has(channel));
      return fitted(strips, extents, { marks: hasMarks, ticks });
    }),
  );
  const room = paper === 'a4' ? A4.height - head - foot : MAX_BODY;
  const width = sheetWidth(options);
  const pages = paged(rows, Math.floor(room / LARGE_BOX) * LARGE_BOX, paper === 'a4').map((some, i, all) => ({
    ...placed(some, { width, head, foot, gains: [gain, gainV], height: paper === 'a4' ? A4.height : null }),
    number: i + 1,
    count: all.length,
  }));
  return { pages, layout, speed, gain, gainV, from, to };
}

/** Marks of all channels are shown above the first of several rows with the same times. */
export const showsCommonMarks = (row: Pick<Row, 'strips'>, before: Pick<Row, 'strips'> | undefined): boolean =>
  !hasSameTimes(row, before);

/** The strips of the rows of a system; `y` and the bounds of the traces are not known yet. */
function systemRows(
  channels: readonly PaperChannel[],
  layout: Layout,
  system: System,
  scales: readonly StripScale[],
  speed: number,
): Strip[][] {
  const places = columnPlaces(system, speed);
  const strip = (cell: Pick<Strip, 'channel' | 'label'>, x: number, from: number, to: number): Strip => ({
    ...cell,
    ...((cell.channel === null ? undefined : scales[cell.channel]) ?? { height: 0, base: 0, gain: null }),
    x: TRACE_LEFT + x,
    width: (to - from) * speed,
    from,
    to,
    y: 0,
    clipTop: 0,
    clipBottom: 0,
  });
  const rows = rowsOf(channels, layout);
  // Where all columns begin at the same time, a lead along the bottom would show nothing more.
  const shown = system.isContinuous ? rows : rows.filter((row) => row.length === system.columns.length);
  return shown.map((cells) =>
    cells.length === 1
      ? cells.map((cell) => strip(cell, 0, system.from, system.to))
      : cells.map((cell, column) => {
          const { from, to } = system.columns[column] as System;
          return strip(cell, (places[column] as { begin: number }).begin, from, to);
        }),
  );
}

/** Where each column begins and ends, from the first. Columns begin at a line of the paper, with a gap before them. */
function columnPlaces({ columns, from, to, isContinuous }: System, speed: number): { begin: number; end: number }[] {
  let begin = 0;
  const places = columns.map((column) => {
    const end = begin + (column.to - column.from) * speed;
    const place = { begin, end };
    begin = boxes(Math.max(end + COLUMN_GAP, begin + LEAST_COLUMN));
    return place;
  });
  // The lead along the bottom.
  return isContinuous ? [...places, { begin: 0, end: Math.min(LINE_WIDTH, (to - from) * speed) }] : places;
}

interface Frame {
  width: number;
  /** Null: as high as the content. */
  height: number | null;
  head: number;
  foot: number;
  /** Of the sheet and of its V leads. */
  gains: readonly [number, number];
}

/** Places the rows of a page one below the other. */
function placed(
  rows: readonly PlannedRow[],
  { width, height, head, foot, gains }: Frame,
): Omit<Page, 'number' | 'count'> {
  const page: Omit<Page, 'number' | 'count'> = {
    width,
    height: 0,
    grid: { x: BORDER, y: head, width: Math.floor((width - 2 * BORDER) / LARGE_BOX) * LARGE_BOX, height: 0 },
    rows: [],
    axes: [],
    from: Math.min(...rows.flatMap(({ strips }) => strips.map(({ from }) => from))),
    to: Math.max(...rows.flatMap(({ strips }) => strips.map(({ to }) => to))),
  };
  let top = head;
  for (const row of rows) {
    const y = top + row.up;
    const bottom = y + row.down;
    const clip = { clipTop: top + row.above, clipBottom: bottom - row.below };
    const strips = row.strips.map((strip) => ({ ...strip, ...clip, y }));
    const isEmpty = strips.every(({ channel }) => channel === null);
    const pulses = gains.filter(
      (gain, i) => gains.indexOf(gain) === i && (isEmpty ? i === 0 : strips.some((strip) => strip.gain === gain)),
    );
    page.rows.push({ top, bottom, y, strips, pulses });
    top = bottom + row.axis;
    if (row.axis > 0)
      page.axes.push(...strips.map(({ x, from, to, width: wide }) => ({ x, y: bottom, width: wide, from, to })));
  }
  const used = boxes(top - head);
  page.grid.height = height === null ? used : Math.floor((height - head - foot) / LARGE_BOX) * LARGE_BOX;
  page.height = height ?? head + used + foot;
  return page;
}

/** What is drawn on ECG paper, and how. All lengths are in millimetres of paper, all times in seconds. */
import type { CanonicalLead } from '../signal/leads.ts';

/** Standard sheets; `stacked` shows any channels one below the other. */
export const LAYOUTS = ['3x4', '6x2', '12x1', 'stacked'] as const;
export type Layout = (typeof LAYOUTS)[number];

/** Length of a line of traces, in mm: ten seconds at 25 mm/s. Longer windows go on in the next line. */
export const LINE_WIDTH = 250;

/** mm per second. */
export const SPEEDS = [5, 10, 12.5, 25, 50] as const;
/** mm per millivolt. */
export const GAINS = [2.5, 5, 10, 20, 40] as const;

/** How V1 to V6 are drawn: at the gain of the other leads, at half of it, or at half if they would need more room. */
export const V_GAINS = ['same', 'half', 'auto'] as const;
export type VGain = (typeof V_GAINS)[number];

/** The sheet: as large as its content, within bounds, or A4 in landscape. */
export const PAPERS = ['fit', 'a4'] as const;
export type Paper = (typeof PAPERS)[number];

/** A channel without its samples, which are passed by strip. */
export interface PaperChannel {
  name: string;
  lead: CanonicalLead | null;
  /** Hz */
  samplingRate: number;
  unit: string | null;
  calibrated: boolean;
  /** Whether it is not recorded, but calculated from other leads. */
  isCalculated?: boolean;
}

/** The lowest and the highest value of a channel in what is drawn, in its unit. */
export interface Extent {
  low: number;
  high: number;
}

/** How the values of a channel become heights. */
export interface StripScale {
  /** mm per physical unit; 0: a straight line. */
  height: number;
  /** The physical value at the strip's `y`: 0, unless the signal is far from zero. */
  base: number;
  /** mm per millivolt; null if the channel is not drawn to scale. */
  gain: number | null;
}

/** A time range of one channel and its position. */
export interface Strip extends StripScale {
  /** Index of the channel; null if the recording has no channel for this lead of the sheet. */
  channel: number | null;
  label: string;
  /** Position of its beginning and of its zero line. */
  x: number;
  y: number;
  width: number;
  /** The trace is drawn between these; what lies outside is marked as out of range. */
  clipTop: number;
  clipBottom: number;
  /** From the start of the recording, half-open. */
  from: number;
  to: number;
}

/** Strips beside each other, with one calibration pulse left of them. */
export interface Row {
  top: number;
  bottom: number;
  /** The zero line. */
  y: number;
  strips: Strip[];
  /**
   * Heights of 1 mV in this row: of the leads at the sheet's gain, then of the V leads if they differ; empty if nothing
   * in the row is drawn to scale.
   */
  pulses: number[];
}

/** The seconds below a row: those of each of its columns. */
export interface TimeAxis {
  x: number;
  /** Its line; the numbers are below. */
  y: number;
  width: number;
  from: number;
  to: number;
}

/** One page: the positions of everything on it. */
export interface Page {
  /** From 1, of `count`. */
  number: number;
  count: number;
  width: number;
  height: number;
  /** The part with lines of paper. */
  grid: { x: number; y: number; width: number; height: number };
  rows: Row[];
  axes: TimeAxis[];
  /** What it shows of the recording. */
  from: number;
  to: number;
}

/** A planned sheet of one or more pages. */
export interface Sheet {
  pages: Page[];
  layout: Layout;
  speed: number;
  /** mm per millivolt. */
  gain: number;
  /** mm per millivolt of V1 to V6. */
  gainV: number;
  from: number;
  to: number;
}

/** Physical values of a strip, from its first sample at or after `from`; NaN where missing. */
export interface StripSamples {
  values: Float64Array;
  /** Seconds from the strip's `from` to its first sample; less than one sampling interval. */
  offset: number;
}

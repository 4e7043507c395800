/** What is drawn on ECG paper, and how. All lengths are in millimetres of paper, all times in seconds. */
import type { CanonicalLead } from '../signal/leads.ts';

/** Standard sheets; `stacked` shows any channels one below the other. */
export const LAYOUTS = ['3x4', '6x2', '12x1', 'stacked'] as const;
export type Layout = (typeof LAYOUTS)[number];

/** mm per second. */
export const SPEEDS = [5, 10, 12.5, 25, 50] as const;
/** mm per millivolt. */
export const GAINS = [2.5, 5, 10, 20, 40] as const;

/** A channel without its samples, which are passed by strip. */
export interface PaperChannel {
  name: string;
  lead: CanonicalLead | null;
  /** Hz */
  samplingRate: number;
  unit: string | null;
  calibrated: boolean;
}

/** A time range of one channel and its position. */
export interface Strip {
  /** Index of the channel; null if the recording has no channel for this lead of the sheet. */
  channel: number | null;
  label: string;
  /** Position of its beginning and of its zero line. */
  x: number;
  y: number;
  /** From the start of the recording, half-open. */
  from: number;
  to: number;
}

/** The positions of everything on a sheet. */
export interface Sheet {
  width: number;
  height: number;
  strips: Strip[];
  /** Zero lines of the rows; left of each is a calibration pulse. */
  rows: number[];
  speed: number;
  /** mm per millivolt. */
  gain: number;
  from: number;
  to: number;
}

/** Physical values of a strip, from its first sample at or after `from`; NaN where missing. */
export interface StripSamples {
  values: Float64Array;
  /** Seconds from the strip's `from` to its first sample; less than one sampling interval. */
  offset: number;
}

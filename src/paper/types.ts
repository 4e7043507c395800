/** What is drawn on ECG paper, and how. All lengths are millimetres of paper, all times seconds. */
import type { CanonicalLead } from '../signal/leads.ts';

/** Standard sheets; `stacked` shows any channels one below the other. */
export const LAYOUTS = ['3x4', '6x2', '12x1', 'stacked'] as const;
export type Layout = (typeof LAYOUTS)[number];

/** mm a second. */
export const SPEEDS = [5, 10, 12.5, 25, 50] as const;
/** mm a millivolt. */
export const GAINS = [2.5, 5, 10, 20, 40] as const;

/** A channel as the paper sees it; its samples come by strip. */
export interface PaperChannel {
  name: string;
  lead: CanonicalLead | null;
  /** Hz */
  samplingRate: number;
  unit: string | null;
  calibrated: boolean;
}

/** A stretch of one channel in its place. */
export interface Strip {
  /** Number of the channel; null where the sheet has a place for a lead that the recording lacks. */
  channel: number | null;
  label: string;
  /** Of its first moment and its zero line. */
  x: number;
  y: number;
  /** From the start of the recording, half-open. */
  from: number;
  to: number;
}

/** Places of everything on a sheet. */
export interface Sheet {
  width: number;
  height: number;
  strips: Strip[];
  /** Zero lines of the rows, each with a calibration pulse at its left. */
  rows: number[];
  speed: number;
  /** mm a millivolt. */
  gain: number;
  from: number;
  to: number;
}

/** Physical values of a strip, from its first sample at or after `from`; NaN where missing. */
export interface StripSamples {
  values: Float64Array;
  /** Seconds from the strip's `from` to the first of them; below one sample's distance. */
  offset: number;
}

/** The bounds of time windows in samples. */

/** Rounds a bound such as 0.3 s · 1000 Hz = 300.00000000000006 to its sample. */
const BOUND_SLACK = 1e-6;

/** The number of the first sample at or after a time. @param rate Hz */
export const boundOf = (seconds: number, rate: number): number => Math.max(0, Math.ceil(seconds * rate - BOUND_SLACK));

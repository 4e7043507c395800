/**
 * The lines of the paper. A small box always is 0.04 s × 0.1 mV; where it would be too small, larger ones are drawn.
 */

/** Seconds between lines of time, and millivolts between lines of voltage. */
const TIME_STEPS = [0.04, 0.2, 1, 5, 30, 60, 300, 1_800, 3_600, 21_600, 86_400] as const;
const VOLTAGE_STEPS = [0.1, 0.5, 1, 5, 10, 50] as const;
/** Least distance of two lines, and of two major lines, in CSS pixels. */
const LEAST = 3;
const LEAST_MAJOR = 12;

export interface Grid {
  /** Null: no such lines. */
  minor: number | null;
  major: number;
}

/** Lines of time, in seconds. @param pixels of a second, in CSS pixels */
export const timeGrid = (pixels: number): Grid => grid(TIME_STEPS, pixels);

/** Lines of voltage, in millivolts. @param pixels of a millivolt, in CSS pixels */
export const voltageGrid = (pixels: number): Grid => grid(VOLTAGE_STEPS, pixels);

function grid(steps: readonly number[], pixels: number): Grid {
  const last = steps.at(-1) as number;
  const minor = steps.find((step) => step * pixels >= LEAST) ?? last;
  const major = steps.find((step) => step > minor && step * pixels >= LEAST_MAJOR) ?? last;
  // The lines between large boxes of ECG paper are small boxes; coarser lines have none between them.
  return minor === steps[0] ? { minor, major } : { minor: null, major };
}

/** Seconds between two numbers below the paper. @param pixels of a second, in CSS pixels */
export function labelStep(pixels: number): number {
  const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 7_200, 21_600];
  return steps.find((step) => step * pixels >= 64) ?? 86_400;
}

/** A time of the recording for the axis, such as `12.5 s`, `3:05` or `14:30:00`. @param step between two such times */
export function axisTime(seconds: number, step: number): string {
  const rounded = Math.round(seconds * 1_000) / 1_000;
  if (rounded < 60) return `${rounded.toFixed(step < 1 ? 1 : 0)} s`;
  const whole = Math.floor(rounded + 1e-6);
  const [h, m, s] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  const tail = step < 1 ? (rounded - whole).toFixed(1).slice(1) : '';
  return whole < 3_600 ? `${Number(m)}:${s}${tail}` : `${Number(h)}:${m}:${s}${tail}`;
}

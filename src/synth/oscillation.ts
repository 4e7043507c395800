/** Periodic disturbances: mains hum and baseline wander. */
import { cosine, sine } from './numeric.ts';
import type { Random } from './random.ts';

/** One frequency as one lead picks it up. */
export interface Oscillation {
  /** Hz */
  frequency: number;
  /** Millivolts. */
  amplitude: number;
  /** Turns at sample 0. */
  phase: number;
}

/** An oscillation with random strength (60 to 100 % of `amplitude`) and phase for one lead. */
export function pickUp(frequency: number, amplitude: number, random: Random): Oscillation {
  return { frequency, amplitude: amplitude * (0.6 + 0.4 * random.uniform()), phase: random.uniform() };
}

/** Adds an oscillation to the first `length` values; index 0 is sample `start`, `rate` in Hz. */
export function addOscillation(
  track: Float64Array,
  oscillation: Oscillation,
  start: number,
  rate: number,
  length: number,
): void {
  const { frequency, amplitude, phase } = oscillation;
  // sin(a + b) = 2 cos(b) sin(a) - sin(a - b); restarted with every block, so that errors do not accumulate.
  const twice = 2 * cosine(frequency / rate);
  let before = amplitude * sine((frequency * (start - 1)) / rate + phase);
  let now = amplitude * sine((frequency * start) / rate + phase);
  for (let i = 0; i < length; i++) {
    track[i] = (track[i] as number) + now;
    const next = twice * now - before;
    before = now;
    now = next;
  }
}

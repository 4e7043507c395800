/** Disturbances that come back: the mains' hum and the wandering of the baseline. */
import { cosine, sine } from './numeric.ts';
import type { Random } from './random.ts';

/** One frequency that all leads pick up, each with its own strength and phase. */
export interface Oscillator {
  /** Hz */
  frequency: number;
  /** Largest amplitude in millivolts. */
  amplitude: number;
}

/** The two tracks of an oscillator from which every phase can be mixed. */
export interface Phases {
  cosine: Float64Array;
  sine: Float64Array;
}

/** Fills the first `length` values, of amplitude 1; index 0 is sample `start`. */
export function oscillate(tracks: Phases, frequency: number, start: number, rate: number, length: number): void {
  const turnCosine = cosine(frequency / rate);
  const turnSine = sine(frequency / rate);
  let c = cosine((frequency * start) / rate);
  let s = sine((frequency * start) / rate);
  for (let i = 0; i < length; i++) {
    tracks.cosine[i] = c;
    tracks.sine[i] = s;
    const next = c * turnCosine - s * turnSine;
    s = s * turnCosine + c * turnSine;
    c = next;
  }
}

/** How much of an oscillator's cosine and sine a lead picks up, in millivolts. */
export function pickUp(oscillator: Oscillator, random: Random): [ofCosine: number, ofSine: number] {
  const amplitude = oscillator.amplitude * (0.6 + 0.4 * random.uniform());
  const phase = random.uniform();
  return [amplitude * cosine(phase), amplitude * sine(phase)];
}

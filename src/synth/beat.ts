/**
 * One beat as a sum of Gaussian waves of a turning heart vector, after P. E. McSharry, G. D. Clifford, L. Tarassenko,
 * L. A. Smith, A dynamical model for generating synthetic electrocardiogram signals, IEEE Trans. Biomed. Eng. 50 (2003)
 * 289–294, in its three-dimensional form by R. Sameni and others (2007). The parameters of the waves are our own.
 */
import { bell } from './numeric.ts';
import type { Beat } from './rhythm.ts';

/** x to the left, y to the feet, z to the back; millivolts. */
type Vector = readonly [x: number, y: number, z: number];

interface Wave {
  /** Seconds from the R peak to the peak of this wave. */
  at: number;
  /** Standard deviations of the bell before and after its peak, in seconds. */
  rise: number;
  fall: number;
  /** The heart vector at the peak. */
  peak: Vector;
  /** The rotation: what is added to `peak` per standard deviation after the peak. */
  turn: Vector;
  /** True if position and width grow with the square root of the cycle, as the QT time does (Bazett). */
  followsCycle: boolean;
}

const WAVES: Readonly<Record<Beat['kind'], readonly Wave[]>> = {
  normal: [
    {
      at: -0.162,
      rise: 0.022,
      fall: 0.024,
      peak: [0.055, 0.105, -0.005],
      turn: [0.012, -0.008, 0.03],
      followsCycle: false,
    },
    {
      at: -0.027,
      rise: 0.009,
      fall: 0.009,
      peak: [-0.14, -0.03, -0.28],
      turn: [0.02, 0.01, 0.02],
      followsCycle: false,
    },
    { at: 0, rise: 0.0105, fall: 0.011, peak: [1.22, 0.71, 0.24], turn: [-0.06, -0.02, 0.3], followsCycle: false },
    { at: 0.027, rise: 0.01, fall: 0.012, peak: [-0.2, -0.14, 0.36], turn: [0.02, 0.02, -0.05], followsCycle: false },
    { at: 0.275, rise: 0.056, fall: 0.036, peak: [0.27, 0.21, -0.13], turn: [0.01, 0.01, -0.02], followsCycle: true },
  ],
  ectopic: [
    { at: 0, rise: 0.028, fall: 0.03, peak: [0.7, 1.55, 1.05], turn: [0.25, -0.1, 0.1], followsCycle: false },
    { at: 0.075, rise: 0.024, fall: 0.03, peak: [-0.2, -0.3, 0.15], turn: [0, 0, 0], followsCycle: false },
    { at: 0.31, rise: 0.062, fall: 0.045, peak: [-0.32, -0.5, -0.5], turn: [0, 0, 0], followsCycle: true },
  ],
};

/** Beyond this many standard deviations, a wave is below a tenth of a microvolt. */
const REACH = 4.5;

/** In seconds: no wave begins earlier before its R peak or, at 20 beats per minute and more, ends later after it. */
export const LEAD_IN = 0.35;
export const LEAD_OUT = 1.5;

/** Samples of the heart vector, one track per direction, in millivolts. */
export type HeartVector = readonly [x: Float64Array, y: Float64Array, z: Float64Array];

/**
 * Adds the waves of a beat.
 * @param tracks index 0 is sample `start` of the recording; what is before it is not drawn
 * @param rate Hz
 */
export function addBeat(tracks: HeartVector, beat: Beat, start: number, rate: number): void {
  const stretch = Math.sqrt(beat.interval);
  for (const wave of WAVES[beat.kind]) {
    const scale = wave.followsCycle ? stretch : 1;
    addWave(tracks, wave, beat.time + wave.at * scale, scale, beat.strength, start, rate);
  }
}

function addWave(
  tracks: HeartVector,
  wave: Wave,
  centre: number,
  scale: number,
  strength: number,
  start: number,
  rate: number,
): void {
  const rise = wave.rise * scale;
  const fall = wave.fall * scale;
  const from = Math.max(0, Math.ceil((centre - REACH * rise) * rate) - start);
  const middle = Math.max(0, Math.ceil(centre * rate) - start);
  const to = Math.min(tracks[0].length, Math.floor((centre + REACH * fall) * rate) - start + 1);
  const deviations = (i: number, width: number): number => ((start + i) / rate - centre) / width;
  addFlank(tracks, wave, from, middle, deviations(from, rise), 1 / (rate * rise), strength);
  addFlank(tracks, wave, middle, to, deviations(middle, fall), 1 / (rate * fall), strength);
}

/**
 * One side of a wave. At index `from` it is `u` standard deviations from its peak, and `step` more at each following
 * index. exp(-u²/2) changes from sample to sample by a factor that itself shrinks by exp(-step²): two multiplications
 * instead of an exponential.
 */
function addFlank(
  tracks: HeartVector,
  wave: Wave,
  from: number,
  to: number,
  u: number,
  step: number,
  strength: number,
): void {
  const [x, y, z] = tracks;
  const [px, py, pz] = wave.peak;
  const [tx, ty, tz] = wave.turn;
  const shrink = bell(step) * bell(step);
  let g = bell(u) * strength;
  let factor = bell(u + step) / bell(u);
  let at = u;
  for (let i = from; i < to; i++) {
    x[i] = (x[i] as number) + g * (px + at * tx);
    y[i] = (y[i] as number) + g * (py + at * ty);
    z[i] = (z[i] as number) + g * (pz + at * tz);
    g *= factor;
    factor *= shrink;
    at += step;
  }
}

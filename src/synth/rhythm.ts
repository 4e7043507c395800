/** The times of the beats: a sinus rhythm modulated by breathing, with optional ectopic beats. */
import { sine } from './numeric.ts';
import { Random } from './random.ts';

/**
 * Frequencies of breathing and of the slow (Mayer) waves of the blood pressure, in Hz: the two bands of heart rate
 * variability.
 */
export const BREATHING = 0.25;
const MAYER_WAVE = 0.1;

/** An ectopic beat comes after this fraction of the cycle that it shortens. */
const COUPLING = 0.6;

export interface Beat {
  /** Peak of the R wave, in seconds from the first sample. */
  time: number;
  kind: 'normal' | 'ectopic';
  /** Length of the cycle in seconds, which the T wave follows. */
  interval: number;
  /** Factor of the amplitude: the heart moves with the breath. */
  strength: number;
}

export interface RhythmOptions {
  seed: number;
  /** Beats per minute. */
  heartRate: number;
  /** Standard deviation of the cycle, as a fraction of it. */
  variability: number;
  /**
   * Seconds; the cycle that contains such a time ends early with a premature ventricular beat and a full compensatory
   * pause.
   */
  ectopics: readonly number[];
}

/** Endless sequence of beats in order, beginning with one before the first sample (`time` < 0). */
export function* rhythm(options: RhythmOptions): Generator<Beat, never, void> {
  const random = new Random(options.seed, 'rhythm');
  const ectopics = options.ectopics.toSorted((a, b) => a - b);
  const mean = 60 / options.heartRate;
  let time = -mean * (1 + random.uniform());
  let asked = 0;
  let blocked = false;
  for (;;) {
    const breath = sine(BREATHING * time);
    const swing = 0.9 * breath + 0.7 * sine(MAYER_WAVE * time) + 0.6 * random.normal();
    const interval = mean * (1 + options.variability * swing);
    const beat = { interval, strength: 1 + 0.04 * breath };
    if (!blocked) yield { time, kind: 'normal', ...beat };
    blocked = false;
    while (asked < ectopics.length && (ectopics[asked] as number) < time + interval) {
      asked++;
      blocked = true;
    }
    // The sinus node keeps its rhythm, but its next beat meets ventricles that are still refractory: that is the
    // compensatory pause.
    if (blocked) yield { time: time + COUPLING * interval, kind: 'ectopic', ...beat };
    time += interval;
  }
}

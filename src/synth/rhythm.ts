/** When the heart beats: a sinus rhythm that breathes, with ectopic beats where they are asked for. */
import { sine } from './numeric.ts';
import { Random } from './random.ts';

/** Breaths and slow (Mayer) waves of the blood pressure, in Hz: the two bands of heart rate variability. */
export const BREATHING = 0.25;
const MAYER_WAVE = 0.1;

/** An ectopic beat comes after this part of the cycle that it cuts short. */
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
  /** Beats a minute. */
  heartRate: number;
  /** Standard deviation of the cycle, as a part of it. */
  variability: number;
  /** Seconds; the cycle that one falls in ends early with a premature ventricular beat and a full compensatory pause. */
  ectopics: readonly number[];
}

/** Beats in order and without end, the first before the first sample (`time` < 0). */
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
    // The sinus node keeps its time, but its next beat finds the ventricles still refractory: that is the compensatory pause.
    if (blocked) yield { time: time + COUPLING * interval, kind: 'ectopic', ...beat };
    time += interval;
  }
}

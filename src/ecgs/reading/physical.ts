/** Stored samples in the physical unit of their channel. Pure. */
import { markerOf, type Samples, type Scale } from '../../signal/samples.ts';

/** Writes stored samples in their physical unit to `target`; NaN if missing. */
export function toPhysical(samples: Samples, { gain, zeroLevel }: Scale, target: Float64Array): void {
  const marker = markerOf(samples);
  for (let i = 0; i < samples.length; i++) {
    const stored = samples[i] as number;
    target[i] = stored === marker ? NaN : (stored - zeroLevel) / gain;
  }
}

/** Where the samples of a channel are present: the runs between its gaps. */
import { markerOf, type Samples } from './samples.ts';

/** Samples `first` to `end - 1` of a channel. */
export interface PresentRun {
  first: number;
  end: number;
}

/** Finds the runs in samples that arrive in order. */
export class PresentRuns {
  readonly runs: PresentRun[] = [];
  #count = 0;

  push(samples: Samples): void {
    for (const { first, end } of presentIn(samples)) {
      const last = this.runs.at(-1);
      if (last && last.end === this.#count + first) last.end = this.#count + end;
      else this.runs.push({ first: this.#count + first, end: this.#count + end });
    }
    this.#count += samples.length;
  }
}

/** The runs of present samples in an array. */
export function presentIn(samples: Samples): PresentRun[] {
  const marker = markerOf(samples);
  const runs: PresentRun[] = [];
  let first = -1;
  for (let at = 0; at < samples.length; at++) {
    const value = samples[at] as number;
    const isMissing = value === marker || value !== value;
    if (isMissing && first >= 0) runs.push({ first, end: at });
    if (isMissing) first = -1;
    else if (first < 0) first = at;
  }
  if (first >= 0) runs.push({ first, end: samples.length });
  return runs;
}

/**
 * The calibration pulse: the last second of a file is no signal of the patient, but ends with a rectangle of 1 mV for
 * 200 ms, at the same time in all leads.
 */

/** Longest last second, in samples: no electrocardiograph is faster. */
const MAX_SECOND = 10_000;
/** Shortest pulse, and shortest pause before and after it, in parts of the second. */
const SHORTEST_PULSE = 1 / 50;
const SHORTEST_PAUSE = 1 / 100;

interface Pulse {
  from: number;
  to: number;
  height: number;
}

/** The last rectangle of a lead's last second: a level between two pauses at another one; null if there is none. */
function lastPulse(second: Int16Array): Pulse | null {
  const { length } = second;
  const base = second[length - 1] as number;
  let to = length;
  while (to > 0 && second[to - 1] === base) to--;
  const level = second[to - 1];
  let from = to;
  while (from > 0 && second[from - 1] === level) from--;
  let pause = from;
  while (pause > 0 && second[pause - 1] === base) pause--;
  const isPulse =
    level !== undefined &&
    to - from >= SHORTEST_PULSE * length &&
    from - pause >= SHORTEST_PAUSE * length &&
    length - to >= SHORTEST_PAUSE * length;
  return isPulse ? { from, to, height: level - base } : null;
}

export class Calibration {
  /** Samples of the last second that may be one; 0 if there is none. */
  readonly length: number;
  /** The last second of each lead. */
  readonly seconds: Int16Array[] = [];
  #pulse: Pulse | null = null;
  #isSame = true;

  constructor(samples: number, samplingRate: number) {
    const mayBe = Number.isInteger(samplingRate) && samplingRate <= MAX_SECOND && samples > samplingRate;
    this.length = mayBe ? samplingRate : 0;
  }

  /** Keeps a copy of a lead's last second. */
  add(second: Int16Array): void {
    const pulse = lastPulse(second);
    this.#pulse ??= pulse;
    const same = this.#pulse;
    this.#isSame &&=
      pulse !== null && pulse.from === same?.from && pulse.to === same.to && pulse.height === same.height;
    this.seconds.push(second.slice());
  }

  /** Whether all leads end with the same pulse. */
  get isThere(): boolean {
    return this.length > 0 && this.#isSame && this.#pulse !== null;
  }
}

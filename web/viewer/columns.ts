/** Puts samples or bins into columns of one device pixel: the lowest and the highest value of each. */

/** A stretch of one channel: samples (`low` and `high` are the same array), or bins. */
export interface Piece {
  /** Index of its first sample. */
  first: number;
  samplesPerBin: number;
  low: ArrayLike<number>;
  high: ArrayLike<number>;
  /** The stored value of a missing sample; NaN is missing, too. */
  missing: number;
}

/** What is known of a column. */
export const NOT_LOADED = 0;
export const NO_SIGNAL = 1;
export const SIGNAL = 2;

/** Columns `first` to `first + width - 1`, counted in device pixels from the start of the recording. */
export class Columns {
  first = 0;
  width = 0;
  low = new Float64Array(0);
  high = new Float64Array(0);
  state = new Uint8Array(0);

  /** Empties the columns, and gives them another place. */
  reset(first: number, width: number): void {
    this.first = first;
    this.width = width;
    if (this.low.length < width) {
      this.low = new Float64Array(width);
      this.high = new Float64Array(width);
      this.state = new Uint8Array(width);
    }
    this.low.fill(Infinity, 0, width);
    this.high.fill(-Infinity, 0, width);
    this.state.fill(NOT_LOADED, 0, width);
  }

  /**
   * Adds the part of a piece that lies in these columns and in `[from, to)`, also columns.
   * @param samplesPerColumn of the channel; less than 1 if a sample is wider than a pixel
   */
  add(piece: Piece, samplesPerColumn: number, from = -Infinity, to = Infinity): void {
    const { first, samplesPerBin, low, high, missing } = piece;
    const begin = Math.max(this.first, from);
    const end = Math.min(this.first + this.width, to);
    if (begin >= end || low.length === 0) return;
    const binAt = (column: number): number => (column * samplesPerColumn - first) / samplesPerBin;
    const firstBin = Math.max(0, Math.floor(binAt(begin)));
    const endBin = Math.min(low.length, Math.ceil(binAt(end)));
    const perColumn = 1 / samplesPerColumn;
    const own = this.low;
    const ownHigh = this.high;
    for (let bin = firstBin; bin < endBin; bin++) {
      const sample = first + bin * samplesPerBin;
      // The columns from that of the first sample to that of the last one; a wide sample fills all of its columns.
      const left = Math.floor(sample * perColumn + 1e-9);
      const last = Math.max(left, Math.ceil((sample + (samplesPerBin === 1 ? 1 : samplesPerBin - 1)) * perColumn) - 1);
      const a = low[bin] as number;
      const b = high[bin] as number;
      const isMissing = a === missing || a !== a;
      const stop = Math.min(last, end - 1) - this.first;
      for (let at = Math.max(left, begin) - this.first; at <= stop; at++) {
        if (isMissing) {
          if (this.state[at] === NOT_LOADED) this.state[at] = NO_SIGNAL;
          continue;
        }
        this.state[at] = SIGNAL;
        if (a < (own[at] as number)) own[at] = a;
        if (b > (ownHigh[at] as number)) ownHigh[at] = b;
      }
    }
  }

  /** Marks columns that are loaded, but where the channel has no samples: before its start or after its end. */
  fillLoaded(from: number, to: number): void {
    const end = Math.min(this.width, to - this.first);
    for (let at = Math.max(0, from - this.first); at < end; at++)
      if (this.state[at] === NOT_LOADED) this.state[at] = NO_SIGNAL;
  }
}

/** Stretches of columns without a signal, as `[from, to)` from the first column. */
export function gapsIn({ state, width }: Columns): [from: number, to: number][] {
  const gaps: [number, number][] = [];
  let from = -1;
  for (let at = 0; at <= width; at++) {
    const isGap = at < width && state[at] === NO_SIGNAL;
    if (isGap && from === -1) from = at;
    if (!isGap && from !== -1) {
      gaps.push([from, at]);
      from = -1;
    }
  }
  return gaps;
}

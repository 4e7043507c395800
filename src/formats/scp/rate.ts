/** The sampling rate that a sample time in whole microseconds stands for: 2,778 µs means 360 Hz. */

const MICROSECONDS = 1e6;

/**
 * The whole rate whose period is the given one, exactly, rounded or cut off; of several such rates a power of two,
 * otherwise the one with the fewest digits. If there is none, the rate that the period gives.
 * @param period in microseconds, a whole number above 0
 * @returns Hz
 */
export function rateOfPeriod(period: number): number {
  const given = MICROSECONDS / period;
  if (Number.isInteger(given)) return given;
  let best: number | null = null;
  const highest = Math.min(MICROSECONDS, Math.ceil(MICROSECONDS / Math.max(period - 1, 1)));
  for (let rate = Math.max(1, Math.floor(MICROSECONDS / (period + 1))); rate <= highest; rate++) {
    const exact = MICROSECONDS / rate;
    if (Math.round(exact) !== period && Math.floor(exact) !== period) continue;
    if (best === null || preference(rate, given) < preference(best, given)) best = rate;
  }
  return best ?? given;
}

/** Lower for rates that are more likely: by digits without final zeros, then by distance. */
function preference(rate: number, given: number): number {
  const digits = Number.isInteger(Math.log2(rate)) ? 0 : String(rate).replace(/0+$/, '').length;
  return digits + Math.abs(rate - given) / MICROSECONDS;
}

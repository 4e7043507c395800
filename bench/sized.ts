/**
 * BENCH_SHORT=1 runs every benchmark on little data and once, which shows within minutes that all still work. The
 * figures then mean nothing. BENCH_FULL=1 measures what takes too long for every run.
 */
export const SHORT = process.env['BENCH_SHORT'] === '1';
export const FULL = process.env['BENCH_FULL'] === '1' && !SHORT;

/** A number of rounds, seconds, rows …, the one of a short run, or the one of a full run. */
export const sized = (usual: number, short: number, full = usual): number => (SHORT ? short : FULL ? full : usual);

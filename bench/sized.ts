/**
 * BENCH_SHORT=1 runs every benchmark on little data and once, which shows within minutes that all still work. The
 * figures then mean nothing.
 */
export const SHORT = process.env['BENCH_SHORT'] === '1';

/** A number of rounds, seconds, rows …, or the one of a short run. */
export const sized = (usual: number, short: number): number => (SHORT ? short : usual);

/**
 * Loaded into a service with `--import`: how late its event loop is. At SIGUSR2 it writes the delays since the last
 * time, in milliseconds, to the file that the query of its address names.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const file = new URL(import.meta.url).searchParams.get('file');
const RESOLUTION_MS = 1;
const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delays.enable();
process.on('SIGUSR2', () => {
  // What is recorded is the time between two looks.
  const [p50, p99] = [50, 99].map((percent) => Math.max(0, delays.percentile(percent) / 1e6 - RESOLUTION_MS));
  writeFileSync(`${file}.partial`, JSON.stringify({ p50, p99 }));
  renameSync(`${file}.partial`, file);
  delays.reset();
});

/** Builds the service into dist/, completely or not at all. Usage: npm run build */
import { fileURLToPath } from 'node:url';
import { build } from './build/build.mjs';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort());
process.exitCode = await build(fileURLToPath(new URL('..', import.meta.url)), stop.signal);

/**
 * Starts the service in this process, from a build that is made first where the sources are other ones. Usage: npm
 * start
 */
import { fileURLToPath } from 'node:url';
import { build, reasonToBuild } from './build/build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const say = (text) => process.stderr.write(text);

const reason = reasonToBuild(root);
if (reason !== null) {
  say(`Building Leadwire: ${reason}. This takes 10 seconds or more …\n`);
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, onSignal);
  const begun = performance.now();
  const exitCode = await build(root, stop.signal);
  if (exitCode !== 0) {
    say(stop.signal.aborted ? 'The build was broken off.\n' : 'The build has failed; the reason stands above.\n');
    process.exit(exitCode);
  }
  say(`Built in ${((performance.now() - begun) / 1000).toFixed(1)} s.\n`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, onSignal);
}
await import('../dist/main.js');

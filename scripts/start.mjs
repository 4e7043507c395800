/** Starts the service in this process; builds it first if the sources have changed. Usage: npm start */
// Installed first, so that a stop is handled from here on. Slow modules are loaded below.
const SIGNALS = ['SIGINT', 'SIGTERM'];
const stop = new AbortController();
let isBuilding = false;
const onSignal = () => {
  // A running build is cancelled first, in `makeBuild`.
  if (!isBuilding) process.exit(0);
  stop.abort();
};
for (const signal of SIGNALS) process.on(signal, onSignal);
// From the moment the service listens to the signals, it stops in its own order.
process.on('newListener', (event) => {
  if (SIGNALS.includes(event)) queueMicrotask(() => process.off(event, onSignal));
});

const say = (text) => process.stderr.write(text);

async function makeBuild(build, root) {
  const begun = performance.now();
  isBuilding = true;
  const exitCode = await build(root, stop.signal);
  isBuilding = false;
  if (stop.signal.aborted) {
    say('The build was interrupted.\n');
    process.exit(0);
  }
  if (exitCode !== 0) {
    say('The build failed; the reason is above.\n');
    process.exit(exitCode);
  }
  say(`Built in ${((performance.now() - begun) / 1000).toFixed(1)} s.\n`);
}

const { fileURLToPath } = await import('node:url');
const { build, reasonToBuild } = await import('./build/build.mjs');
const root = fileURLToPath(new URL('..', import.meta.url));
const reason = reasonToBuild(root);
if (reason !== null) {
  say(`Building Leadwire: ${reason}. This takes 10 seconds or more …\n`);
  await makeBuild(build, root);
}
await import('../dist/main.js');

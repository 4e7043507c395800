/** The browser of the tests: Chromium, or Debian's Firefox with BROWSER=firefox. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Context } from 'mocha';
import { type Browser, chromium, firefox } from 'playwright-core';

export const isFirefox = process.env['BROWSER'] === 'firefox';

const NAME = isFirefox ? 'Firefox' : 'Chromium';
const VARIABLE = NAME.toUpperCase();
const PLACES = isFirefox
  ? ['/usr/bin/firefox-esr', '/usr/bin/firefox']
  : ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const path = process.env[VARIABLE] ?? PLACES.find((place) => existsSync(place));
const MISSING = `there is no ${NAME}; install one, or name it in ${VARIABLE}`;

const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Chromium gets the reduced motion by Playwright. */
const FIREFOX_PREFERENCES = { 'ui.prefersReducedMotion': 1 };

/** Starts a browser. Close it when it is not needed any more. */
export async function launchBrowser(): Promise<Browser> {
  if (!path) throw new Error(MISSING);
  if (!isFirefox) return chromium.launch({ executablePath: path, args: CHROMIUM_FLAGS });
  return firefox.launch({
    channel: 'moz-firefox',
    executablePath: resolve(import.meta.dirname, 'firefox-bridge.ts'),
    env: { ...process.env, FIREFOX: path },
    firefoxUserPrefs: FIREFOX_PREFERENCES,
  });
}

/** Skips a suite where there is no browser, and says so; in CI that is an error. Call it in its `before`. */
export function needsBrowser(context: Context): void {
  if (path) return;
  if (process.env['CI']) throw new Error(MISSING);
  process.stderr.write(`  skipped: ${MISSING}\n`);
  context.skip();
}

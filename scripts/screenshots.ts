/**
 * Makes the screenshots of the README in docs/images/, from the synthetic recordings and the synthetic directory in
 * fixtures/. Usage: npm run build:web && npm run screenshots
 */
import { mkdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { mochaGlobalSetup, mochaGlobalTeardown } from '../test/support/mongo.ts';
import { call } from '../test/support/http.ts';
import { drawn } from '../test/support/viewed.ts';
import { WebUnderTest } from '../test/support/web.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));
const IMAGES = fileURLToPath(new URL('../docs/images/', import.meta.url));
const RECORDINGS = ['ecg-holter-2lead-60s.json', 'ecg-3lead-20s.edf', 'ecg-12lead-10s.json', 'ecg-12lead-10s.dcm'];

const web = new WebUnderTest();

/** Uploads the recordings; the first answer of the 12-lead one is its id. */
async function upload(): Promise<string> {
  let twelveLead = '';
  for (const name of RECORDINGS) {
    const answer = await call(web.test, 'POST', `/ecgs?fileName=${name}`, {
      token: web.test.clinician.token,
      raw: await readFile(FIXTURES + name),
      headers: { 'Content-Type': 'application/octet-stream' },
    });
    if (answer.status !== 201) throw new Error(`${name} was answered with ${answer.status}: ${answer.text}`);
    if (name === 'ecg-12lead-10s.json') twelveLead = (answer.json as { id: string }).id;
  }
  return twelveLead;
}

async function shoot(page: Page, name: string): Promise<void> {
  // The pointer and the focus would be in the picture.
  await page.evaluate('document.activeElement?.blur()');
  await page.screenshot({ path: `${IMAGES}${name}.png`, animations: 'disabled' });
}

await mochaGlobalSetup();
await mkdir(IMAGES, { recursive: true });
await web.start({}, {});
try {
  const id = await upload();
  const page = await web.open('/recordings', { as: web.test.clinician, width: 1280, height: 620 });
  await page
    .locator('tbody tr')
    .nth(RECORDINGS.length - 1)
    .waitFor();
  await shoot(page, 'recordings');
  await page.setViewportSize({ width: 1400, height: 800 });
  await page.goto(`/recordings/${id}`);
  await drawn(page);
  await page.locator('.counts[aria-busy=false] td').first().waitFor();
  await shoot(page, 'viewer');
} finally {
  await web.stop();
  await mochaGlobalTeardown();
}

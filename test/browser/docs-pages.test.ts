/**
 * The two pages of the API document in a real browser: they show it, violate no content security policy and contact no
 * other host.
 */
import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { type Browser, chromium, type Page } from 'playwright-core';
import { startTestApp, type TestApp } from '../support/app.ts';

const CHROMIUM =
  process.env['CHROMIUM'] ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The operations of a path in the document; `servers` and `parameters` are its other keys. */
const METHODS = new Set(['get', 'put', 'post', 'patch', 'delete', 'head', 'options']);

describe('the pages of the API document', function () {
  this.timeout(60_000);
  let test: TestApp;
  let browser: Browser;

  before(async function () {
    if (!CHROMIUM) {
      if (process.env['CI']) throw new Error('There is no Chromium. Install one, or name it in CHROMIUM.');
      process.stderr.write('  skipped: there is no Chromium; install one, or name it in CHROMIUM\n');
      this.skip();
    }
    test = await startTestApp();
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  });

  after(async () => {
    await browser?.close();
    await test?.close();
  });

  /** Opens a page and records everything that must not happen. */
  async function open(path: string): Promise<{ page: Page; faults: string[] }> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const faults: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) faults.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
    page.on('request', (request) => {
      if (!request.url().startsWith(test.url) && !/^(data|blob):/.test(request.url()))
        faults.push(`request: ${request.url()}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 400) faults.push(`status ${response.status()}: ${response.url()}`);
    });
    await page.addInitScript({
      content:
        "document.addEventListener('securitypolicyviolation', (e) => console.error('policy: ' + " +
        "e.violatedDirective + ' refused ' + e.blockedURI))",
    });
    const response = await page.goto(`${test.url}${path}`, { waitUntil: 'load' });
    expect(response?.headers()['content-security-policy'])
      .to.include("default-src 'none'")
      .and.not.to.match(/script-src[^;]*unsafe/);
    return { page, faults };
  }

  it('Swagger UI lists the operations and sends a request', async () => {
    const { page, faults } = await open('/docs');
    await page.locator('#operations-service-getHealth').click();
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByRole('button', { name: 'Execute' }).click();
    await page.locator('.live-responses-table .response-col_status', { hasText: '200' }).waitFor();
    expect(await page.locator('.live-responses-table').innerText()).to.include('"status": "ok"');
    const { paths } = (await (await fetch(`${test.url}/openapi.json`)).json()) as { paths: Record<string, object> };
    const documented = Object.values(paths)
      .flatMap(Object.keys)
      .filter((key) => METHODS.has(key));
    expect(documented).to.have.length.above(test.app.operations.length);
    expect(await page.locator('.opblock').count()).to.equal(documented.length);
    expect(faults).to.deep.equal([]);
    await page.close();
  });

  it('ReDoc shows the operations and finds one', async () => {
    const { page, faults } = await open('/redoc');
    await page.getByRole('heading', { name: 'Whether the process is alive' }).waitFor();
    await page.getByPlaceholder('Search...').fill('database');
    await page.locator('[data-role="search:results"] li').first().waitFor();
    expect(faults).to.deep.equal([]);
    await page.close();
  });
});

/**
 * The two pages of the API document in a real browser: they show it, violate no content security policy and contact no
 * other host.
 */
import { expect } from 'chai';
import type { Browser, Locator, Page } from 'playwright-core';
import { startTestApp, type TestApp } from '../support/app.ts';
import { launchBrowser, needsBrowser } from '../support/browser.ts';

/** Swagger UI looks for a component for files in lists, has none, and uses the one for files. */
const HARMLESS = 'Could not find component: JsonSchema_string_binary';

/** A recording to upload. */
const RECORDING = {
  name: 'a.json',
  mimeType: 'application/json',
  buffer: Buffer.from('{"samplingRate":500,"leads":[{"name":"II","signal":[1,-1,2]}]}'),
};

/** The operations of a path in the document; `servers` and `parameters` are its other keys. */
const METHODS = new Set(['get', 'put', 'post', 'patch', 'delete', 'head', 'options']);

/** Opens an operation and its form. */
async function tryOut(page: Page, id: string): Promise<Locator> {
  const block = page.locator(`[id="operations-${id}"]`);
  await block.locator('.opblock-summary').first().click();
  await block.getByRole('button', { name: 'Try it out' }).click();
  return block;
}

/** Sends the form and returns the status and the body of the answer. */
async function execute(block: Locator): Promise<{ status: string; text: string }> {
  await block.getByRole('button', { name: 'Execute' }).click();
  const table = block.locator('.live-responses-table');
  const status = await table.locator('tbody .response-col_status').first().innerText();
  return { status: status.trim().split('\n')[0]!, text: await table.innerText() };
}

describe('the pages of the API document', function () {
  this.timeout(60_000);
  let test: TestApp;
  let browser: Browser;

  before(async function () {
    needsBrowser(this);
    test = await startTestApp();
    browser = await launchBrowser();
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
      if (['error', 'warning'].includes(message.type()) && message.text() !== HARMLESS)
        faults.push(`${message.type()}: ${message.text()}`);
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

  it('Swagger UI remembers the token over a reload, and sends forms as they are offered', async () => {
    const { page, faults } = await open('/docs');
    await page.getByRole('button', { name: 'Authorize' }).click();
    await page.locator('.auth-container input').fill(test.clinician.token);
    await page.locator('.auth-container').getByRole('button', { name: 'Apply credentials' }).click();
    await page.reload({ waitUntil: 'load' });

    const upload = await tryOut(page, 'ecgs-uploadEcg');
    await upload.locator('select.content-type').first().selectOption('multipart/form-data');
    await upload.locator('input[type=file]').first().setInputFiles(RECORDING);
    const { status, text } = await execute(upload);
    expect(status, text).to.equal('201');

    const list = await tryOut(page, 'ecgs-listEcgs');
    const listed = await execute(list);
    expect(listed.status, listed.text).to.equal('200');
    expect(listed.text).to.include('"channels"');

    const importing = await tryOut(page, 'imports-uploadImport');
    expect(await importing.locator('[data-property-name=kind] option').allInnerTexts()).to.deep.equal([
      '--',
      'patients',
      'studies',
      'encounters',
      'conditions',
      'attendances',
    ]);
    await importing.locator('input[type=file]').setInputFiles({
      name: 'a.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('Id,First,Last,BirthDate\n1,A,B,1944-04-23\n'),
    });
    const imported = await execute(importing);
    expect(imported.status, imported.text).to.equal('202');
    expect(faults).to.deep.equal([]);
    await page.close();
  });

  it('Swagger UI says who may use an operation, and puts no example into what may be left out', async () => {
    const { page, faults } = await open('/docs');
    const change = await tryOut(page, 'users-changeUser');
    expect(await change.locator('.opblock-description').innerText()).to.match(/^For admins\. /);
    expect(await change.locator('tr[data-param-name=If-Match] input').inputValue()).to.equal('');
    expect(await change.locator('tr[data-param-name=If-Match]').innerText()).to.include('Example: "3"');
    expect(await change.locator('tr[data-param-name=id] input').inputValue(), 'needed').not.to.equal('');
    expect(faults).to.deep.equal([]);
    await page.close();
  });

  it('Swagger UI needs no token after a log-in with cookies', async () => {
    const { page, faults } = await open('/docs');
    const logIn = await tryOut(page, 'auth-beginSession');
    const { email, password } = test.clinician;
    await logIn.locator('textarea').fill(JSON.stringify({ email, password }));
    expect((await execute(logIn)).status).to.equal('200');
    const me = await execute(await tryOut(page, 'auth-readMe'));
    expect(me.text).to.include(email);
    const others = await execute(await tryOut(page, 'auth-endOtherSessions'));
    expect(others.status, others.text).to.equal('204');
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

/**
 * The web application in a real browser, over the real service. `npm run test:browser` builds it first; for a single
 * file, run `npm run build:web` before.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { expect } from 'chai';
import type { Suite } from 'mocha';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Config } from '../../src/startup/config.ts';
import { isFirefox, launchBrowser, needsBrowser } from './browser.ts';
import { type Principal, startTestApp, type TestApp, type TestAppDeps } from './app.ts';

const FOLDER = '.cache/web';
/** Requests that are refused, as some tests want it, are no fault of the page. */
const EXPECTED = /^error: Failed to load resource/;

export interface OpenOptions {
  /** Who is logged in, by the log-in page; omitted: nobody. */
  as?: Principal;
  width?: number;
  height?: number;
  language?: 'en' | 'pt';
}

export class WebUnderTest {
  #test: TestApp | null = null;
  #browser: Browser | null = null;
  readonly #faults: string[] = [];

  get test(): TestApp {
    if (!this.#test) throw new Error('The application was not started.');
    return this.#test;
  }

  async start(overrides: Partial<Config>, deps: TestAppDeps): Promise<void> {
    if (!existsSync(join(FOLDER, 'index.html'))) throw new Error('Build the web application first: npm run build:web');
    this.#test = await startTestApp(overrides, { webFolder: FOLDER, ...deps });
    this.#browser = await launchBrowser();
  }

  /** A browser of its own: other cookies, another storage. Close its context when it is not needed any more. */
  async browse({ width = 1280, height = 900, language = 'en' }: OpenOptions = {}): Promise<BrowserContext> {
    if (!this.#browser) throw new Error('The browser was not started.');
    return this.#browser.newContext({
      viewport: { width, height },
      locale: language === 'pt' ? 'pt-BR' : 'en-GB',
      baseURL: this.test.url,
      reducedMotion: 'reduce',
    });
  }

  /** Opens an address in a browser of its own. @param path such as `/recordings` */
  async open(path: string, options: OpenOptions = {}): Promise<Page> {
    const page = await this.tab(await this.browse(options));
    await page.goto(path);
    if (options.as) await logInOn(page, options.as);
    return page;
  }

  /** Another tab of a browser. Whatever must not happen in it fails the tests at their end. */
  async tab(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    const { url } = this.test;
    page.on('console', (message) => {
      const text = `${message.type()}: ${message.text()}`;
      if (['error', 'warning'].includes(message.type()) && !EXPECTED.test(text)) this.#faults.push(text);
    });
    page.on('pageerror', (error) => this.#faults.push(`exception: ${error.message}`));
    page.on('request', (request) => {
      const to = request.url();
      if (!to.startsWith(url) && !/^(?:data|blob|about):/.test(to)) this.#faults.push(`request to another host: ${to}`);
    });
    return page;
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
    await this.#test?.close();
    expect(this.#faults, 'faults of the pages').to.deep.equal([]);
  }
}

/**
 * Starts application and browser for a suite, and stops them. Usage: `const web = webTests(this);`. Without a
 * browser the suite is skipped; in CI that is an error.
 */
export function webTests(suite: Suite, overrides: Partial<Config> = {}, deps: TestAppDeps = {}): WebUnderTest {
  const web = new WebUnderTest();
  suite.timeout(60_000);
  suite.beforeAll(async function start() {
    needsBrowser(this);
    await web.start(overrides, deps);
  });
  suite.afterAll(async () => web.stop());
  return web;
}

/** Logs in where the log-in page is shown, in English or Portuguese, and waits for the page of the address. */
export async function logInOn(page: Page, { email, password }: Pick<Principal, 'email' | 'password'>): Promise<void> {
  await page.locator('.entrance input[type=email]').fill(email);
  await page.locator('.entrance input[type=password]').fill(password);
  await page.locator('.entrance button[type=submit]').click();
  await page.locator('.entrance').waitFor({ state: 'detached' });
  await page.locator('header.bar').waitFor();
}

/**
 * Fails with everything that axe-core finds on the page as it is now. Not in Firefox, where the elements are the same:
 * after axe-core, some of its processes crash.
 */
export async function expectAccessible(page: Page): Promise<void> {
  if (isFirefox) return;
  await page.evaluate(axe.source);
  const found = await page.evaluate<string[]>(`axe.run(document, { resultTypes: ['violations'] }).then(
    ({ violations }) => violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => id + ': ' + node.target.join(' ') + ' ' + (node.failureSummary ?? ''))))`);
  expect(found, `axe-core on ${page.url()}`).to.deep.equal([]);
}

/** Whether the page is wider than its window, so that everything would have to be moved sideways. */
export const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>('document.documentElement.scrollWidth > document.documentElement.clientWidth');

/** Drops files on the page, as a desktop does. @param files their texts or bytes by name */
export async function drop(page: Page, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  const coded = Object.entries(files).map(([name, content]) => [name, Buffer.from(content).toString('base64')]);
  await page.evaluate<void>(`(() => {
    const data = new DataTransfer();
    for (const [name, coded] of ${JSON.stringify(coded)})
      data.items.add(new File([Uint8Array.from(atob(coded), (byte) => byte.charCodeAt(0))], name));
    for (const type of ['dragenter', 'dragover', 'drop'])
      document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
  })()`);
}

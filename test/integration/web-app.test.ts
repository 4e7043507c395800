/** The web application's files, as a browser gets them. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { PAGES } from '../../src/http/web-app.ts';
import { startTestApp, type TestApp } from '../support/app.ts';

const PAGE = '<!doctype html><title>Leadwire</title>';
const SCRIPT = 'console.log("leadwire");'.repeat(20);
const BROWSER = { Accept: 'text/html,*/*;q=0.8' };

/** The bytes as they are sent; `fetch` would decode them. */
const rawGet = (url: string, accepted: string) =>
  new Promise<{ headers: IncomingHttpHeaders; body: Buffer }>((resolve, reject) => {
    get(url, { headers: { 'Accept-Encoding': accepted } }, (answer) => {
      buffer(answer).then((body) => resolve({ headers: answer.headers, body }), reject);
    }).on('error', reject);
  });

describe('the web application', function () {
  this.timeout(60_000);
  let folder: string;
  let test: TestApp;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'web-app-'));
    await mkdir(join(folder, 'assets'));
    for (const [name, text] of [
      ['index.html', PAGE],
      ['assets/main-1a2b.js', SCRIPT],
    ] as const) {
      await writeFile(join(folder, name), text);
      await writeFile(join(folder, `${name}.br`), brotliCompressSync(text));
      await writeFile(join(folder, `${name}.gz`), gzipSync(text));
    }
    test = await startTestApp({}, { webFolder: folder });
  });
  after(async () => {
    await test.close();
    await rm(folder, { recursive: true });
  });

  it('answers every address of the application with its page', async () => {
    for (const path of ['/', ...PAGES.map((page) => page.replace(':id', '665f1c2ab7e4d1a2c3b4d5e6'))]) {
      const answer = await fetch(test.url + path, { headers: BROWSER });
      expect([answer.status, answer.headers.get('content-type')], path).to.deep.equal([
        200,
        'text/html; charset=utf-8',
      ]);
      expect(await answer.text(), path).to.equal(PAGE);
    }
  });

  it('allows its page no inline content and no other host', async () => {
    const policy = (await fetch(`${test.url}/recordings`)).headers.get('content-security-policy');
    expect(policy).to.include("default-src 'none'").and.include("script-src 'self'").and.include("style-src 'self'");
    expect(policy).not.to.match(/unsafe|https?:|\*/);
  });

  it('lets a browser keep the files for good, and the page only if it asks whether it has changed', async () => {
    const file = await fetch(`${test.url}/assets/main-1a2b.js`);
    expect(file.headers.get('cache-control')).to.equal('public, max-age=31536000, immutable');
    const page = await fetch(`${test.url}/recordings`);
    expect(page.headers.get('cache-control')).to.equal('no-cache');
    const again = await fetch(`${test.url}/recordings`, {
      headers: { 'If-None-Match': page.headers.get('etag') ?? '' },
    });
    expect([again.status, await again.text()]).to.deep.equal([304, '']);
  });

  for (const [accepted, coding, decoded] of [
    ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
    ['gzip;q=1, br;q=0.2', 'gzip', gunzipSync],
    ['identity', null, (bytes: Buffer) => bytes],
    ['br;q=0, gzip;q=0', null, (bytes: Buffer) => bytes],
  ] as const) {
    it(`sends ${coding ?? 'plain files'} to a browser that accepts ${accepted}`, async () => {
      const { headers, body } = await rawGet(`${test.url}/assets/main-1a2b.js`, accepted);
      expect([headers['content-encoding'] ?? null, headers.vary]).to.deep.equal([coding, 'Accept-Encoding']);
      expect(decoded(body).toString()).to.equal(SCRIPT);
    });
  }

  it('shows a browser its page at an address that does not exist, as not found', async () => {
    for (const path of ['/nonsense', '/recordings/a/b', '/apiary']) {
      const answer = await fetch(test.url + path, { headers: BROWSER });
      expect([answer.status, answer.headers.get('content-type')], path).to.deep.equal([
        404,
        'text/html; charset=utf-8',
      ]);
      expect(answer.headers.get('content-security-policy'), path).to.include("script-src 'self'");
      expect(await answer.text(), path).to.equal(PAGE);
      const again = { ...BROWSER, 'If-None-Match': answer.headers.get('etag') ?? '' };
      expect((await fetch(test.url + path, { headers: again })).status, path).to.equal(404);
      expect((await fetch(test.url + path, { method: 'HEAD', headers: BROWSER })).status, path).to.equal(404);
    }
  });

  it('tells programs, and browsers at addresses for programs, of an unknown address with a problem', async () => {
    for (const [path, request] of [
      ['/nonsense', {}],
      ['/nonsense', { headers: { Accept: 'application/json' } }],
      ['/nonsense', { method: 'POST', headers: BROWSER }],
      ...['/api', '/api/v1/nonsense', '/docs/nonsense', '/redoc/nonsense', '/assets/a/b'].map(
        (address) => [address, { headers: BROWSER }] as const,
      ),
    ] as const) {
      const answer = await fetch(test.url + path, request);
      expect([answer.status, answer.headers.get('content-type')], path).to.deep.equal([
        404,
        'application/problem+json',
      ]);
    }
  });

  it('has no file of another name, and none outside its folder', async () => {
    for (const path of ['/assets/other.js', '/assets/..%2findex.html', '/assets/main-1a2b.js.gz', '/recordings/1/2'])
      expect((await fetch(test.url + path)).status, path).to.equal(404);
  });
});

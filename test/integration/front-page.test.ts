/** The root address, for browsers and for programs. */
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../support/app.ts';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';

describe('the root of the service', function () {
  this.timeout(60_000);
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  const ask = (accept: string | null, method = 'GET') =>
    fetch(`${test.url}/`, { method, redirect: 'manual', headers: accept === null ? {} : { Accept: accept } });

  it('redirects a browser to the pages of the API', async () => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await ask(BROWSER, method);
      expect([answer.status, answer.headers.get('location'), answer.headers.get('vary')], method).to.deep.equal([
        302,
        '/docs',
        'Accept',
      ]);
    }
    expect((await fetch(`${test.url}/`, { headers: { Accept: BROWSER } })).url).to.equal(`${test.url}/docs`);
  });

  for (const accept of [null, '*/*', 'application/json', 'application/json, text/html;q=0.5', 'image/png']) {
    it(`gives a program that accepts ${accept} the addresses of everything`, async () => {
      const answer = await ask(accept);
      expect([answer.status, answer.headers.get('vary')]).to.deep.equal([200, 'Accept']);
      const index = (await answer.json()) as Record<string, string>;
      expect(index).to.include({ service: 'leadwire', api: '/api/v1' });
      for (const page of ['documentation', 'document', 'health'])
        expect((await fetch(test.url + index[page])).status, page).to.equal(200);
    });
  }

  it('accepts no other method', async () => expect((await ask(null, 'POST')).status).to.equal(405));
});

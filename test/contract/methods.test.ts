/** Every address has exactly the methods that the API document describes. */
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../support/app.ts';
import { describedOperations, DOCUMENT } from '../support/document.ts';

const SENT = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** The methods of every address of the document. */
function described(): [address: string, methods: string[]][] {
  const methods = new Map<string, string[]>();
  for (const { method, address } of describedOperations(DOCUMENT)) {
    const own = method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()];
    // OPTIONS is answered everywhere.
    const others = (methods.get(address) ?? []).filter((other) => !own.includes(other));
    methods.set(address, [...others, ...own.filter((one) => one !== 'OPTIONS')]);
  }
  return [...methods];
}

describe('the methods of an address', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  for (const [address, methods] of described()) {
    it(`${address} has ${methods.join(', ')}, as OPTIONS and every 405 say`, async () => {
      const headers = { Authorization: `Bearer ${test.admin.token}` };
      const url = test.url + address.replaceAll(/\{\w+\}/g, 'a'.repeat(24));
      const allow = [...methods, 'OPTIONS'];

      const options = await fetch(url, { method: 'OPTIONS' });
      expect(options.status).to.equal(204);
      expect(options.headers.get('allow')?.split(', ')).to.have.members(allow);

      for (const method of SENT.filter((other) => !methods.includes(other))) {
        const refused = await fetch(url, { method, headers });
        expect(refused.status, method).to.equal(405);
        expect(refused.headers.get('allow')?.split(', '), method).to.have.members(allow);
      }
    });
  }
});

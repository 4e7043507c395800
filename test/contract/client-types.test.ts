/** The web application's types are those of this API. */
import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { digestOf, SCHEMA_FILE } from '../../scripts/client-types/document.ts';
import { startTestApp } from '../support/app.ts';

describe('the types of the web application', () => {
  it('were made from the present API document', async () => {
    const test = await startTestApp();
    const { document } = test.app;
    await test.close();
    const [first = ''] = (await readFile(SCHEMA_FILE, 'utf8')).split('\n', 1);
    expect(first, 'Run npm run client-types').to.include(digestOf(document));
  });
});

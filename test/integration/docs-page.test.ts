/** What the page of the API document is made of, without a browser. */
import { expect } from 'chai';
import { startTestApp } from '../support/app.ts';

describe('the page of the API document', () => {
  it('shows this document alone: it has no bar to open another, and asks nobody whether it is valid', async () => {
    const app = await startTestApp();
    const response = await fetch(`${app.url}/docs`);
    const html = await response.text();
    await app.close();
    expect(response.status).to.equal(200);
    expect(html).to.match(/plugins = \[\s*SwaggerUIBundle\.plugins\.DownloadUrl,\s*HideTopbarPlugin/);
    expect(html).to.match(/"?validatorUrl"?\s*[:=]\s*null|validatorUrl/).and.not.contain('googleapis');
  });
});

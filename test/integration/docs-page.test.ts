/** The contents of the API document's page, without a browser. */
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../support/app.ts';

describe('the page of the API document', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());

  it('shows only this document: it has no bar to open another, and contacts no other host', async () => {
    const response = await fetch(`${app.url}/docs`);
    const html = await response.text();
    expect(response.status).to.equal(200);
    expect(html).to.match(/plugins = \[\s*SwaggerUIBundle\.plugins\.DownloadUrl,\s*HideTopbarPlugin/);
    expect(html).not.to.match(/(?:src|href)="(?:https?:)?\/\//);
  });
});

/** What a browser requests by itself, without a script that could set a header: pictures, downloads, event streams. */
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { things } from '../../support/import-kind.ts';
import { form } from '../../support/imports.ts';
import { begun } from '../../support/uploads.ts';
import { Visitor } from '../../support/visitor.ts';

const RECORDING = { samplingRate: 500, leads: [{ name: 'II', signal: [1, -1, 2, -2] }] };

describe('the cookie of a session is enough for', () => {
  let app: TestApp;
  let visitor: Visitor;
  before(async () => {
    app = await startTestApp({}, { importKinds: [things] });
  });
  after(() => app.close());
  beforeEach(async () => {
    visitor = new Visitor(app);
    await visitor.logIn(app.clinician);
  });

  /** Opens an event stream as EventSource does. */
  async function listen(path: string): Promise<() => Promise<{ done: boolean; value?: string | undefined }>> {
    const address = `/api/v1${path}`;
    const headers = { Cookie: visitor.cookieFor(address), Accept: 'text/event-stream' };
    const response = await fetch(app.url + address, { headers });
    expect(response.headers.get('content-type')).to.match(/^text\/event-stream/);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    return () => reader.read();
  }

  it('an upload, its picture and its download', async () => {
    const { json } = await visitor.call('POST', '/ecgs?duplicate=allow', { body: RECORDING });
    const picture = await visitor.call('GET', `/ecgs/${json.id}/ecg.svg`);
    expect(picture.status).to.equal(200);
    expect(picture.headers.get('content-type')).to.match(/^image\/svg\+xml/);
    const download = await visitor.call('GET', `/ecgs/${json.id}/export?format=csv`);
    expect(download.status).to.equal(200);
    expect(download.headers.get('content-disposition')).to.match(/^attachment/);
  });

  it('the events of an import, until the session ends', async () => {
    const { json } = await visitor.call('POST', '/imports', { body: form('Key,Value\n') });
    const read = await listen(`/imports/${json.id}/events`);
    expect((await read()).value).to.match(/^event: progress\nid: 1\ndata: /);
    await visitor.call('DELETE', '/auth/session');
    expect((await read()).done).to.equal(true);
  });

  it('the events of an upload', async () => {
    const id = await begun(app, app.clinician, 4);
    const read = await listen(`/uploads/${id}`);
    expect((await read()).value).to.match(/^event: progress\n/);
    await visitor.call('DELETE', '/auth/session');
    expect((await read()).done).to.equal(true);
  });
});

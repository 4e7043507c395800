/** Conditional requests: an answer that a client already has is not sent again. */
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { aStudy, made, somebody } from '../../support/directory.ts';
import { type Answer, call } from '../../support/http.ts';

const tagOf = ({ headers }: Answer): string => headers.get('etag') as string;

describe('an answer that the client has', () => {
  let app: TestApp;
  let patient: string;
  let ecg: string;
  before(async () => {
    app = await startTestApp();
    patient = await made(app, '/patients', somebody());
    const leads = [{ name: 'I', signal: [1, -1, 2] }];
    ecg = await made(app, '/ecgs', { patient, leads }, app.clinician.token);
  });
  after(() => app.close());

  const get = (path: string, tag?: string, accept = 'application/json', user = app.clinician): Promise<Answer> =>
    call(app, 'GET', path, {
      token: user.token,
      accept,
      headers: tag === undefined ? {} : { 'If-None-Match': tag },
    });

  for (const [path, accept] of [
    ['/ecgs', 'application/json'],
    ['/ecgs?view=short', 'application/json'],
    ['/ecgs/{ecg}', 'application/json'],
    ['/ecgs/{ecg}/insights', 'application/json'],
    ['/ecgs/{ecg}/insights', 'text/csv'],
    ['/ecgs/{ecg}/insights?gaps=bridge', 'application/json'],
    ['/patients', 'application/json'],
    ['/patients/{patient}', 'application/json'],
    ['/patients/{patient}/basic', 'application/json'],
    ['/patients/{patient}/ecgs', 'application/json'],
    ['/studies', 'application/json'],
    ['/auth/me', 'application/json'],
    ['/imports', 'application/json'],
    ['/formats', 'application/json'],
  ] as const) {
    it(`is not sent again: ${path} as ${accept}`, async () => {
      const address = path.replace('{ecg}', ecg).replace('{patient}', patient);
      const first = await get(address, undefined, accept);
      expect(first.status).to.equal(200);
      const again = await get(address, tagOf(first), accept);
      expect([again.status, again.text]).to.deep.equal([304, '']);
      expect((await get(address, `W/${tagOf(first)}, "another"`, accept)).status).to.equal(304);
      expect((await get(address, '"another"', accept)).text).to.equal(first.text);
    });
  }

  it('is sent again as soon as it has changed, also without a new version of the resource', async () => {
    const study = await made(app, '/studies', { patient, ...aStudy() });
    const [list, one, recording] = await Promise.all([get('/patients'), get(`/studies/${study}`), get(`/ecgs/${ecg}`)]);
    const patch = (path: string, body: object): Promise<Answer> =>
      call(app, 'PATCH', path, { token: app.clinician.token, body });
    expect((await patch(`/ecgs/${ecg}`, { study })).status).to.equal(200);
    expect((await get(`/ecgs/${ecg}`, tagOf(recording))).status).to.equal(200);
    const changed = await get(`/studies/${study}`, tagOf(one));
    expect([changed.status, changed.json.version]).to.deep.equal([200, one.json.version]);
    expect((await get('/patients', tagOf(list))).status).to.equal(304);
    expect((await patch(`/patients/${patient}`, { phone: '555-0100' })).status).to.equal(200);
    expect((await get('/patients', tagOf(list))).status).to.equal(200);
  });

  it('is sent if it is another one: CSV in place of JSON', async () => {
    const json = await get(`/ecgs/${ecg}/insights`);
    expect((await get(`/ecgs/${ecg}/insights`, tagOf(json), 'text/csv')).status).to.equal(200);
  });

  it('remains forbidden to somebody else', async () => {
    const tag = tagOf(await get(`/ecgs/${ecg}`));
    expect((await get(`/ecgs/${ecg}`, tag, 'application/json', app.other)).status).to.equal(404);
    expect((await get(`/ecgs/${ecg}`, '*', 'application/json', app.admin)).status).to.equal(403);
  });

  it('has a tag that names its version for If-Match, as the version alone does', async () => {
    const path = `/patients/${patient}`;
    const change = (tag: string, phone: string): Promise<Answer> =>
      call(app, 'PATCH', path, { token: app.clinician.token, body: { phone }, headers: { 'If-Match': tag } });
    const { json, headers } = await get(path);
    const tag = headers.get('etag') as string;
    expect(tag).to.match(new RegExp(`^"${json.version}-[0-9a-f]{16}(-br)?"$`));
    const changed = await change(tag, '555-0101');
    expect([changed.status, changed.headers.get('etag')]).to.deep.equal([200, `"${json.version + 1}"`]);
    expect((await change(tag, '555-0102')).json.code).to.equal('version-stale');
    expect((await change(tag.replace(/^"\d+/, '"999'), '555-0103')).json.code).to.equal('version-stale');
    expect((await change(`"${json.version + 1}"`, '555-0104')).status).to.equal(200);
    expect((await change(tag.replace(/^"\d+-/, '"'), '555-0105')).json.code).to.equal('version-stale');
  });
});

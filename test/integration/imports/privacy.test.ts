/** What others see of an import: admins its errors without any contents of its file, other clinicians nothing. */
import { expect } from 'chai';
import { type Principal, startTestApp, type TestApp } from '../../support/app.ts';
import { call } from '../../support/http.ts';
import { things } from '../../support/import-kind.ts';

/** The content of a cell. */
const CELL = 'Terrilyn';

describe('an import of somebody else', () => {
  let app: TestApp;
  /** An import without a header, whose failure quotes the first row, and one with a wrong row. */
  let failed: string;
  let wrong: string;

  before(async () => {
    app = await startTestApp({}, { importKinds: [things], importTiming: { leaseMs: 3_000, pollMs: 20 } });
    app.app.importWorker.start();
    failed = await imported(`${CELL},1944\nb,2\n`);
    wrong = await imported(`Key,Value\na,${CELL}\n`);
  });
  after(() => app.close());

  const get = (path: string, { token }: Principal, accept = 'application/json') =>
    call(app, 'GET', path, { token, accept });
  async function imported(file: string): Promise<string> {
    const form = new FormData();
    form.set('file', new Blob([file], { type: 'text/csv' }), 'rows.csv');
    const { id } = (await call(app, 'POST', '/imports', { token: app.clinician.token, body: form })).json;
    // The event stream ends with the import.
    await get(`/imports/${id}/events`, app.clinician, 'text/event-stream');
    return id;
  }

  it('that failed shows the reason with cells to its importer, and only the first clause to admins', async () => {
    const { json: own } = await get(`/imports/${failed}`, app.clinician);
    expect(own.failure).to.contain(CELL);
    const { json: foreign } = await get(`/imports/${failed}`, app.admin);
    expect(foreign).to.deep.equal({ ...own, failure: foreign.failure });
    expect(foreign.failure).to.match(/^[^,.:]+\.$/);
    expect(own.failure.startsWith(foreign.failure.slice(0, -1)), foreign.failure).to.equal(true);
  });

  it('that has wrong rows shows the values to its importer, and only the places to admins', async () => {
    const { json: own } = await get(`/imports/${wrong}/errors`, app.clinician);
    expect(own.items[0]).to.include({ line: 2, column: 'Value', value: CELL });
    const { json: foreign } = await get(`/imports/${wrong}/errors`, app.admin);
    expect(foreign.items).to.deep.equal([{ ...own.items[0], value: null }]);
  });

  for (const [what, path, accept] of [
    ['the list', () => '/imports', 'application/json'],
    ['the events', () => `/imports/${failed}/events`, 'text/event-stream'],
    ['the report as CSV', () => `/imports/${wrong}/errors`, 'text/csv'],
  ] as const) {
    it(`shows admins no cell in ${what}`, async () => {
      expect((await get(path(), app.clinician, accept)).text).to.contain(CELL);
      const foreign = await get(path(), app.admin, accept);
      expect(foreign.status).to.equal(200);
      expect(foreign.text).not.to.contain(CELL);
    });
  }

  it('shows admins no cell when it ended before they cancelled it', async () => {
    const answer = await call(app, 'POST', `/imports/${failed}/cancel`, { token: app.admin.token });
    expect(answer.status).to.equal(409);
    expect(answer.text).not.to.contain(CELL);
  });

  it('does not exist for another clinician, in any form', async () => {
    for (const path of [`/imports/${failed}`, `/imports/${failed}/events`, `/imports/${wrong}/errors`]) {
      expect((await get(path, app.other, '*/*')).status, path).to.equal(404);
    }
    const refused = await call(app, 'POST', `/imports/${failed}/cancel`, { token: app.other.token });
    expect(refused.status).to.equal(404);
    expect((await get('/imports?total=true', app.other)).json).to.deep.equal({ items: [], nextCursor: null, total: 0 });
    expect((await get('/imports?total=true', app.admin)).json.total).to.equal(2);
  });
});

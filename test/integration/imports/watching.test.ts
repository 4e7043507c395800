/** What clients see of an import while it runs and afterwards, and how it ends early. */
import { expect } from 'chai';
import { readConfig } from '../../../src/startup/config.ts';
import { type Principal, startTestApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { type Answer, call } from '../../support/http.ts';
import { notes, things } from '../../support/import-kind.ts';
import { counts, form, imported as importedBy, send as sendTo } from '../../support/imports.ts';

describe('an import', function () {
  this.timeout(60_000);
  let app: TestApp;
  let user: Principal;

  before(async () => {
    app = await startTestApp({}, { importKinds: [things, notes], importTiming: { leaseMs: 3_000, pollMs: 50 } });
    await app.database.collection('things').createIndex({ key: 1 }, { unique: true });
    app.app.importWorker.start();
    user = app.clinician;
  });
  after(() => app.close());
  beforeEach(() => app.database.collection('things').deleteMany({}));

  const send = (file: string): Promise<Answer> => sendTo(app, user, file);
  const imported = (file: string) => importedBy(app, user, file);

  describe('watching', () => {
    it('reports progress and the end as events', async () => {
      const { json } = await send(`Key,Value\n${Array.from({ length: 3_000 }, (_, i) => `k${i},${i}`).join('\n')}`);
      const { headers, text } = await call(app, 'GET', `/imports/${json.id}/events`, { token: user.token });
      expect(headers.get('content-type')).to.match(/^text\/event-stream/);
      const events = text
        .trimEnd()
        .split('\n\n')
        .map((event) => event.split('\n')[0]);
      expect(events.at(-1)).to.equal('event: end');
      expect(JSON.parse(/data: (.*)\n\n$/.exec(text)![1]!)).to.deep.include({ id: json.id, state: 'completed' });
    });

    it('ends when the service stops, though the import has not', async () => {
      const idle = await startTestApp({}, { importKinds: [things] });
      const { json } = await call(idle, 'POST', '/imports', { token: idle.clinician.token, body: form('Key,Value\n') });
      const response = await fetch(`${idle.url}/api/v1/imports/${json.id}/events`, {
        headers: { Authorization: `Bearer ${idle.clinician.token}` },
      });
      const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
      expect((await reader.read()).value).to.match(/^event: progress\nid: 1\ndata: /);
      const start = Date.now();
      const [rest] = await Promise.all([reader.read(), idle.close()]);
      expect(rest.done).to.equal(true);
      expect(Date.now() - start).to.be.below(5_000);
    });

    it('ends with the token', async () => {
      const idle = await startTestApp({}, { importKinds: [things] });
      const { token } = idle.clinician;
      const { json } = await call(idle, 'POST', '/imports', { token, body: form('Key,Value\n') });
      const response = await fetch(`${idle.url}/api/v1/imports/${json.id}/events`, {
        headers: { Authorization: `Bearer ${token}` },
      });
      const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
      expect((await reader.read()).value).to.match(/^event: progress/);
      expect((await call(idle, 'POST', '/auth/logout', { token })).status).to.equal(204);
      expect((await reader.read()).done).to.equal(true);
      await idle.close();
    });

    it('is limited for each user, and free again when one stream is closed', async () => {
      const { limits } = readConfig({}, () => ({
        secretKey: 'k'.repeat(32),
        adminPassword: 'x'.repeat(20),
        demoPassword: 'x'.repeat(20),
      }));
      const idle = await startTestApp({ limits: { ...limits, maxEventStreams: 2 } }, { importKinds: [things] });
      const { token } = idle.clinician;
      const { json } = await call(idle, 'POST', '/imports', { token, body: form('Key,Value\n') });
      const headers = { Authorization: `Bearer ${token}` };
      const closing = new AbortController();
      const listen = async () =>
        fetch(`${idle.url}/api/v1/imports/${json.id}/events`, { headers, signal: closing.signal });
      for (const response of [await listen(), await listen()]) expect(response.status).to.equal(200);
      const third = await call(idle, 'GET', `/imports/${json.id}/events`, { token });
      expect(third.json).to.include({ status: 429, code: 'too-many-streams' });
      expect(third.headers.get('retry-after')).to.equal('1');
      closing.abort();
      await eventually('a place is free', async () => {
        const again = new AbortController();
        const { status } = await fetch(`${idle.url}/api/v1/imports/${json.id}/events`, {
          headers,
          signal: again.signal,
        });
        again.abort();
        return status === 200;
      });
      await idle.close();
    });

    it('lists imports in pages, the latest first', async () => {
      const ids = [];
      for (const key of ['a', 'b', 'c']) ids.unshift((await imported(`Key,Value\n${key},1\n`)).id);
      const first = await call(app, 'GET', '/imports?limit=2&total=true', { token: user.token });
      const second = await call(app, 'GET', `/imports?limit=2&cursor=${first.json.nextCursor}`, { token: user.token });
      expect([...first.json.items, ...second.json.items].map(({ id }) => id).slice(0, 3)).to.deep.equal(ids);
      expect(first.json.total).to.be.at.least(3);
    });
  });

  describe('the error report', () => {
    it('comes in pages, and as CSV without formulas', async () => {
      const job = await imported(
        `Key,Value\n${['=1+1', '+x', '-y', '@z', '"a,""b"', '1.5'].map((value, i) => `k${i},${value}`).join('\n')}\n`,
      );
      const first = await call(app, 'GET', `/imports/${job.id}/errors?limit=4&total=true`, { token: user.token });
      const second = await call(app, 'GET', `/imports/${job.id}/errors?limit=4&cursor=${first.json.nextCursor}`, {
        token: user.token,
      });
      expect([...first.json.items, ...second.json.items].map(({ line }) => line)).to.deep.equal([2, 3, 4, 5, 6, 7]);
      expect([first.json.total, second.json.nextCursor]).to.deep.equal([6, null]);
      const csv = await call(app, 'GET', `/imports/${job.id}/errors`, { token: user.token, accept: 'text/csv' });
      expect(csv.headers.get('content-type')).to.match(/^text\/csv/);
      expect(csv.text.split('\r\n')).to.deep.equal([
        'line,column,value,reason',
        "2,Value,'=1+1,is no whole number",
        "3,Value,'+x,is no whole number",
        "4,Value,'-y,is no whole number",
        "5,Value,'@z,is no whole number",
        '6,Value,"a,""b",is no whole number',
        '7,Value,1.5,is no whole number',
        '',
      ]);
      expect(
        (await call(app, 'GET', `/imports/${job.id}/errors`, { token: user.token, accept: 'image/png' })).status,
      ).to.equal(406);
    });

    it('shows values to the importer, errors without them to admins, and nothing to others', async () => {
      const { id } = await imported('Key,Value\na,secret\n');
      const asked = async (by: Principal, accept?: string) =>
        call(app, 'GET', `/imports/${id}/errors`, { token: by.token, ...(accept ? { accept } : {}) });
      expect((await asked(user)).text).to.contain('secret');
      for (const accept of [undefined, 'text/csv']) {
        const answer = await asked(app.admin, accept);
        expect(answer.text).to.contain('is no whole number').and.not.contain('secret');
      }
      expect((await asked(app.other)).status).to.equal(404);
      expect((await call(app, 'GET', `/imports/${id}`, { token: app.admin.token })).json).to.include({
        id,
        userId: user.id,
      });
      expect(
        (await call(app, 'GET', '/imports', { token: app.admin.token })).json.items.map(
          (job: { id: string }) => job.id,
        ),
      ).to.include(id);
      expect((await call(app, 'GET', '/imports', { token: app.other.token })).json.items).to.deep.equal([]);
    });
  });

  describe('a file of rows that fail', () => {
    let strict: TestApp;
    before(async () => {
      strict = await startTestApp(
        { limits: { ...app.config.limits, maxImportFailures: 1_500 } },
        { importKinds: [things], importTiming: { leaseMs: 3_000, pollMs: 50 } },
      );
      strict.app.importWorker.start();
    });
    after(() => strict.close());
    const outcome = async (rows: string[]) => {
      const { json } = await call(strict, 'POST', '/imports', {
        token: strict.clinician.token,
        body: form(`Key,Value\n${rows.join('\n')}`),
      });
      for (;;) {
        const { json: job } = await call(strict, 'GET', `/imports/${json.id}`, { token: strict.clinician.token });
        if (job.endedAt !== null) return job;
      }
    };

    it('ends when more of them have failed than allowed, says which, and keeps the good ones', async () => {
      const job = await outcome(['good,1', ...Array.from({ length: 4_999 }, () => 'x')]);
      expect(job).to.include({ state: 'failed', errors: 1_999 });
      expect(job.rows).to.deep.equal(counts(2_000, 1, 0, 0, 1_999));
      expect(job.failure).to.match(/^More than 1500 rows failed .*MAX_IMPORT_FAILED_ROWS/);
      expect(job.failure).to.match(/Line 2002 and all later lines were not checked\. Correct the file/);
      expect(await strict.database.collection('things').countDocuments()).to.equal(1);
    });

    it('ends as usual if as many fail as allowed', async () => {
      const bad = Array.from({ length: 1_500 }, () => 'x');
      expect(await outcome([...bad, 'last,1'])).to.deep.include({
        state: 'completed',
        rows: counts(1_501, 1, 0, 0, 1_500),
      });
      expect(await outcome([...bad, 'x'])).to.include({ state: 'failed' });
      // Even if all of them fail before the last rows are read.
      const good = Array.from({ length: 501 }, (_, i) => `good${i},1`);
      expect(await outcome([...bad, ...good])).to.deep.include({
        state: 'completed',
        rows: counts(2_001, 501, 0, 0, 1_500),
      });
    });
  });

  describe('cancelling', () => {
    it('stops a running import between two batches: counts match what is stored, and stay', async () => {
      const { json } = await send(`Key,Value\n${Array.from({ length: 60_000 }, (_, i) => `k${i},${i}`).join('\n')}`);
      for (;;) {
        const { rows } = (await call(app, 'GET', `/imports/${json.id}`, { token: user.token })).json;
        if (rows.total > 0) break;
      }
      const answer = await call(app, 'POST', `/imports/${json.id}/cancel`, { token: user.token });
      expect(answer.json).to.include({ state: 'cancelled' });
      expect(answer.json.rows.created).to.be.within(1_000, 59_000);
      expect(await app.database.collection('things').countDocuments()).to.equal(answer.json.rows.created);
      // The worker is free again.
      await imported('Text\nnext\n');
      expect(await app.database.collection('things').countDocuments()).to.equal(answer.json.rows.created);
      expect((await call(app, 'POST', `/imports/${json.id}/cancel`, { token: user.token })).status).to.equal(200);
    });

    it('is refused once the import has ended', async () => {
      const { id } = await imported('Key,Value\na,1\n');
      const answer = await call(app, 'POST', `/imports/${id}/cancel`, { token: user.token });
      expect([answer.status, answer.json.code]).to.deep.equal([409, 'import-ended']);
    });
  });
});

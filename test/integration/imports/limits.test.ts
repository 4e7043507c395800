/** The limits of an import, tested at the limit and one beyond; and which changes raise its version. */
import { expect } from 'chai';
import { Types } from 'mongoose';
import type { ImportKind } from '../../../src/imports/kind.ts';
import { MAX_ATTEMPTS, MAX_ERRORS_A_ROW, MAX_ERRORS_KEPT, MAX_VALUE_LENGTH } from '../../../src/imports/limits.ts';
import { errorCollection, type StoredImport } from '../../../src/imports/model.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { call } from '../../support/http.ts';
import { importCollection } from '../../support/imports.ts';

/** A row `n,text` has n errors that quote the text. */
const faulty: ImportKind<null> = {
  name: 'faulty',
  dialects: [{ name: 'plain', required: ['Errors', 'Text'] }],
  read: ({ Errors = '0', Text = '' }) => {
    const error = { value: Text, reason: 'is wrong' };
    const errors = Array.from({ length: Number(Errors) }, (_, i) => ({ ...error, column: `c${i}` }));
    return errors.length > 0 ? { errors } : { item: null };
  },
  apply: async (rows) => ({ results: rows.map(() => 'unchanged') }),
};

describe('the limits of an import', () => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp({}, { importKinds: [faulty], importTiming: { leaseMs: 3_000, pollMs: 20 } });
  });
  afterEach(() => app.close());

  /** The answer to a form with this many fields besides its file. */
  const sent = async (fields: number) => {
    const form = new FormData();
    for (let n = 0; n < fields; n += 1) form.set(`f${n}`, 'x');
    form.set('file', new Blob(['Errors,Text\n'], { type: 'text/csv' }), 'rows.csv');
    return (await call(app, 'POST', '/imports', { token: app.clinician.token, body: form })).json;
  };
  const get = async (path: string, accept = 'application/json') =>
    call(app, 'GET', path, { token: app.clinician.token, accept });
  const queue = async (...rows: string[]): Promise<string> => {
    const form = new FormData();
    form.set('file', new Blob([['Errors,Text', ...rows, ''].join('\n')], { type: 'text/csv' }), 'rows.csv');
    return (await call(app, 'POST', '/imports', { token: app.clinician.token, body: form })).json.id as string;
  };
  const set = (id: string, changes: Partial<StoredImport>) =>
    importCollection(app.database).updateOne({ _id: new Types.ObjectId(id) }, { $set: changes });
  /** Starts the worker, and returns the import once it has ended. */
  const ended = async (id: string) => {
    app.app.importWorker.start();
    await get(`/imports/${id}/events`, 'text/event-stream');
    return (await get(`/imports/${id}`)).json;
  };
  const errorsOf = (id: string) => errorCollection(app.database).countDocuments({ import: new Types.ObjectId(id) });

  it('allow ten fields in a form besides its file, and no more', async () => {
    // Their number is accepted; they are refused because their names are unknown.
    expect(await sent(10)).to.include({ status: 422, code: 'validation-failed' });
    const refused = await sent(11);
    expect(refused).to.include({ status: 413, code: 'body-too-large' });
    expect(refused.detail).to.contain('10 fields');
  });

  it('restrict the errors of one row in the report', async () => {
    const id = await queue(`${MAX_ERRORS_A_ROW},x`, `${MAX_ERRORS_A_ROW + 1},x`);
    expect(await ended(id)).to.include({ state: 'completed', errors: 2 * MAX_ERRORS_A_ROW });
    expect(await errorsOf(id)).to.equal(2 * MAX_ERRORS_A_ROW);
  });

  it('restrict the length of quoted values', async () => {
    const id = await queue(`1,${'x'.repeat(MAX_VALUE_LENGTH)}`, `1,${'y'.repeat(MAX_VALUE_LENGTH + 1)}`);
    await ended(id);
    const [whole, cut] = (await get(`/imports/${id}/errors`)).json.items.map(({ value }: { value: string }) => value);
    expect(whole).to.equal('x'.repeat(MAX_VALUE_LENGTH));
    expect(cut)
      .to.have.length(MAX_VALUE_LENGTH)
      .and.match(/^y+[^y]$/);
  });

  it('restrict the errors kept for one import; further rows are counted', async () => {
    const id = await queue('1,a', '1,b', '1,c');
    await set(id, { errorsKept: MAX_ERRORS_KEPT - 2 });
    const job = await ended(id);
    expect(job).to.include({ state: 'completed', errors: MAX_ERRORS_KEPT });
    expect(job.rows.failed).to.equal(3);
    expect(await errorsOf(id)).to.equal(2);
  });

  it('restrict attempts without progress, after which the import is given up', async () => {
    const last = await queue('0,a');
    await set(last, { attempts: MAX_ATTEMPTS - 1 });
    expect(await ended(last)).to.include({ state: 'completed', failure: null });
    const over = await queue('0,a');
    await set(over, { attempts: MAX_ATTEMPTS });
    app.app.importWorker.wake();
    expect((await ended(over)).state).to.equal('failed');
  });

  it('count attempts anew after progress', async () => {
    const id = await queue('0,a');
    await set(id, { attempts: MAX_ATTEMPTS - 1 });
    await ended(id);
    expect((await importCollection(app.database).findOne({ _id: new Types.ObjectId(id) }))!.attempts).to.equal(0);
  });

  it('raise the version with every visible change: taken up, batch, end', async () => {
    const id = await queue('0,a');
    const { version } = (await get(`/imports/${id}`)).json;
    // Recognising the kind of the file is a change, too.
    expect((await ended(id)).version).to.equal(version + 4);
  });

  it('raise the version once when it is cancelled', async () => {
    const id = await queue('0,a');
    const { version } = (await get(`/imports/${id}`)).json;
    for (let i = 0; i < 2; i += 1) {
      const cancelled = await call(app, 'POST', `/imports/${id}/cancel`, { token: app.clinician.token });
      expect(cancelled.json).to.include({ state: 'cancelled', version: version + 1 });
      expect(cancelled.headers.get('etag')).to.equal(`"${version + 1}"`);
    }
  });
});

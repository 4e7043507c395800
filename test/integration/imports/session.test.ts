/** The session in which a worker commits: the import's next worker kills it, so nothing else may use it. */
import { expect } from 'chai';
import type { ClientSession } from 'mongoose';
import type { ImportKind } from '../../../src/imports/kind.ts';
import { startTestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { call } from '../../support/http.ts';

describe('the session of an import', () => {
  it('is not reused when the import has ended', async () => {
    let used: ClientSession['serverSession'] | undefined;
    const kind: ImportKind<null> = {
      name: 'rows',
      dialects: [{ name: 'plain', required: ['Row'] }],
      read: () => ({ item: null }),
      apply: async (rows, { session }) => {
        used = session.serverSession;
        return { results: rows.map(() => 'unchanged') };
      },
    };
    const app = await startTestApp({}, { importKinds: [kind], importTiming: { leaseMs: 3_000, pollMs: 20 } });
    app.app.importWorker.start();
    const form = new FormData();
    form.set('file', new Blob(['Row\n1\n'], { type: 'text/csv' }), 'rows.csv');
    expect((await call(app, 'POST', '/imports', { token: app.clinician.token, body: form })).status).to.equal(202);
    // The driver does not reuse sessions with this mark.
    await eventually('the worker has let go of its session', () => used?.isDirty === true);
    await app.close();
  });
});

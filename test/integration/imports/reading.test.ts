/** Reading uploaded files from the database: only as much as is needed, and no cursor is left open. */
import { expect } from 'chai';
import { MAX_RECORD_BYTES } from '../../../src/imports/limits.ts';
import { readConfig } from '../../../src/startup/config.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { things } from '../../support/import-kind.ts';
import { counts, imported } from '../../support/imports.ts';

/** Of about 200 kB each: more than the database sends at once. */
const ROWS = Array.from({ length: 90 }, (_, i) => `k${i},${i},${'n'.repeat(200_000)}`);
const FAULTY = Array.from({ length: 90 }, () => `k,none,${'n'.repeat(200_000)}`);

describe('an import of a large file', function () {
  this.timeout(60_000);
  let app: TestApp;
  before(async () => {
    const { limits } = readConfig({
      SECRET_KEY: 'k'.repeat(32),
      FIRST_SUPERUSER_PASSWORD: 'x'.repeat(10),
      LOAD_DEMO: 'false',
      MAX_IMPORT_FAILED_ROWS: '10',
    });
    app = await startTestApp({ limits }, { importKinds: [things], importTiming: { leaseMs: 3_000, pollMs: 50 } });
    app.app.importWorker.start();
  });
  after(() => app.close());

  const openCursors = async (): Promise<unknown[]> =>
    app.database
      .getClient()
      .db('admin')
      .aggregate([
        { $currentOp: { idleCursors: true } },
        { $match: { type: 'idleCursor', ns: `${app.database.name}.importFiles.chunks` } },
      ])
      .toArray();

  for (const [how, lines, state] of [
    ['is completed', ['Key,Value,Note', ...ROWS], 'completed'],
    ['has an unknown header', ['Who,What,When', ...ROWS], 'failed'],
    ['ends early, since too many rows fail', ['Key,Value,Note', ...FAULTY], 'failed'],
  ] as const) {
    it(`leaves no cursor open if it ${how}`, async () => {
      expect(await imported(app, app.clinician, lines.join('\n'))).to.include({ state });
      expect(await openCursors()).to.deep.equal([]);
    });
  }

  it('finds its header behind blank lines, also where two reads of the beginning meet', async () => {
    const lines = ['\n'.repeat(MAX_RECORD_BYTES - 2) + 'Key,Value,Note', 'last,1,'];
    expect(await imported(app, app.clinician, lines.join('\n'))).to.deep.include({
      state: 'completed',
      rows: counts(1, 1, 0, 0, 0),
    });
  });
});

/** A large file over a line that is cut 200 times, by a client of the protocol that others have written. */
import { expect } from 'chai';
import { randomFillSync } from 'node:crypto';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { CuttingLine } from '../../support/cutting-line.ts';
import { upload } from '../../support/multipart.ts';
import { recorded } from '../../support/recorded.ts';
import { uniform } from '../../support/signals.ts';
import { sendFile } from '../../support/tus-client.ts';
import { record, uploadedFile } from '../../support/uploads.ts';

const BYTES = 200_000_000;
const CUTS = 200;
const CHUNK = 1_048_576;
/** Bytes of the heads of a request, at most. */
const HEAD = 1_000;

describe(`an upload of ${BYTES / 1e6} MB over a line that is cut ${CUTS} times`, function () {
  this.timeout(600_000);
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());

  it('is the same recording as a direct upload, and each cut re-sends at most one chunk', async () => {
    const samples = BYTES / 4;
    const signals = randomFillSync(Buffer.alloc(BYTES));
    const lines = ['I', 'II'].map((name) => `cut.dat 16 200/mV 16 0 0 0 0 ${name}`);
    const header = Buffer.from([`cut 2 500 ${samples}`, ...lines, ''].join('\n'));
    const random = uniform(12);
    const places = Array.from({ length: CUTS }, () => Math.floor(random() * BYTES));
    const line = await CuttingLine.to(app, places);
    const { id } = await sendFile(line, app.clinician, signals, { name: 'cut.dat', chunkSize: CHUNK });
    await line.close();
    expect(line.cuts).to.equal(CUTS);
    const requests = BYTES / CHUNK + 4 * CUTS;
    expect(line.passed - BYTES).to.be.below(CUTS * CHUNK + requests * HEAD);

    const head = await uploadedFile(app, app.clinician, header, 'cut.hea');
    const made = await record(app, app.clinician, [id, head]);
    expect(made.status, made.text).to.equal(201);
    const direct = await upload(app, app.other.token, [
      { file: 'cut.hea', bytes: header },
      { file: 'cut.dat', bytes: signals },
    ]);
    expect(direct.status, direct.text).to.equal(201);
    expect(await recorded(app, made.json.id)).to.deep.equal(await recorded(app, direct.json.id));
  });
});

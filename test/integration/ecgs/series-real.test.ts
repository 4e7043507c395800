/** The series of real long recordings: the insights of every window, from minutes counted during the upload. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ecgModel } from '../../../src/ecgs/store/model.ts';
import { BLOCK_SAMPLES } from '../../../src/signal/samples.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { goldenChannels } from '../../support/formats.ts';
import { type Part, upload } from '../../support/multipart.ts';
import { recordingsDir } from '../../support/recordings.ts';
import { expectInsights } from '../../support/series.ts';
import { MISSING_DIGIT, recordFiles } from '../../unit/formats/wfdb/support.ts';

const folder = recordingsDir();
const golden = (folder === null ? [] : goldenChannels(folder)).filter(({ samples }) => samples > BLOCK_SAMPLES);
const long = [...new Map(golden.map(({ record, fmt }) => [record, fmt]))].filter(
  ([record, fmt]) => record.endsWith('.edf') || fmt in MISSING_DIGIT,
);

const partsOf = (record: string): Part[] =>
  record.endsWith('.edf')
    ? [{ file: record, bytes: readFileSync(join(folder as string, 'edf', record)) }]
    : Object.entries(recordFiles(folder as string, record).files).map(([file, bytes]) => ({ file, bytes }));

describe(`the series of real recordings (${long.length} long ones found in RECORDINGS_DIR)`, function () {
  this.timeout(60_000);
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());

  for (const [record] of long) {
    it(`${record} has the insights of each window`, async () => {
      const { status, json, text } = await upload(app, app.clinician.token, partsOf(record), '?duplicate=allow');
      expect(status, text.slice(0, 300)).to.equal(201);
      const counted = await ecgModel(app.database).collection.find({ minuteDocuments: 1 }).toArray();
      expect(counted.map(({ _id }) => _id.toHexString())).to.include(json.id);
      for (const window of [60, 300, 47.3]) expect(await expectInsights(app, json.id, window)).to.be.greaterThan(0);
    });
  }
});

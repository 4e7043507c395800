/** Excerpts of real recordings, compared with counts that wfdb and numpy made (`expected.json` beside them). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { call } from '../../support/http.ts';
import { recordingsDir } from '../../support/recordings.ts';

const folder = recordingsDir();
const expected =
  folder === null
    ? {}
    : (JSON.parse(readFileSync(join(folder, 'json', 'expected.json'), 'utf8')) as Record<
        string,
        Record<string, number>
      >);

describe(`real recordings (${Object.keys(expected).length} found in RECORDINGS_DIR)`, () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(async () => app.close());

  for (const [file, counts] of Object.entries(expected)) {
    it(`${file} crosses zero as often as independent tools say, and comes back sample by sample`, async () => {
      const raw = readFileSync(join(folder as string, 'json', file));
      const { token } = app.clinician;
      const created = await call(app, 'POST', '/ecgs', { token, raw });
      expect(created.status, created.text).to.equal(201);
      const insights = await call(app, 'GET', `/ecgs/${created.json.id}/insights`, { token });
      expect(
        Object.fromEntries(
          insights.json.channels.map((c: { name: string; zeroCrossings: number }) => [c.name, c.zeroCrossings]),
        ),
      ).to.deep.equal(counts);
      for (const lead of JSON.parse(raw.toString()).leads as { name: string; signal: number[] }[]) {
        const read = await call(app, 'GET', `/ecgs/${created.json.id}/channels/${lead.name}/samples`, { token });
        expect(read.json.samples).to.deep.equal(lead.signal);
      }
    });
  }
});

/** Exports carry the annotations of readers and of attached files; de-identified ones without what was written. */
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { call } from '../../support/http.ts';
import { annotate, atr, attach, fourSeconds } from '../../support/marks.ts';
import { upload } from '../../support/multipart.ts';
import { unzip } from '../../support/zip.ts';

type Said = [at: number, channel: string | null, code: string | null, text: string | null];

describe('annotations of readers', () => {
  let app: TestApp;
  let token: string;
  let id: string;
  before(async () => {
    app = await startTestApp();
    ({ token } = app.clinician);
    const signal = Array.from({ length: 400 }, (_, i) => i % 7);
    const leads = ['I', 'II'].map((name) => ({ name, unit: 'mV', gain: 1000, signal }));
    id = await fourSeconds(app, token, { leads });
    for (const mark of [
      { at: 2, channel: 'II', code: 'V', text: 'see Mr Doe' },
      { from: 1, to: 1.4, channel: 'II', value: { kind: 'QT', ms: 400, rrMs: 800 }, text: 'J. Doe' },
      { at: 3, code: 'Doe', text: 'a private remark' },
      { at: 3.5, text: 'only words' },
    ])
      expect((await annotate(app, token, id, mark)).status).to.equal(201);
    expect((await attach(app, token, id, atr([[200, 1]]))).status).to.equal(201);
  });
  after(() => app.close());

  /** The annotations of an export that is uploaded again. */
  const exported = async (query: string): Promise<Said[]> => {
    const answer = await call(app, 'GET', `/ecgs/${id}/export?${query}`, { token });
    expect(answer.status, answer.text).to.equal(200);
    const name = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')![1]!;
    const files = name.endsWith('.zip')
      ? unzip(Buffer.from(answer.bytes))
      : new Map([[name, Buffer.from(answer.bytes)]]);
    const parts = [...files].map(([file, bytes]) => ({ file, bytes }));
    const again = await upload(app, token, parts, '?duplicate=allow');
    expect(again.status, again.text).to.equal(201);
    const { json } = await call(app, 'GET', `/ecgs/${again.json.id}/annotations`, { token });
    return json.items.map(({ at, channel, code, text }: Record<string, unknown>) => [at, channel, code, text]);
  };

  it('are in an export, in order of time', async () => {
    expect(await exported('format=wfdb')).to.deep.equal([
      [1, 'II', '"', 'QT: 400 ms; J. Doe'],
      [2, null, 'N', null],
      [2, 'II', 'V', 'see Mr Doe'],
      [3, null, '"', 'Doe: a private remark'],
      [3.5, null, '"', 'only words'],
    ] satisfies Said[]);
  });

  /** What is said of an export. */
  const said = async (query: string): Promise<string | null> =>
    (await call(app, 'GET', `/ecgs/${id}/export?${query}`, { token })).headers.get('export-warnings');

  for (const format of ['csv', 'json', 'fhir'])
    it(`are left out as ${format}, which is said`, async () => {
      const leftOut = '["Annotations are left out (5): WFDB, EDF, DICOM and aECG keep them."]';
      expect(await said(`format=${format}`)).to.equal(leftOut);
      expect(await said(`format=${format}&from=0&to=0.5`)).to.equal(null);
    });

  it('are in an annotated ECG, with all of their words', async () => {
    expect(await exported('format=aecg')).to.deep.equal([
      [1, 'II', 'QT', '400 ms; J. Doe'],
      [2, null, 'N', null],
      [2, 'II', 'V', 'see Mr Doe'],
      [3, null, 'Doe', 'a private remark'],
      [3.5, null, null, 'only words'],
    ] satisfies Said[]);
  });

  it('are in an export of a window and of channels as far as they belong to it', async () => {
    expect(await exported('format=wfdb&from=1.5&to=3.2&channels=I')).to.deep.equal([
      [0.5, null, 'N', null],
      [1.5, null, '"', 'Doe: a private remark'],
    ] satisfies Said[]);
  });

  it('are in de-identified exports without texts, and without codes of their own', async () => {
    expect(await exported('format=wfdb&deidentify=true')).to.deep.equal([
      [1, 'II', '"', 'QT'],
      [2, null, 'N', null],
      [2, 'II', 'V', null],
    ] satisfies Said[]);
    for (const format of ['edf', 'dicom', 'aecg']) {
      const answer = await call(app, 'GET', `/ecgs/${id}/export?format=${format}&deidentify=true`, { token });
      expect(answer.status, format).to.equal(200);
      expect(Buffer.from(answer.bytes).toString('latin1'), format).to.not.match(/Doe|private|words/);
    }
  });
});

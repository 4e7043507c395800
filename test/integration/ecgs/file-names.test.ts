/** The names of the uploaded file and of the record in it are kept, shown, and used for what is made of it. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { type Answer, call } from '../../support/http.ts';
import { type Part, upload } from '../../support/multipart.ts';
import { record, uploadedFile } from '../../support/uploads.ts';
import { unzip } from '../../support/zip.ts';

const fixture = (name: string): Buffer => readFileSync(new URL(`../../../fixtures/${name}`, import.meta.url));
const WFDB = ['ecg-2lead-30s.dat', 'ecg-2lead-30s.hea', 'ecg-2lead-30s.atr'];

const edf = (file: string): Part => ({ file, bytes: fixture('ecg-3lead-20s.edf') });
const wfdb = (): Part[] => WFDB.map((file) => ({ file, bytes: fixture(file) }));

const names = ({ status, text, json }: Answer): [string | null, string | null] => {
  expect(status, text).to.equal(201);
  return [json.fileName, json.recordName];
};

describe('the name of an uploaded file', () => {
  let app: TestApp;
  let token: string;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());
  beforeEach(async () => {
    ({ token } = await app.newUser('clinician'));
  });

  const saved = async (path: string): Promise<string | null> =>
    (await call(app, 'GET', path, { token, accept: '*/*' })).headers.get('content-disposition');

  it('is that of the form, without folders', async () => {
    expect(names(await upload(app, token, [edf('ward 3/Jane Doe.edf')]))).to.deep.equal(['Jane Doe.edf', null]);
  });

  it('is that of the header if a record has several files, in any order', async () => {
    const answer = await upload(app, token, wfdb());
    expect(names(answer)).to.deep.equal(['ecg-2lead-30s.hea', 'ecg-2lead-30s']);
    expect((await call(app, 'GET', `/ecgs/${answer.json.id}`, { token })).json).to.include({
      fileName: 'ecg-2lead-30s.hea',
      recordName: 'ecg-2lead-30s',
    });
  });

  it('is that of a resumable upload', async () => {
    const id = await uploadedFile(app, { token }, fixture('ecg-3lead-20s.edf'), 'C:\\ecg\\holter.edf');
    expect(names(await record(app, { token }, [id]))).to.deep.equal(['holter.edf', null]);
  });

  it('is given as a parameter if the body is the file, and null otherwise', async () => {
    const raw = fixture('ecg-3lead-20s.edf');
    const headers = { 'Content-Type': 'application/octet-stream' };
    const first = await call(app, 'POST', '/ecgs?fileName=a%2Fnight.edf', { token, raw, headers });
    expect(names(first)).to.deep.equal(['night.edf', null]);
    const other = await call(app, 'POST', '/ecgs?duplicate=allow', { token, raw, headers });
    expect(names(other)).to.deep.equal([null, null]);
    expect(await saved(`/ecgs/${other.json.id}/export?format=csv`)).to.include(`"${other.json.id}.csv"`);
  });

  it('is kept by the recording that was there first', async () => {
    const first = await upload(app, token, [edf('first.edf')]);
    const again = await upload(app, token, [edf('second.edf')]);
    expect([again.status, again.json.id, again.json.fileName]).to.deep.equal([200, first.json.id, 'first.edf']);
  });

  it('names exports and tables, also in the encoding of RFC 5987', async () => {
    const { id } = (await upload(app, token, [edf('J\u00FCrgen %22JD%22.edf')])).json;
    const encoded = `filename*=UTF-8''J%C3%BCrgen_JD`;
    expect(await saved(`/ecgs/${id}/export?format=csv`)).to.equal(
      `attachment; filename="Jurgen_JD.csv"; ${encoded}.csv`,
    );
    const insights = await call(app, 'GET', `/ecgs/${id}/insights`, { token, accept: 'text/csv' });
    expect(insights.headers.get('content-disposition')).to.include('insights-J%C3%BCrgen_JD.csv');
    const zip = await call(app, 'GET', `/ecgs/${id}/export?format=wfdb`, { token });
    expect(zip.headers.get('content-disposition')).to.include('"J_rgen_JD-wfdb.zip"');
    const files = unzip(Buffer.from(zip.bytes));
    expect([...files.keys()]).to.deep.equal(['J_rgen_JD.dat', 'J_rgen_JD.hea']);
    expect(String(files.get('J_rgen_JD.hea')))
      .to.match(/^J_rgen_JD 3 /m)
      .and.match(/^J_rgen_JD\.dat /m);
  });

  it('names pictures that name the patient, and no others', async () => {
    const { id } = (await upload(app, token, [edf('J\u00FCrgen %22JD%22.edf')])).json;
    const encoded = `filename*=UTF-8''J%C3%BCrgen_JD`;
    for (const type of ['svg', 'png', 'pdf']) {
      for (const query of ['header=true', 'name=true'])
        expect(await saved(`/ecgs/${id}/ecg.${type}?${query}`)).to.equal(
          `inline; filename="Jurgen_JD.${type}"; ${encoded}.${type}`,
        );
      expect(await saved(`/ecgs/${id}/ecg.${type}`)).to.equal(`inline; filename="ecg-${id}.${type}"`);
    }
    const page = await saved(`/ecgs/${id}/ecg.svg?header=true&to=20&paper=a4&speed=50&gain=40&page=2`);
    expect(page).to.include('Jurgen_JD-page-2.svg');
  });

  it('is in no name and no byte of a de-identified export', async () => {
    const { id } = (await upload(app, token, [edf('Jane Doe.edf')])).json;
    for (const format of ['json', 'wfdb', 'edf', 'dicom', 'aecg', 'csv', 'fhir']) {
      const { status, headers, bytes } = await call(app, 'GET', `/ecgs/${id}/export?format=${format}&deidentify=true`, {
        token,
      });
      expect(status, format).to.equal(200);
      expect(headers.get('content-disposition')).to.match(/^attachment; filename="[\da-f]{24}[-.\w]*"$/);
      expect(headers.get('content-disposition')).to.not.include(id);
      expect(Buffer.from(bytes).toString('latin1')).to.not.match(/jane|doe/i);
    }
  });
});

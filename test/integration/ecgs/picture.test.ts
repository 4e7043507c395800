/** `GET /ecgs/{id}/ecg.svg`: a recording on ECG paper. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { MAX_PAPER_SAMPLES } from '../../../src/ecgs/reading/picture.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { made, somebody } from '../../support/directory.ts';
import { call } from '../../support/http.ts';

const fixture = readFileSync(new URL('../../../fixtures/ecg-12lead-10s.json', import.meta.url));

describe('GET /ecgs/{id}/ecg.svg', () => {
  let app: TestApp;
  let token: string;
  let path: string;

  before(async () => {
    app = await startTestApp();
    token = app.clinician.token;
    path = `/ecgs/${(await call(app, 'POST', '/ecgs', { token, raw: fixture })).json.id}/ecg.svg`;
  });
  after(() => app.close());

  /** The path of a sheet with this many samples. */
  const sheetOf = async (samples: number): Promise<string> => {
    const signal = Array.from({ length: samples }, (_, i) => i % 7);
    const body = { samplingRate: 10_000, leads: [{ name: 'I', unit: 'mV', signal }] };
    return `/ecgs/${(await call(app, 'POST', '/ecgs', { token, body })).json.id}/ecg.svg?to=${samples / 10_000}`;
  };
  const draw = (query = '', address = path) => call(app, 'GET', `${address}${query}`, { token });

  it('is the 3×4 sheet of a 12-lead recording, in millimetres', async () => {
    const answer = await draw();
    expect(answer.headers.get('content-type')).to.equal('image/svg+xml; charset=utf-8');
    expect(answer.text).to.match(/^<svg [^>]*width="270mm" height="145mm" viewBox="0 0 270 145"/);
    expect(answer.text.match(/class="trace"/g)).to.have.length(13);
    expect(answer.text)
      .to.include('25 mm/s · 10 mm/mV · 500 Hz · calibrated')
      .and.include('2026-01-15 09:30:00 UTC · 0 s to 10 s');
  });

  it('shows the requested channels, stretch, speed and gain', async () => {
    const { text } = await draw('?channels=V5,II&from=2&to=4&speed=50&gain=20&crossings=true');
    expect(text)
      .to.match(/width="120mm"/)
      .and.include('50 mm/s · 20 mm/mV')
      .and.include('2 s to 4 s');
    expect([...text.matchAll(/font-weight="bold"[^>]*>([^<]*)</g)].map(([, label]) => label)).to.deep.equal([
      'V5',
      'II',
    ]);
    expect(text.match(/class="crossings"/g)).to.have.length(2);
  });

  it('ends with the recording', async () => {
    expect((await draw('?from=8')).text).to.include('8 s to 10 s');
    expect((await draw('?from=9&to=12')).text).to.include('9 s to 12 s');
  });

  const unclear = ['from=2&to=1', 'from=1&to=1', 'channels=', 'channels=X9', 'unknown=1'];
  for (const query of ['speed=26', 'gain=0', 'layout=4x4', ...unclear]) {
    it(`refuses ?${query}`, async () => expect((await draw(`?${query}`)).status).to.equal(400));
  }

  it('refuses a sheet that would be too wide, and a recording without a sampling rate', async () => {
    expect((await draw('?to=200')).json.code).to.equal('answer-too-large');
    const { json } = await call(app, 'POST', '/ecgs', { token, body: { leads: [{ name: 'I', signal: [1, 2] }] } });
    expect((await draw('', `/ecgs/${json.id}/ecg.svg`)).json.code).to.equal('sampling-rate-unknown');
  });

  it('shows as many samples as the limit of a sheet, and no more', async () => {
    expect((await draw('', await sheetOf(MAX_PAPER_SAMPLES))).status).to.equal(200);
    expect((await draw('', await sheetOf(MAX_PAPER_SAMPLES + 1))).json.code).to.equal('answer-too-large');
  });

  it('names the patient only on request', async () => {
    const patient = await made(app, '/patients', somebody());
    const { json } = await call(app, 'POST', '/ecgs', {
      token,
      body: { patient, samplingRate: 100, leads: [{ name: 'I', signal: [1, 2] }] },
    });
    expect((await draw('', `/ecgs/${json.id}/ecg.svg`)).text).not.to.include('Ratke');
    expect((await draw('?name=true', `/ecgs/${json.id}/ecg.svg`)).text).to.include('Terrilyn Ratke · date unknown');
    expect((await draw('?name=true')).text).to.include('name unknown · 2026');
  });

  it('does not exist for another clinician', async () => {
    expect((await call(app, 'GET', path, { token: app.other.token })).status).to.equal(404);
  });
});

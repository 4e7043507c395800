/** `GET /ecgs/{id}/ecg.svg`: a recording on ECG paper. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { MAX_PAPER_SAMPLES } from '../../../src/ecgs/pictures/picture.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { made, somebody } from '../../support/directory.ts';
import { call } from '../../support/http.ts';
import { annotate, fourSeconds } from '../../support/marks.ts';
import { upload } from '../../support/multipart.ts';
import { corners, pathsOf } from '../../support/paper.ts';

const FIXTURES = new URL('../../../fixtures/', import.meta.url);
const fixture = readFileSync(new URL('ecg-12lead-10s.json', FIXTURES));
/** The texts of a class in an SVG. */
const textsOf = (svg: string, name: string): string[] =>
  [...svg.matchAll(new RegExp(`<text class="${name}"[^>]*>([^<]*)<`, 'g'))].map((match) => match[1]!);

describe('GET /ecgs/{id}/ecg.svg', () => {
  let app: TestApp;
  let token: string;
  let id: string;
  let path: string;

  before(async () => {
    app = await startTestApp();
    token = app.clinician.token;
    ({ id } = (await call(app, 'POST', '/ecgs', { token, raw: fixture })).json as { id: string });
    path = `/ecgs/${id}/ecg.svg`;
  });
  after(() => app.close());

  const uploaded = async (body: object): Promise<string> =>
    `/ecgs/${(await call(app, 'POST', '/ecgs', { token, body })).json.id}/ecg.svg`;
  /** The path of a sheet with this many samples. */
  const sheetOf = async (samples: number): Promise<string> => {
    const signal = Array.from({ length: samples }, (_, i) => i % 7);
    const address = await uploaded({ samplingRate: 10_000, leads: [{ name: 'I', unit: 'mV', signal }] });
    return `${address}?to=${samples / 10_000}`;
  };
  const draw = (query = '', address = path) => call(app, 'GET', `${address}${query}`, { token });

  it('is the 3×4 sheet of a 12-lead recording, in millimetres', async () => {
    const answer = await draw();
    expect(answer.headers.get('content-type')).to.equal('image/svg+xml; charset=utf-8');
    expect(answer.headers.get('content-disposition')).to.equal(`inline; filename="ecg-${id}.svg"`);
    expect(answer.headers.get('page-count')).to.equal('1');
    const [, width, height] = /^<svg [^>]*width="(\d+)mm" height="([\d.]+)mm" viewBox="0 0 \1 \2"/.exec(answer.text)!;
    expect(Number(width)).to.equal(285);
    expect(Number(height)).to.be.within(120, 210);
    expect(pathsOf(answer.text, 'trace')).to.have.length(13);
    expect(pathsOf(answer.text, 'pulse')).to.have.length(4);
    expect(answer.text)
      .to.include('25 mm/s · 10 mm/mV · 500 Hz · calibrated')
      .and.include('2026-01-15 09:30:00 UTC · 0 s to 10 s');
  });

  it('keeps values of any size in their row, and says that they are out of range', async () => {
    // With the gain, these are 1e18 mV and more.
    for (const huge of [1e6, 9e15]) {
      const signal = Array.from({ length: 500 }, (_, i) => (i % 50 === 7 ? huge : i % 50 === 9 ? -huge : 0));
      const leads = [{ name: 'I', unit: 'mV', gain: 1e-12, signal }];
      const { status, text } = await draw('', await uploaded({ id: String(huge), samplingRate: 250, leads }));
      expect(status, text).to.equal(200);
      expect(text).to.not.match(/NaN|Infinity|e\+/);
      expect(textsOf(text, 'outside-text')).to.deep.equal(['out of range', 'out of range']);
      const [, height] = /viewBox="0 0 [\d.]+ ([\d.]+)"/.exec(text)!;
      for (const [, y] of corners(pathsOf(text, 'trace')[0]!).flat()) expect(y).to.be.within(5, Number(height) - 15);
    }
  });

  it('shows the requested channels, stretch, speed and gain', async () => {
    const { text } = await draw('?channels=V5,II&from=2&to=4&speed=50&gain=20&crossings=true');
    expect(text).to.include('50 mm/s · 20 mm/mV').and.include('2 s to 4 s');
    expect(textsOf(text, 'label')).to.deep.equal(['V5', 'II']);
    expect(pathsOf(text, 'crossings')).to.have.length(2);
    const places = corners(pathsOf(text, 'trace')[0]!)
      .flat()
      .map(([x]) => x);
    expect(Math.max(...places) - Math.min(...places)).to.be.closeTo(100, 0.2);
  });

  it('ends with the recording', async () => {
    expect((await draw('?from=8')).text).to.include('8 s to 10 s');
    expect((await draw('?from=9&to=12')).text).to.include('9 s to 10 s');
  });

  it('draws as many ticks as insights count, with the same dead band', async () => {
    for (const rule of ['deadBand=0', 'deadBand=0.05', 'deadBand=0.3&gaps=bridge']) {
      const { text } = await draw(`?channels=V2&crossings=true&speed=50&to=5&${rule}`);
      const insights = await call(app, 'GET', `/ecgs/${id}/insights?to=5&${rule}`, { token });
      const { zeroCrossings } = insights.json.channels.find(({ name }: { name: string }) => name === 'V2');
      expect(corners(pathsOf(text, 'crossings').join('')), rule).to.have.length(zeroCrossings);
    }
  });

  it('halves the gain of V leads on request, and says so', async () => {
    const { text } = await draw('?gainV=half');
    expect(text).to.include('10 mm/mV · V1 to V6 5 mm/mV');
    expect(textsOf(text, 'pulse-text')).to.deep.equal(['V 5 mm/mV', 'V 5 mm/mV', 'V 5 mm/mV']);
    expect((await draw('?gainV=auto')).text).not.to.include('V1 to V6');
  });

  it('wraps long windows into lines and pages', async () => {
    const signal = Array.from({ length: 50_000 }, (_, i) => i % 40);
    const address = await uploaded({ samplingRate: 100, leads: [{ name: 'I', unit: 'mV', gain: 100, signal }] });
    const first = await draw('?to=500&paper=a4', address);
    const count = Number(first.headers.get('page-count'));
    expect(count).to.be.above(5);
    expect(first.text).to.match(/width="297mm" height="210mm"/);
    const shown: number[] = [];
    for (let page = 1; page <= count; page++) {
      const { text, headers } = await draw(`?to=500&paper=a4&page=${page}`, address);
      const [, from, to] = new RegExp(`Page ${page}/${count} · (\\d+) s to (\\d+) s`).exec(text)!;
      expect(Number(from)).to.equal(shown.at(-1) ?? 0);
      shown.push(Number(to));
      if (page > 1) expect(headers.get('content-disposition')).to.include(`-page-${page}.svg"`);
    }
    expect(shown.at(-1)).to.equal(500);
    const beyond = await draw(`?to=500&paper=a4&page=${count + 1}`, address);
    expect(beyond.json).to.include({ status: 400, code: 'invalid-query' });
    expect(beyond.json.errors[0]).to.deep.equal({
      path: '/page',
      message: `must be at most ${count}, the number of pages`,
    });
  });

  it('says once that nothing is to scale, and claims no scale', async () => {
    const leads = ['I', 'II', 'III'].map((name) => ({ name, signal: [1, 2, 3, null, 2, 1] }));
    const { text } = await draw('', await uploaded({ samplingRate: 10, leads }));
    expect(text.match(/not to scale/g)).to.have.length(1);
    expect(text).to.include('NOT CALIBRATED').and.not.include('mm/mV');
  });

  it('marks missing signal, also where a channel ends early', async () => {
    const signal = Array.from({ length: 500 }, (_, i) => (i >= 200 && i < 300 ? null : i % 5));
    const body = {
      samplingRate: 100,
      leads: [
        { name: 'I', signal: [...signal, ...signal] },
        { name: 'II', signal },
      ],
    };
    const { text } = await draw('', await uploaded(body));
    expect(textsOf(text, 'gap-text')).to.deep.equal(Array.from({ length: 4 }, () => 'no signal'));
  });

  it('draws the marks of the file above the traces, unless they are not wanted', async () => {
    const files = ['ecg-2lead-30s.hea', 'ecg-2lead-30s.dat', 'ecg-2lead-30s.atr'];
    const parts = files.map((file) => ({ file, bytes: readFileSync(new URL(file, FIXTURES)) }));
    const ecg = (await upload(app, token, parts)).json;
    const { json } = await call(app, 'GET', `/ecgs/${ecg.id}/annotations?to=10`, { token });
    const { text } = await draw('', `/ecgs/${ecg.id}/ecg.svg`);
    expect(json.items.length).to.be.above(5);
    expect(pathsOf(text, 'mark').length + pathsOf(text, 'pacing').length).to.equal(json.items.length);
    expect(pathsOf((await draw('?annotations=false', `/ecgs/${ecg.id}/ecg.svg`)).text, 'mark')).to.deep.equal([]);
  });

  it('shows a mark at the end of the recording, but none at the end of a stretch of it', async () => {
    const ecg = await fourSeconds(app, token);
    for (const at of [2, 4]) await annotate(app, token, ecg, { at, code: `a${at}` });
    const marked = async (query: string): Promise<string[]> =>
      textsOf((await draw(query, `/ecgs/${ecg}/ecg.svg`)).text, 'mark-text');
    expect(await marked('')).to.deep.equal(['a2', 'a4']);
    expect(await marked('?from=2&to=9')).to.deep.equal(['a2', 'a4']);
    expect(await marked('?to=2')).to.deep.equal([]);
  });

  const unclear = ['from=2&to=1', 'from=1&to=1', 'channels=', 'channels=X9', 'unknown=1', 'page=0', 'gainV=third'];
  for (const query of ['speed=26', 'gain=0', 'layout=4x4', 'paper=a3', 'annotations=yes', ...unclear]) {
    it(`refuses ?${query}`, async () => expect((await draw(`?${query}`)).status).to.equal(400));
  }

  it('refuses a sheet of too many lines, and a recording without a sampling rate', async () => {
    const long = await uploaded({ samplingRate: 1, leads: [{ name: 'I', signal: Array(10_100).fill(1) }] });
    expect((await draw('?to=10001', long)).json).to.include({ code: 'answer-too-large', status: 422 });
    expect((await draw('?to=10001&speed=10', long)).status).to.equal(200);
    const timeless = await uploaded({ leads: [{ name: 'I', signal: [1, 2] }] });
    const { code, detail } = (await draw('', timeless)).json;
    expect([code, detail]).to.deep.equal([
      'sampling-rate-unknown',
      'Channel "I" has no sampling rate, so it cannot be drawn. Set samplingRate with PATCH.',
    ]);
  });

  it('leaves out channels without a sampling rate, and names them; but not if they are asked for', async () => {
    const leads = [
      { name: 'belt', signal: [1, 2] },
      { name: 'II', samplingRate: 100, signal: [1, 2] },
    ];
    const address = await uploaded({ leads });
    for (const query of ['', '?from=0&to=0.01']) {
      const { status, text } = await draw(query, address);
      expect(status).to.equal(200);
      expect(text).to.include('Not drawn, because their sampling rate is not known: belt.');
      expect(text)
        .to.match(/>II</)
        .and.not.match(/>belt</);
    }
    expect((await draw('?channels=II', address)).text).not.to.include('Not drawn');
    const { status, code } = (await draw('?channels=belt,II', address)).json;
    expect([status, code]).to.deep.equal([422, 'sampling-rate-unknown']);
  });

  it('shows as many samples as the limit of a page, and no more', async () => {
    expect((await draw('', await sheetOf(MAX_PAPER_SAMPLES))).status).to.equal(200);
    expect((await draw('', await sheetOf(MAX_PAPER_SAMPLES + 1))).json.code).to.equal('answer-too-large');
  });

  it('names the patient only on request', async () => {
    const patient = await made(app, '/patients', somebody());
    const address = await uploaded({ patient, samplingRate: 100, leads: [{ name: 'I', signal: [1, 2] }] });
    expect((await draw('', address)).text).not.to.include('Ratke');
    expect((await draw('?name=true', address)).text).to.include('Terrilyn Ratke · date unknown');
    expect((await draw('?name=true')).text).to.include('name unknown · 2026');
  });

  it('identifies patient and recording in a header, on request', async () => {
    const identifiers = [{ system: 'hospital', value: 'H-4711' }];
    const patient = await made(app, '/patients', somebody({ identifiers, sex: 'female', birthDate: '1944-04-23' }));
    const body = { patient, id: 'R-1', date: '2026-01-15T09:30:00Z', samplingRate: 100 };
    const address = await uploaded({ ...body, leads: [{ name: 'I', signal: [1, 2, 3] }] });
    const { text } = await draw('?header=true', address);
    expect(textsOf(text, 'text').slice(0, 2)).to.deep.equal([
      'Terrilyn Ratke',
      'id H-4711 · female · born 1944-04-23 · 81 years at the recording',
    ]);
    expect(textsOf(text, 'text').join(' '))
      .to.include('2026-01-15 09:30:00 UTC')
      .and.include('recording R-1 · 100 Hz · filter not stated')
      .and.include('Page 1/1');
    for (const secret of ['H-4711', 'R-1', '1944']) expect((await draw('', address)).text).not.to.include(secret);
  });

  it('does not exist for another clinician', async () => {
    for (const type of ['svg', 'png', 'pdf'])
      expect((await call(app, 'GET', `/ecgs/${id}/ecg.${type}`, { token: app.other.token })).status).to.equal(404);
  });
});

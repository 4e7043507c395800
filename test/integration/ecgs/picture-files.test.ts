/** `GET /ecgs/{id}/ecg.png` and `.pdf`: the same picture, with everything within a tenth of a millimetre. */
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { call } from '../../support/http.ts';
import { corners, pathsOf, type Point } from '../../support/paper.ts';
import { readPdf } from '../../support/pdf.ts';
import { readPng } from '../../support/png.ts';

const TRACE = '#14181f';

/** The bounds of points: left, right, top, bottom. */
const box = (points: Point[]): number[] => [
  Math.min(...points.map(([x]) => x)),
  Math.max(...points.map(([x]) => x)),
  Math.min(...points.map(([, y]) => y)),
  Math.max(...points.map(([, y]) => y)),
];

describe('GET /ecgs/{id}/ecg.png and ecg.pdf', () => {
  let app: TestApp;
  let token: string;
  let path: string;

  before(async () => {
    app = await startTestApp();
    token = app.clinician.token;
    // 1 s at +1 mV, 1 s at -1 mV, and again.
    const signal = Array.from({ length: 10_000 }, (_, i) => (i % 1_000 < 500 ? 1_000 : -1_000));
    const body = { samplingRate: 500, unit: 'mV', gain: 1_000, leads: [{ name: 'II', signal }] };
    path = `/ecgs/${(await call(app, 'POST', '/ecgs', { token, body })).json.id}`;
  });
  after(() => app.close());

  const get = (what: string) => call(app, 'GET', `${path}/${what}`, { token });
  /** Where the picture has the pulse and the trace: the highest and lowest places of the trace, and its first one. */
  const places = async (query: string) => {
    const { text } = await get(`ecg.svg?${query}`);
    const trace = corners(pathsOf(text, 'trace')[0]!).flat();
    const [pulse] = corners(pathsOf(text, 'pulse')[0]!);
    const heights = trace.map(([, y]) => y);
    return { top: Math.min(...heights), bottom: Math.max(...heights), left: trace[0]![0], pulse: pulse! };
  };

  for (const dpi of [96, 254, 300]) {
    it(`has the pulse and a square wave where the SVG has them, at ${dpi} dpi`, async () => {
      const { top, bottom, left, pulse } = await places('to=4');
      expect(bottom - top).to.equal(20);
      const answer = await get(`ecg.png?to=4&dpi=${dpi}`);
      expect(answer.headers.get('content-type')).to.equal('image/png');
      expect(answer.headers.get('content-disposition')).to.match(/^inline; filename="ecg-[0-9a-f]{24}\.png"$/);
      const image = readPng(answer.bytes);
      const pixels = dpi / 25.4;
      expect(image.dpi).to.be.closeTo(dpi, 0.02);
      expect(image.width / pixels).to.be.closeTo(150, 1 / pixels);
      /** The middle of the dark pixels of a column, in mm: all between two heights. */
      const ink = (x: number, from: number, to: number): number => {
        let [sum, weight] = [0, 0];
        for (let y = Math.round(from * pixels); y < Math.round(to * pixels); y++) {
          const darkness = Math.max(0, 500 - image.at(Math.floor(x * pixels), y));
          sum += darkness * (y + 0.5);
          weight += darkness;
        }
        return sum / weight / pixels;
      };
      expect(ink(left + 12.5, top - 2, top + 2)).to.be.closeTo(top, 0.1);
      expect(ink(left + 37.5, bottom - 2, bottom + 2)).to.be.closeTo(bottom, 0.1);
      const middle = (Math.min(...pulse.map(([x]) => x)) + Math.max(...pulse.map(([x]) => x))) / 2;
      expect(ink(middle, top - 2, top + 2), 'the pulse is 1 mV high').to.be.closeTo(top, 0.1);
      // The first step down of the trace, after one second.
      const row = Math.round(((top + bottom) / 2) * pixels);
      const columns = Array.from({ length: image.width }, (_, x) => x).slice(
        Math.round((left + 20) * pixels),
        Math.round((left + 30) * pixels),
      );
      const dark = columns.map((x) => [x + 0.5, Math.max(0, 500 - image.at(x, row))] as const);
      const weight = dark.reduce((sum, [, darkness]) => sum + darkness, 0);
      const step = dark.reduce((sum, [x, darkness]) => sum + x * darkness, 0) / weight / pixels;
      // It is drawn from the last sample before it to the first one after it.
      expect(step).to.be.closeTo(left + 25 - 0.025, 0.1);
    });
  }

  it('is A4 in landscape as PDF, all pages, with everything where the SVG has it', async () => {
    const answer = await get('ecg.pdf?to=20');
    expect(answer.headers.get('content-type')).to.equal('application/pdf');
    expect(answer.headers.get('content-disposition')).to.match(/^inline; filename="ecg-[0-9a-f]{24}\.pdf"$/);
    expect(answer.headers.get('page-count')).to.equal('1');
    const [page] = readPdf(answer.bytes);
    expect(page!.width).to.be.closeTo(297, 0.01);
    expect(page!.height).to.be.closeTo(210, 0.01);
    const { text } = await get('ecg.svg?to=20&paper=a4');
    const drawn = page!.strokes.filter(({ colour }) => colour === TRACE).map(({ lines }) => lines);
    const wanted = [...text.matchAll(/<path class="(?:pulse|trace)" d="([^"]*)"/g)].map(([, d]) => corners(d!));
    expect(drawn).to.have.length(4);
    expect(wanted).to.have.length(4);
    for (const [i, lines] of wanted.entries()) {
      for (const [side, place] of box(drawn[i]!.flat()).entries())
        expect(place).to.be.closeTo(box(lines.flat())[side]!, 0.02);
    }
    const widths = drawn.map((lines) => lines.flat().map(([x]) => x)).map((xs) => Math.max(...xs) - Math.min(...xs));
    expect(widths.filter((width) => width > 50).map(Math.round)).to.deep.equal([250, 250]);
    const bar = page!.strokes
      .flatMap(({ lines }) => lines)
      .filter(([one, other]) => other && one![1] === other[1] && Math.abs(other[0] - one![0] - 50) < 0.05);
    expect(bar, 'a bar of 50 mm').to.have.length(1);
  });

  it('has every page of a long window, or a single one', async () => {
    const query = 'speed=50&gain=40';
    const pages = Number((await get(`ecg.svg?to=20&paper=a4&${query}`)).headers.get('page-count'));
    expect(pages).to.be.above(1);
    expect(readPdf((await get(`ecg.pdf?to=20&${query}`)).bytes)).to.have.length(pages);
    const single = await get(`ecg.pdf?to=20&page=2&${query}`);
    expect(readPdf(single.bytes)).to.have.length(1);
    expect(single.headers.get('content-disposition')).to.include('-page-2.pdf');
    expect((await get(`ecg.pdf?to=20&page=${pages + 1}&${query}`)).json.code).to.equal('invalid-query');
  });

  it('refuses a PDF of too many pages, and says how to get it', async () => {
    const leads = [{ name: 'I', unit: 'mV', gain: 1, signal: Array.from({ length: 9_000 }, (_, i) => i % 3) }];
    const { id } = (await call(app, 'POST', '/ecgs', { token, body: { samplingRate: 1, leads } })).json;
    const { json } = await call(app, 'GET', `/ecgs/${id}/ecg.pdf?to=9000`, { token });
    expect(json).to.include({ status: 422, code: 'answer-too-large' });
    expect(json.detail)
      .to.match(/at most 100 pages/)
      .and.include('page');
  });

  for (const query of ['dpi=39', 'dpi=301', 'dpi=1e2', 'page=0'])
    it(`refuses ?${query}`, async () => expect((await get(`ecg.png?${query}`)).status).to.equal(400));
});

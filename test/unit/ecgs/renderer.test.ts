/** The thread that draws pictures. */
import { expect } from 'chai';
import type { PageToDraw } from '../../../src/ecgs/pictures/render-jobs.ts';
import { Renderer } from '../../../src/ecgs/pictures/renderer.ts';
import { planSheet } from '../../../src/paper/plan.ts';
import { paperChannel, USUAL } from '../../support/paper.ts';
import { readPdf } from '../../support/pdf.ts';
import { readPng } from '../../support/png.ts';

const channels = [paperChannel()];
const sheet = planSheet(channels, { ...USUAL, to: 2 });
const page = (): PageToDraw => ({
  page: sheet.pages[0]!,
  speed: 25,
  channels,
  samples: [{ first: 0, values: new Float64Array(1_000) }],
  drawing: { title: 'title', head: [], foot: [], crossings: null, marks: [], recordingEnd: null },
});
const named = (text: string): PageToDraw => ({ ...page(), drawing: { ...page().drawing, head: [{ text }] } });
/** A page that cannot be drawn. */
const broken = (): PageToDraw => ({ ...page(), page: null as never });

async function* pagesOf(...pages: PageToDraw[]): AsyncGenerator<PageToDraw> {
  yield* pages;
}
const failure = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: Error) => error.message,
  );

describe('the thread that draws pictures', function () {
  this.timeout(30_000);
  const renderer = new Renderer();
  after(async () => renderer.close());

  it('draws pages in each format', async () => {
    expect(await renderer.svg(page())).to.match(/^<svg /);
    expect(readPng(Uint8Array.from(await renderer.png(page(), 100)).buffer).dpi).to.be.closeTo(100, 0.02);
    expect(readPdf(Uint8Array.from(await renderer.pdf(pagesOf(page(), page()))).buffer)).to.have.length(2);
  });

  it('says in PNG and PDF that letters are missing, and not in SVG, which has them', async () => {
    const lowest = async (text: string): Promise<boolean> => {
      const image = readPng(Uint8Array.from(await renderer.png(named(text), 100)).buffer);
      const rows = [1, 2, 3, 4, 5, 6].map((up) => image.height - up);
      return rows.some((y) => Array.from({ length: image.width }, (_, x) => image.at(x, y)).some((sum) => sum < 500));
    };
    expect([await lowest('Ana'), await lowest('王')]).to.deep.equal([false, true]);
    const pdf = async (text: string): Promise<number> => (await renderer.pdf(pagesOf(named(text)))).length;
    expect(await pdf('王')).to.be.above((await pdf('Ana')) + 100);
    expect(await renderer.svg(named('王')))
      .to.include('王')
      .and.not.include('□');
  });

  it('reports a failure to the request that it belongs to, and goes on', async () => {
    const results = await Promise.all([renderer.svg(page()), failure(renderer.svg(broken())), renderer.svg(page())]);
    expect(results[1]).to.match(/^drawing failed: TypeError/);
    expect(results[2]).to.equal(results[0]);
  });

  it('keeps the pages of simultaneous PDFs apart, and forgets those that fail', async () => {
    const [one, failed, two] = await Promise.all([
      renderer.pdf(pagesOf(page())),
      failure(renderer.pdf(pagesOf(page(), broken()))),
      renderer.pdf(pagesOf(page(), page(), page())),
    ]);
    expect(readPdf(Uint8Array.from(one).buffer)).to.have.length(1);
    expect(failed).to.match(/^drawing failed/);
    expect(readPdf(Uint8Array.from(two).buffer)).to.have.length(3);
  });
});

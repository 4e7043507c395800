/** `/ecgs/{id}/ecg.svg`, `.png` and `.pdf`: a recording on ECG paper. */
import type { Context } from 'koa';
import { z } from 'zod';
import { Problem } from '../errors.ts';
import { attach } from '../http/attachment.ts';
import { clientGone } from '../http/client-gone.ts';
import { type AnyOperation, type Operation, operation } from '../http/operation.ts';
import { queryProblem } from '../http/validate.ts';
import type { Page } from '../paper/types.ts';
import type { EcgDeps } from './deps.ts';
import { downloadName } from './download-name.ts';
import type { PictureOptions } from './pictures/options.ts';
import { type Picture, planPicture } from './pictures/picture.ts';
import { pdfQuery, pngQuery, svgQuery } from './pictures/queries.ts';
import type { PageToDraw } from './pictures/render-jobs.ts';
import type { StoredEcg } from './store/model.ts';

/** Most pages of one PDF. */
export const MAX_PDF_PAGES = 100;

/** Sentences about a recording that are written on pictures with a header, such as a signed comment. */
export type RemarksOf = (ecg: StoredEcg) => Promise<readonly string[]>;

type Deps = EcgDeps & { remarksOf?: RemarksOf };

const PAGE_COUNT = { 'Page-Count': z.string().meta({ description: 'Number of pages' }) };
const DESCRIPTION = { description: 'The picture; its name is in Content-Disposition', headers: PAGE_COUNT } as const;

const SHARED = {
  tag: 'ecgs',
  method: 'get',
  access: 'clinician',
  large: true,
  errors: ['sampling-rate-unknown', 'window-outside', 'answer-too-large'],
} as const satisfies Partial<Operation>;

/** Plans a picture, and sets the headers of its answer. @param work draws it */
async function pictured(
  { zone, database, recordingsOf, remarksOf }: Deps,
  { ctx, userId, id, type }: { ctx: Context; userId: string; id: string; type: 'svg' | 'png' | 'pdf' },
  options: PictureOptions & { page?: number | undefined },
  work: (picture: Picture, ecg: StoredEcg) => Promise<string | Buffer>,
): Promise<void> {
  const page = options.page === undefined || options.page === 1 ? '' : `-page-${options.page}`;
  ctx.body = await recordingsOf(userId).reading(id, {}, async (ecg) => {
    const remarks = options.header && remarksOf ? await remarksOf(ecg) : [];
    const picture = await planPicture({ ecg, database, zone, remarks, signal: clientGone(ctx) }, options);
    const { pages } = picture.sheet;
    if (options.page !== undefined && options.page > pages.length)
      throw queryProblem([{ path: '/page', message: `must be at most ${pages.length}, the number of pages` }]);
    ctx.set('Page-Count', String(pages.length));
    const drawn = await work(picture, ecg);
    // The name of the uploaded file may name the patient: a picture that names nobody is not called by it.
    const name = options.name || options.header ? downloadName(ecg) : `ecg-${id}`;
    attach(ctx, `${name}${page}.${type}`, 'inline');
    return drawn;
  });
  ctx.type = type === 'svg' ? 'image/svg+xml; charset=utf-8' : type === 'png' ? 'image/png' : 'application/pdf';
}

async function toDraw({ sheet, channels, drawing, samplesOf }: Picture, page: Page): Promise<PageToDraw> {
  return { page, speed: sheet.speed, channels, samples: await samplesOf(page), drawing };
}

const pageOf = ({ sheet }: Picture, number: number): Page => sheet.pages[number - 1] as Page;

/**
 * @openapi
 * /ecgs/{id}/ecg.svg:
 *   get:
 *     summary: Draw a recording on ECG paper, true to scale
 *     description: >
 *       One millimetre of the picture is one millimetre of paper. Where samples are closer than 0.1 mm, each column
 *       shows its lowest and highest value. What leaves the row of its lead is marked as out of range, missing signal
 *       as no signal. A channel whose unit is not a voltage is not to scale, and one without a sampling rate is not
 *       drawn; both are said below the rows. A window of more than 250 mm has several lines, and several pages if they
 *       do not fit one. No person is named unless `name` or `header` is true; only then the picture is called after the
 *       uploaded file, which may name the patient.
 */
export const drawEcg = (deps: Deps): AnyOperation =>
  operation({
    ...SHARED,
    id: 'drawEcg',
    path: '/ecgs/:id/ecg.svg',
    query: svgQuery,
    answers: { 200: { ...DESCRIPTION, content: { 'image/svg+xml': 'text' } } },
    handler: async ({ ctx, user, param, query }) =>
      pictured(deps, { ctx, userId: user.userId, id: param('id'), type: 'svg' }, query, async (picture) =>
        deps.renderer.svg(await toDraw(picture, pageOf(picture, query.page))),
      ),
  });

/**
 * @openapi
 * /ecgs/{id}/ecg.png:
 *   get:
 *     summary: Draw a recording on ECG paper as PNG
 *     description: The same picture as the SVG, in pixels. The file states its resolution, so that it prints to scale.
 */
export const drawEcgAsPng = (deps: Deps): AnyOperation =>
  operation({
    ...SHARED,
    id: 'drawEcgAsPng',
    path: '/ecgs/:id/ecg.png',
    query: pngQuery,
    answers: { 200: { ...DESCRIPTION, content: { 'image/png': 'binary' } } },
    handler: async ({ ctx, user, param, query }) =>
      pictured(deps, { ctx, userId: user.userId, id: param('id'), type: 'png' }, query, async (picture) =>
        deps.renderer.png(await toDraw(picture, pageOf(picture, query.page)), query.dpi),
      ),
  });

/**
 * @openapi
 * /ecgs/{id}/ecg.pdf:
 *   get:
 *     summary: Draw a recording on ECG paper as PDF, for printing
 *     description: >
 *       All pages, A4 in landscape, as vector graphics. Print it at 100 %: the bar below the rows is then 50 mm long.
 */
export const drawEcgAsPdf = (deps: Deps): AnyOperation =>
  operation({
    ...SHARED,
    id: 'drawEcgAsPdf',
    path: '/ecgs/:id/ecg.pdf',
    query: pdfQuery,
    answers: { 200: { ...DESCRIPTION, content: { 'application/pdf': 'binary' } } },
    handler: async ({ ctx, user, param, query }) => {
      const options = { ...query, paper: 'a4' } as const;
      await pictured(deps, { ctx, userId: user.userId, id: param('id'), type: 'pdf' }, options, async (picture) => {
        const pages = query.page === undefined ? picture.sheet.pages : [pageOf(picture, query.page)];
        if (pages.length > MAX_PDF_PAGES) {
          throw new Problem(
            'answer-too-large',
            `A PDF may have at most ${MAX_PDF_PAGES} pages, and this one would have ${pages.length}. Narrow it ` +
              'with from and to, use a lower speed, or request single pages with page.',
          );
        }
        return deps.renderer.pdf(
          (async function* () {
            for (const page of pages) yield await toDraw(picture, page);
          })(),
        );
      });
    },
  });

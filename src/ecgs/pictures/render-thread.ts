/** The thread that draws pictures, so that the event loop is free for other requests. Started by `renderer.ts`. */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { drawPage } from '../../paper/draw.ts';
import type { Scene } from '../../paper/scene.ts';
import { drawSvg } from '../../paper/svg.ts';
import { Letters } from './letters.ts';
import type { PdfPages } from './pdf.ts';
import type { PageToDraw, RenderAnswer, RenderJob } from './render-jobs.ts';

const sceneOf = ({ page, speed, channels, samples, drawing }: PageToDraw): Scene =>
  drawPage(page, speed, channels, samples, drawing);

/** What the thread keeps between jobs. */
interface Kept {
  documents: Map<number, PdfPages>;
  letters: Letters;
}

// The libraries are loaded when they are first needed.
async function resultOf(job: RenderJob, { documents, letters }: Kept): Promise<string | Uint8Array | null> {
  if (job.kind === 'svg') return drawSvg(sceneOf(job.page));
  if (job.kind === 'png') {
    const { pngOf } = await import('./png.ts');
    return pngOf(letters.legible(sceneOf(job.page)), job.dpi);
  }
  const pdf = documents.get(job.document);
  if (job.kind === 'pdf-page') {
    const { PdfPages } = await import('./pdf.ts');
    const pages = pdf ?? new PdfPages(job.page.drawing.title);
    documents.set(job.document, pages);
    pages.add(letters.legible(sceneOf(job.page)));
    return null;
  }
  documents.delete(job.document);
  return job.kind === 'pdf-end' && pdf ? pdf.finish() : null;
}

async function answer(port: MessagePort, id: number, job: RenderJob, kept: Kept): Promise<void> {
  const result = await resultOf(job, kept).then(
    (drawn): RenderAnswer => ({ id, result: drawn }),
    (error: unknown): RenderAnswer => ({ id, error: error instanceof Error ? (error.stack ?? '') : String(error) }),
  );
  port.postMessage(result);
}

/** Does one job after the other. */
function serve(port: MessagePort): void {
  const kept: Kept = { documents: new Map(), letters: new Letters() };
  let turn = Promise.resolve();
  port.on('message', ({ id, job }: { id: number; job: RenderJob }) => {
    turn = turn.then(async () => answer(port, id, job, kept));
  });
}

if (parentPort) serve(parentPort);

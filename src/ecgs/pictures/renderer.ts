/** Draws pictures in a thread of their own. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { PageToDraw, RenderAnswer, RenderJob } from './render-jobs.ts';

interface Waiting {
  resolve: (result: string | Uint8Array | null) => void;
  reject: (error: Error) => void;
}

/** Starts the thread from its file, or in development from its TypeScript, which a thread does not read by itself. */
function startThread(): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./render-thread.js', import.meta.url));
  const tsx = createRequire(import.meta.url)
    .resolve('tsx/esm/api')
    .replace(/\.cjs$/, '.mjs');
  const [loader, thread] = [pathToFileURL(tsx), new URL('./render-thread.ts', import.meta.url)];
  const script = `import("${loader.href}").then(({ register }) => { register(); return import("${thread.href}"); })`;
  return new Worker(script, { eval: true });
}

/** Started by the first job, and again after it has failed. It does not keep the process running. */
class RenderThread {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #jobs = 0;

  /** Errors: what the thread reports, and its end. */
  async run(job: RenderJob): Promise<string | Uint8Array | null> {
    const worker = (this.#worker ??= this.#start());
    const id = ++this.#jobs;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ id, job }, 'page' in job ? buffersOf(job.page) : []);
    });
  }

  async end(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = startThread();
    worker.unref();
    worker.on('message', (answer: RenderAnswer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if (this.#waiting.size === 0) worker.unref();
      if ('error' in answer) waiting?.reject(new Error(`drawing failed: ${answer.error}`));
      else waiting?.resolve(answer.result);
    });
    const end = (error: Error): void => {
      if (this.#worker === worker) this.#worker = null;
      const all = [...this.#waiting.values()];
      this.#waiting.clear();
      for (const { reject } of all) reject(error);
    };
    worker.on('error', end);
    worker.on('exit', (code) => end(new Error(`the thread that draws pictures has ended with code ${code}`)));
    return worker;
  }
}

/** The samples are moved to the thread, not copied: each page has its own. */
const buffersOf = ({ samples }: PageToDraw): ArrayBuffer[] =>
  samples.flatMap(({ values }) => (values.length === 0 ? [] : [values.buffer as ArrayBuffer]));

/** Draws the pictures of one application. */
export class Renderer {
  readonly #thread = new RenderThread();
  #documents = 0;

  /** One page as SVG. */
  async svg(page: PageToDraw): Promise<string> {
    return (await this.#thread.run({ kind: 'svg', page })) as string;
  }

  /** One page as PNG. */
  async png(page: PageToDraw, dpi: number): Promise<Buffer> {
    return Buffer.from((await this.#thread.run({ kind: 'png', page, dpi })) as Uint8Array);
  }

  /** Pages as PDF: each is drawn before the next is requested. Errors: those of `pages`. */
  async pdf(pages: AsyncIterable<PageToDraw>): Promise<Buffer> {
    const document = ++this.#documents;
    try {
      for await (const page of pages) await this.#thread.run({ kind: 'pdf-page', document, page });
      return Buffer.from((await this.#thread.run({ kind: 'pdf-end', document })) as Uint8Array);
    } catch (error) {
      await this.#thread.run({ kind: 'pdf-drop', document }).catch(() => undefined);
      throw error;
    }
  }

  /** Ends the thread. What it was still drawing fails. */
  async close(): Promise<void> {
    await this.#thread.end();
  }
}

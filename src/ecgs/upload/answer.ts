/** How an upload is answered. */
import type { Context } from 'koa';
import { etag } from '../../http/etag.ts';
import { ecgView } from '../view.ts';
import type { Ingested } from './prove.ts';
import type { UploadedEcg, UploadedEcgs } from './schema.ts';

/** Answers one recording as itself, and several as a list. */
export function answerUpload(ctx: Context, ingested: readonly Ingested[]): void {
  // A rhythm is what a reader looks for; the median beat and others were made from it.
  const [first, ...others] = ingested.toSorted(
    (a, b) => Number(b.ecg.part === 'rhythm') - Number(a.ecg.part === 'rhythm'),
  );
  if (!first) throw new Error('the decoder ended without a recording and without an error');
  ctx.status = ingested.some(({ created }) => created) ? 201 : 200;
  if (others.length > 0) {
    ctx.body = { items: [first, ...others].map(uploaded) } satisfies UploadedEcgs;
    return;
  }
  const view = uploaded(first);
  ctx.set('Location', `${ctx.path}/${view.id}`);
  ctx.set('ETag', etag(view.version));
  ctx.body = view;
}

const uploaded = ({ ecg, warnings }: Ingested): UploadedEcg => ({ ...ecgView(ecg), warnings });

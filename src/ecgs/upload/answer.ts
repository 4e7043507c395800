/** The response to an upload. */
import type { Context } from 'koa';
import { etag } from '../../http/etag.ts';
import { ecgView } from '../view.ts';
import type { Ingested } from './prove.ts';
import type { UploadedEcg, UploadedEcgs } from './schema.ts';

/** Answers with the recording itself, or with a list if the file held several. */
export function answerUpload(ctx: Context, ingested: readonly Ingested[]): void {
  // Readers look for the rhythm; median beats and the like were derived from it.
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

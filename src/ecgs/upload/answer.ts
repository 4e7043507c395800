/** The response to an upload. */
import type { Context } from 'koa';
import { Problem } from '../../errors.ts';
import { etag } from '../../http/etag.ts';
import type { StoredEcg } from '../store/model.ts';
import type { Recordings } from '../store/recordings.ts';
import { ecgView } from '../view.ts';
import type { Ingested } from './prove.ts';
import type { UploadedEcg } from './schema.ts';

/** What is told of another recording of the same file. */
type Sibling = Pick<StoredEcg, '_id' | 'part'>;

/**
 * Answers with the first recording of the file, which names the others.
 * @param others siblings that are not of this upload (`siblingsBeside`)
 */
export function answerUpload(ctx: Context, ingested: readonly Ingested[], others: readonly Sibling[] = []): void {
  const first = firstOf(ingested);
  const parts = new Map([...others, ...ingested.map(({ ecg }) => ecg)].map(({ _id, part }) => [String(_id), part]));
  const siblings = first.ecg.siblings.map(String).map((id) => ({ id, part: parts.get(id) ?? null }));
  ctx.status = ingested.some(({ created }) => created) ? 201 : 200;
  const view: UploadedEcg = { ...ecgView(first.ecg), siblings, warnings: warningsOf(first, ingested) };
  ctx.set('Location', `${ctx.path}/${view.id}`);
  ctx.set('ETag', etag(view.version));
  ctx.body = view;
}

/** Siblings of the first recording that came with another upload: it was there already. Errors: of the database. */
export async function siblingsBeside(ingested: readonly Ingested[], own: Recordings): Promise<Sibling[]> {
  const known = new Set(ingested.map(({ ecg }) => ecg._id.toHexString()));
  const unknown = firstOf(ingested).ecg.siblings.filter((id) => !known.has(id.toHexString()));
  const found = await Promise.all(
    unknown.map(async (id) =>
      own.get(id.toHexString()).catch((error: unknown) => {
        // It has been deleted in the meantime.
        if (error instanceof Problem && error.code === 'not-found') return [];
        throw error;
      }),
    ),
  );
  return found.flat();
}

/** Readers look for the rhythm; median beats and the like were derived from it. */
function firstOf(ingested: readonly Ingested[]): Ingested {
  const first = ingested.find(({ ecg }) => ecg.part === 'rhythm') ?? ingested[0];
  if (!first) throw new Error('the decoder ended without a recording and without an error');
  return first;
}

/** What is true of several recordings is said once. */
function warningsOf(first: Ingested, ingested: readonly Ingested[]): string[] {
  const common = new Set(first.warnings);
  const ofOthers = ingested
    .filter((one) => one !== first)
    .flatMap(({ ecg, warnings }) =>
      warnings.filter((text) => !common.has(text)).map((text) => `${ecg.part ?? ecg._id.toHexString()}: ${text}`),
    );
  return [...first.warnings, ...ofOthers];
}

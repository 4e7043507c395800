/** Answers that are saved as a file, or can be. */
import type { Context } from 'koa';

/**
 * Names the file that an answer is to be saved as (RFC 6266): in ASCII, and if that is not the whole name, also in
 * UTF-8 (RFC 5987). Usage: `attach(ctx, 'name.csv')`.
 * @param type `inline`: shown by browsers, and only saved under this name
 */
export function attach(ctx: Context, name: string, type: 'attachment' | 'inline' = 'attachment'): void {
  const fallback = name
    .normalize('NFD')
    .replaceAll(/\p{M}+/gu, '')
    .replaceAll(/[^\u0020-\u007e]+/g, '_');
  ctx.attachment(name, { type, fallback });
}

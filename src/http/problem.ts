/** The problem layer: whatever is thrown behind it becomes an RFC 9457 answer, and what no route takes is answered too. */
import { Readable } from 'node:stream';
import type { Context, Middleware } from 'koa';
import type { Logger } from 'pino';
import { z } from 'zod';
import { isUnreachable } from '../database/unreachable.ts';
import { catalogue, type ErrorCode, notFound, notReady, Problem } from '../errors.ts';
import { loggable } from './loggable-error.ts';
import { requestIdOf } from './request-id.ts';
import { bodyRead } from './unread-body.ts';

/** The body of every answer that is not a success. */
export const ProblemDetails = z.strictObject({
  type: z.string().meta({ example: 'urn:leadwire:problem:not-found' }),
  title: z.string().meta({ description: 'What kind of problem it is; the same for every occurrence' }),
  status: z.int(),
  detail: z.string().meta({ description: 'What happened in this case, and what to do about it' }),
  code: z.enum(catalogue().map((row) => row.code) as [ErrorCode, ...ErrorCode[]]).meta({ description: 'What programs decide by' }),
  requestId: z.string().meta({ description: 'Also in the header X-Request-Id' }),
  errors: z.array(z.strictObject({
    path: z.string().meta({ description: 'JSON Pointer into the body, or the name of a parameter' }),
    message: z.string(),
  })).optional(),
}).meta({ id: 'Problem' });

/** Answers problems as they are, a database that is not there as `not-ready`, and anything else that is thrown as `internal-error`, which is logged and never shown. Usage: `koa.use(problems(log))`, before the routes. */
export const problems = (log: Logger): Middleware => async (ctx, next) => {
  const headersBefore = new Set(ctx.res.getHeaderNames());
  try {
    await next();
  } catch (error) {
    const problem = error instanceof Problem ? error : unexpected(ctx, error, log);
    if (ctx.headerSent) {
      // Part of a success is out already: only a broken connection tells the client that the rest is missing.
      ctx.res.destroy();
      return;
    }
    for (const name of ctx.res.getHeaderNames()) if (!headersBefore.has(name)) ctx.remove(name);
    answer(ctx, problem);
  }
};

/** Ends the chain: 405 with the methods of the resource, its methods for OPTIONS, else 404. Usage: `koa.use(unrouted())`, last of all. */
export const unrouted = (): Middleware => async (ctx) => {
  const matched = (ctx as { matched?: { methods: string[] }[] }).matched ?? [];
  const methods = new Set(matched.flatMap((layer) => layer.methods));
  if (methods.size === 0) throw notFound();
  const allow = [...methods, 'OPTIONS'].join(', ');
  if (ctx.method !== 'OPTIONS') throw new Problem('method-not-allowed', `Use one of ${allow}.`, { headers: { Allow: allow } });
  ctx.status = 204;
  ctx.set('Allow', allow);
};

function unexpected(ctx: Context, error: unknown, log: Logger): Problem {
  if (isUnreachable(error)) {
    log.warn({ requestId: requestIdOf(ctx), error: loggable(error) }, 'the database did not answer');
    return notReady(error);
  }
  log.error({ requestId: requestIdOf(ctx), error: loggable(error) }, 'an unexpected error');
  return new Problem('internal-error', 'It has been noted under the request id.');
}

function answer(ctx: Context, problem: Problem): void {
  const { code, status, title, message: detail, errors, headers } = problem;
  const details: z.infer<typeof ProblemDetails> = { type: `urn:leadwire:problem:${code}`, title, status, detail, code, requestId: requestIdOf(ctx), ...(errors && { errors: [...errors] }) };
  const bytes = Buffer.from(JSON.stringify(details));
  ctx.status = status;
  ctx.body = ctx.req.complete ? bytes : Readable.from(sentBeforeTheEnd(ctx, bytes));
  ctx.length = bytes.length;
  ctx.set({ 'Content-Type': 'application/problem+json', ...headers });
}

/** The whole answer at once, its end when the client has stopped sending: closing in the middle of a body would take the answer away from under the client. */
async function* sentBeforeTheEnd(ctx: Context, bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
  await bodyRead(ctx.req);
}

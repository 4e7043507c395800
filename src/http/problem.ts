/**
 * The problem layer: any error thrown after it becomes an RFC 9457 answer, and requests without a route are answered,
 * too.
 */
import { Readable } from 'node:stream';
import type { Context, Middleware } from 'koa';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Room } from '../database/room.ts';
import { catalogue, type ErrorCode, notFound, Problem } from '../errors.ts';
import { allowOf, methodsOf } from './addressed.ts';
import { changesSomething } from './database-gate.ts';
import { failureOf } from './failure.ts';
import { loggable } from '../log/loggable-error.ts';
import { requestIdOf } from './request-id.ts';
import type { WebApp } from './web-app.ts';
import { bodyRead } from './unread-body.ts';

/** The body of every error answer. */
export const ProblemDetails = z
  .strictObject({
    type: z.string().meta({ example: 'urn:leadwire:problem:not-found' }),
    title: z.string().meta({ description: 'The kind of problem; the same for every occurrence' }),
    status: z.int(),
    detail: z.string().meta({ description: 'What happened in this case, and what to do about it' }),
    code: z
      .enum(catalogue().map((row) => row.code) as [ErrorCode, ...ErrorCode[]])
      .meta({ description: 'For programs: the stable code of the problem' }),
    requestId: z.string().meta({ description: 'Also in the header X-Request-Id' }),
    errors: z
      .array(
        z.strictObject({
          path: z.string().meta({
            description: 'JSON Pointer (RFC 6901) into the body, or into the form or query as an object',
          }),
          message: z.string(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem' });

/**
 * Answers problems as they are. Any other error is classified by `failureOf`, logged, and never shown. Usage:
 * `koa.use(problems(log, room))`, before the routes.
 */
export const problems =
  (log: Logger, room: Room): Middleware =>
  async (ctx, next) => {
    const headersBefore = new Set(ctx.res.getHeaderNames());
    try {
      await next();
    } catch (error) {
      const problem = await problemOf(ctx, error, log, room);
      if (ctx.headerSent) {
        // Part of a success has already been sent: only a broken connection shows the client that the rest is missing.
        ctx.res.destroy();
        return;
      }
      for (const name of ctx.res.getHeaderNames()) if (!headersBefore.has(name)) ctx.remove(name);
      answer(ctx, problem);
    }
  };

/** Addresses whose answers are for programs, or are files: a browser gets a problem there, too. */
const NO_PAGES = /^\/(?:api|docs|redoc|assets)(?:\/|$)/;

/**
 * Ends the chain: 405 with the methods of the resource, its methods for OPTIONS, otherwise 404; a browser gets it with
 * the page of the web application, which says that there is nothing. Usage: `koa.use(unrouted(web))`, as the last
 * middleware. @param app null when the web application was not built
 */
export const unrouted =
  (app: WebApp | null = null): Middleware =>
  async (ctx) => {
    if (methodsOf(ctx).length === 0) {
      if (app === null || !['GET', 'HEAD'].includes(ctx.method) || NO_PAGES.test(ctx.path)) throw notFound();
      ctx.vary('Accept');
      if (ctx.accepts('json', 'html') !== 'html') throw notFound();
      app.sendPage(ctx, 404);
      return;
    }
    const allow = allowOf(ctx);
    if (ctx.method !== 'OPTIONS')
      throw new Problem('method-not-allowed', `Use one of ${allow}.`, { headers: { Allow: allow } });
    ctx.status = 204;
    ctx.set('Allow', allow);
  };

/** The problem that an error is for the client; errors of other kinds are logged. */
export async function problemOf(ctx: Context, error: unknown, log: Logger, room: Room): Promise<Problem> {
  if (error instanceof Problem) return error;
  const failed = { writes: changesSomething(ctx), isGone: ctx.req.socket.destroyed || ctx.res.destroyed };
  const { problem, level, message } = await failureOf(error, failed, room);
  log[level]({ requestId: requestIdOf(ctx), error: loggable(error) }, message);
  return problem;
}

/** A problem as it is sent. */
export function problemBytes({ code, status, title, message: detail, errors }: Problem, requestId: string): Buffer {
  const details: z.infer<typeof ProblemDetails> = {
    type: `urn:leadwire:problem:${code}`,
    title,
    status,
    detail,
    code,
    requestId,
    ...(errors && { errors: [...errors] }),
  };
  return Buffer.from(JSON.stringify(details));
}

function answer(ctx: Context, problem: Problem): void {
  const bytes = problemBytes(problem, requestIdOf(ctx));
  ctx.status = problem.status;
  ctx.body = ctx.req.complete ? bytes : Readable.from(sentBeforeTheEnd(ctx, bytes));
  ctx.length = bytes.length;
  ctx.set({ 'Content-Type': 'application/problem+json', ...problem.headers });
}

/**
 * Sends the answer at once, but ends it only when the client has stopped sending: closing the connection in the middle
 * of a body could keep the client from reading the answer.
 */
async function* sentBeforeTheEnd(ctx: Context, bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
  await bodyRead(ctx.req);
}

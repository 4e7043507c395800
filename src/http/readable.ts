/** Requests that Node.js takes and Koa cannot read, or that HTTP/1.1 does not allow: told as any other problem. */
import type { Middleware } from 'koa';
import { Problem } from '../errors.ts';

/** Usage: `koa.use(readable())`, behind the problem layer and before everything that looks at the address. */
export const readable = (): Middleware => async (ctx, next) => {
  const { url = '', httpVersion, headers } = ctx.req;
  if (httpVersion === '1.1' && headers.host === undefined)
    throw new Problem('malformed-request', 'An HTTP/1.1 request must have a Host header.');
  if (!url.startsWith('/') && url !== '*' && !URL.canParse(url))
    throw new Problem('malformed-request', 'The address of the request cannot be read.');
  await next();
};

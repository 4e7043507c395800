/** Headers that let a browser do nothing with an answer but read it. Pages that need more set a policy of their own. */
import type { Middleware } from 'koa';
import helmet from 'koa-helmet';

/** Directives of every policy: no framing, no other base address, no form target. */
const CLOSED = { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"] };

/** Usage: `koa.use(securityHeaders())`, before everything that answers. */
export function securityHeaders(): Middleware {
  const protect = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: CLOSED },
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  });
  return (ctx, next) => {
    // Answers contain patient data or tokens: no cache may store them unless a route allows it.
    ctx.set('Cache-Control', 'no-store');
    return protect(ctx, next);
  };
}

/**
 * The policy of one page: everything is forbidden except these directives. @param opened such as `{ 'script-src':
 * ["'self'"] }`
 */
export function pagePolicy(opened: Readonly<Record<string, readonly string[]>>): string {
  const closed = {
    'default-src': CLOSED.defaultSrc,
    'frame-ancestors': CLOSED.frameAncestors,
    'base-uri': CLOSED.baseUri,
    'form-action': CLOSED.formAction,
  };
  return Object.entries({ ...closed, ...opened })
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ');
}

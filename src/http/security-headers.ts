/** Headers that keep a browser from doing anything with an answer but reading it. Pages that need more replace the policy themselves. */
import type { Middleware } from 'koa';
import helmet from 'koa-helmet';

/** Directives of every policy: no frame around it, no other base address, no form that leads away. */
const CLOSED = { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"] };

/** Usage: `koa.use(securityHeaders())`, before everything that answers. */
export function securityHeaders(): Middleware {
  const protect = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: CLOSED },
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  });
  return (ctx, next) => {
    // Answers are a patient's data or a token: no cache on the way keeps them, unless a route says otherwise.
    ctx.set('Cache-Control', 'no-store');
    return protect(ctx, next);
  };
}

/** The text of a policy for one page: closed, but for these directives. @param opened such as `{ 'script-src': ["'self'"] }` */
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

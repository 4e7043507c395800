/**
 * Protects what a cookie may do from the pages of others (CSRF). A browser sends cookies by itself, so a request that
 * changes something must also say that it comes from a page of this service.
 */
import type { IncomingMessage } from 'node:http';
import { Problem } from '../errors.ts';

type Sent = Pick<IncomingMessage, 'headers'>;

/**
 * Where a request comes from, according to the browser; no page can set these headers itself. `unknown`: it is not from
 * a browser of the last years, or a proxy has removed the headers.
 * @param allowed further origins, from CORS_ORIGINS
 */
export function originOf({ headers }: Sent, allowed: readonly string[]): 'own' | 'foreign' | 'unknown' {
  const { origin, host, 'sec-fetch-site': site } = headers;
  if (origin !== undefined && allowed.includes(origin)) return 'own';
  if (site !== undefined) return site === 'same-origin' || site === 'none' ? 'own' : 'foreign';
  if (origin === undefined) return 'unknown';
  return isAtHost(origin, host) ? 'own' : 'foreign';
}

/** The scheme is not compared: behind a proxy, the service does not see it. */
function isAtHost(origin: string, host: string | undefined): boolean {
  if (!URL.canParse(origin)) return false;
  const page = new URL(origin);
  const own = `${page.protocol}//${host}`;
  return page.host !== '' && URL.canParse(own) && page.host === new URL(own).host;
}

/** For requests with a cookie that change something. Errors: `cross-origin-refused`. */
export function assertOwnOrigin(sent: Sent, allowed: readonly string[]): void {
  const from = originOf(sent, allowed);
  if (from === 'foreign') throw refusal(FOREIGN);
  if (from === 'unknown') throw refusal(UNKNOWN);
}

/** For requests without a cookie that set one: programs need not say where they come from. */
export function assertNotForeign(sent: Sent, allowed: readonly string[]): void {
  if (originOf(sent, allowed) === 'foreign') throw refusal(FOREIGN);
}

const refusal = (detail: string): Problem => new Problem('cross-origin-refused', detail);

const FOREIGN =
  'Send it from a page of this service. The operator can allow other pages with the setting CORS_ORIGINS; ' +
  'programs use a bearer token.';
const UNKNOWN =
  'With a cookie, the request must have a header Origin with the address of this service, as browsers send it. ' +
  'Programs use a bearer token.';

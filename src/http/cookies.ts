/** Cookies of a request and an answer. Every cookie is hidden from scripts, and other sites cannot send it. */
import type { IncomingMessage } from 'node:http';
import type { Context } from 'koa';

/** The value of a cookie; null if it was not sent. */
export function cookieIn({ headers }: Pick<IncomingMessage, 'headers'>, name: string): string | null {
  for (const pair of (headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim() || null;
  }
  return null;
}

export interface Cookie {
  name: string;
  /** Of characters that need no encoding; null removes the cookie. */
  value: string | null;
  /** The addresses to which it is sent: this one and those below it. */
  path: string;
}

/** Sets or removes a cookie. The browser forgets it when it is closed. */
export function setCookie(ctx: Context, { name, value, path }: Cookie): void {
  const flags = ['HttpOnly', 'SameSite=Strict', ...(isHttps(ctx) ? ['Secure'] : [])];
  const parts = [`${name}=${value ?? ''}`, `Path=${path}`, ...(value === null ? ['Max-Age=0'] : []), ...flags];
  ctx.append('Set-Cookie', parts.join('; '));
}

/**
 * Whether the client uses HTTPS: the connection itself, or according to a trusted proxy, or to the browser, which says
 * so in the Origin of its own page.
 */
const isHttps = (ctx: Context): boolean =>
  'encrypted' in ctx.req.socket || ctx.state['isHttps'] === true || ctx.get('Origin').startsWith('https://');

/** The two cookies of a session: one is sent with every request to the API, the other only to `/auth/session`. */
import type { KeyObject } from 'node:crypto';
import type { Context } from 'koa';
import { cookieIn, setCookie } from '../http/cookies.ts';
import { ACCESS_COOKIE } from '../users/authenticate.ts';
import { signToken } from '../users/tokens.ts';
import { ACCESS_SECONDS } from './end.ts';
import type { SessionAnswer } from './schema.ts';
import type { OpenSession } from './sessions.ts';
import { openView } from './view.ts';

const REFRESH_COOKIE = 'leadwire-refresh';

/** Where the operations of the API are, in a request to one of `/auth`. */
const apiOf = (ctx: Context): string => ctx.path.slice(0, ctx.path.lastIndexOf('/auth/'));

export const refreshTokenOf = (ctx: Context): string | null => cookieIn(ctx.req, REFRESH_COOKIE);

function setCookies(ctx: Context, access: string | null, refresh: string | null): void {
  const api = apiOf(ctx);
  setCookie(ctx, { name: ACCESS_COOKIE, value: access, path: api });
  setCookie(ctx, { name: REFRESH_COOKIE, value: refresh, path: `${api}/auth/session` });
}

/**
 * Sets the cookies of a session. @param seconds that access tokens are valid at most @param now milliseconds since 1970
 * @returns the seconds that this access token is valid
 */
export function giveCookies(ctx: Context, open: OpenSession, key: KeyObject, seconds: number, now: number): number {
  const { session, user, refreshToken } = open;
  const left = Math.floor((session.expiresAt.getTime() - now) / 1_000);
  const lifetime = Math.max(1, Math.min(seconds, ACCESS_SECONDS, left));
  const sessionId = session._id.toHexString();
  const owner = { id: user._id.toHexString(), tokenVersion: user.tokenVersion, sessionId };
  setCookies(ctx, signToken(key, owner, lifetime, now), refreshToken);
  ctx.set('Cache-Control', 'no-store');
  return lifetime;
}

/** Answers with the session and its cookies. @param seconds as above */
export function answerSession(ctx: Context, open: OpenSession, key: KeyObject, seconds: number): void {
  const now = Date.now();
  const lifetime = giveCookies(ctx, open, key, seconds, now);
  ctx.body = openView(open, lifetime, now) satisfies SessionAnswer;
}

/** Removes the cookies from the browser. */
export const forgetCookies = (ctx: Context): void => setCookies(ctx, null, null);

/** `/auth/session` and `/auth/sessions`: sessions of browsers, in cookies. */
import { Types } from 'mongoose';
import type { Context } from 'koa';
import { objectId } from '../database/ids.ts';
import { notFound } from '../errors.ts';
import { json, noContent, SET_COOKIE } from '../http/answers.ts';
import { type AnyOperation, type Identity, operation } from '../http/operation.ts';
import { assertNotForeign, assertOwnOrigin } from '../http/own-origin.ts';
import type { LogIn } from '../users/log-in.ts';
import { Login } from '../users/schema.ts';
import { tokenKey } from '../users/tokens.ts';
import { answerSession, forgetCookies, refreshTokenOf } from './cookies.ts';
import { endSessions } from './end.ts';
import { sessionModel } from './model.ts';
import { hashOf } from './refresh-tokens.ts';
import { SessionAnswer, SessionList } from './schema.ts';
import { beginSession, byToken, refreshSession, type SessionDeps } from './sessions.ts';
import { sessionView } from './view.ts';

export interface SessionRouteDeps extends SessionDeps {
  logIn: LogIn;
}

export const sessionOperations = (deps: SessionRouteDeps): AnyOperation[] => [
  begin(deps),
  refresh(deps),
  leave(deps),
  list(deps),
  endOthers(deps),
  end(deps),
];

const COMMON = { tag: 'auth' } as const;

/**
 * @openapi
 * /auth/session:
 *   post:
 *     summary: Log in with cookies
 *     description: >
 *       For browsers: instead of a token in the answer, it sets two cookies that scripts cannot read.
 *       `leadwire-access` is an access token for at most 15 minutes, sent with every request; refresh the session
 *       before `accessExpiresIn` seconds have passed. `leadwire-refresh` is only sent to this address and those below
 *       it.
 *       The session ends when it has not been refreshed for SESSION_IDLE_SECONDS, after SESSION_SECONDS in any case,
 *       and when the browser is closed. Requests with a cookie that change something must come from a page of this
 *       service or of CORS_ORIGINS. A request with an Authorization header ignores the cookies. Wrong passwords count
 *       as in `POST /auth/login`.
 *     requestBody:
 *       content:
 *         application/json: { example: { email: clinician@clinic.example, password: correct horse battery } }
 */
function begin(deps: SessionRouteDeps): AnyOperation {
  const { config, logIn } = deps;
  const key = tokenKey(config);
  return operation({
    ...COMMON,
    id: 'beginSession',
    method: 'post',
    path: '/auth/session',
    access: 'public',
    body: Login,
    answers: { 200: json(SessionAnswer, 'Logged in; the cookies are set', SET_COOKIE) },
    errors: ['credentials-invalid', 'cross-origin-refused'],
    handler: async ({ ctx, body }) => {
      assertNotForeign(ctx.req, config.corsOrigins);
      const user = await logIn(ctx.ip, body);
      await endByCookie(ctx, deps);
      const open = await beginSession(deps, user, { agent: ctx.get('User-Agent'), address: ctx.ip });
      answerSession(ctx, open, key, config.accessTokenSeconds);
    },
  });
}

/**
 * @openapi
 * /auth/session/refresh:
 *   post:
 *     summary: Refresh the session
 *     description: >
 *       Sets both cookies anew. Needs the cookie `leadwire-refresh`; in a browser without it there is no session, and
 *       the answer is a 204. Each refresh token is valid once; for 30 seconds more it gets the same new one again, for
 *       several tabs that refresh together and for answers that are lost. A later use means that somebody has copied
 *       it: the session ends.
 */
function refresh(deps: SessionRouteDeps): AnyOperation {
  const { config } = deps;
  const key = tokenKey(config);
  return operation({
    ...COMMON,
    id: 'refreshSession',
    method: 'post',
    path: '/auth/session/refresh',
    access: 'public',
    answers: {
      200: json(SessionAnswer, 'Refreshed; the cookies are set anew', SET_COOKIE),
      204: { description: 'There is no session in this browser' },
    },
    errors: ['session-ended', 'cross-origin-refused'],
    handler: async ({ ctx }) => {
      const token = refreshTokenOf(ctx);
      if (token === null) {
        // Every page asks at its start. For somebody who has not logged in yet that is no error.
        ctx.status = 204;
        return;
      }
      assertOwnOrigin(ctx.req, config.corsOrigins);
      answerSession(ctx, await refreshSession(deps, token), key, config.accessTokenSeconds);
    },
  });
}

/**
 * @openapi
 * /auth/session:
 *   delete:
 *     summary: Log out with cookies
 *     description: Ends the session of this browser, if there is one, and removes the cookies.
 */
const leave = (deps: SessionRouteDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'endThisSession',
    method: 'delete',
    path: '/auth/session',
    access: 'public',
    answers: { 204: { description: 'There is no session any more', headers: SET_COOKIE } },
    errors: ['cross-origin-refused'],
    handler: async ({ ctx }) => {
      if (refreshTokenOf(ctx) !== null) assertOwnOrigin(ctx.req, deps.config.corsOrigins);
      await endByCookie(ctx, deps);
      forgetCookies(ctx);
      ctx.status = 204;
    },
  });

/** Ends the session whose refresh token the browser has. */
async function endByCookie(ctx: Context, { database, identities }: SessionDeps): Promise<void> {
  const token = refreshTokenOf(ctx);
  const session = token === null ? null : await byToken(database, hashOf(token));
  if (!session) return;
  try {
    await endSessions(database, session.user, { _id: session._id });
  } finally {
    identities.forget(session.user.toHexString());
  }
}

/**
 * @openapi
 * /auth/sessions:
 *   get:
 *     summary: List your own sessions
 *     description: >
 *       Those of browsers, the last used first; at most 100. Tokens of `POST /auth/login` are no sessions and are not
 *       listed.
 */
const list = ({ database }: SessionRouteDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'listSessions',
    method: 'get',
    path: '/auth/sessions',
    access: 'user',
    answers: { 200: json(SessionList, 'All sessions') },
    handler: async ({ ctx, user }) => {
      const sessions = await sessionModel(database).find(openOf(user)).sort({ usedAt: -1 }).lean();
      ctx.body = { items: sessions.map((one) => sessionView(one, user.sessionId)) } satisfies SessionList;
    },
  });

/** Sessions that have not ended. Whatever ends all tokens of a user ends them, too. */
const openOf = ({ userId, tokenVersion }: Identity) => ({
  user: new Types.ObjectId(userId),
  tokenVersion,
  expiresAt: { $gt: new Date() },
});

/**
 * @openapi
 * /auth/sessions:
 *   delete:
 *     summary: End all your other sessions
 *     description: >
 *       All but the one that this request belongs to. With a bearer token, all. Tokens of `POST /auth/login` are not
 *       affected; changing the password revokes them, too.
 */
const endOthers = ({ database, identities }: SessionRouteDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'endOtherSessions',
    method: 'delete',
    path: '/auth/sessions',
    access: 'user',
    answers: noContent('Ended'),
    handler: async ({ ctx, user }) => {
      const others = user.sessionId === null ? {} : { _id: { $ne: new Types.ObjectId(user.sessionId) } };
      try {
        await endSessions(database, new Types.ObjectId(user.userId), others);
      } finally {
        identities.forget(user.userId);
      }
      ctx.status = 204;
    },
  });

/**
 * @openapi
 * /auth/sessions/{id}:
 *   delete:
 *     summary: End one of your own sessions
 */
const end = ({ database, identities }: SessionRouteDeps): AnyOperation =>
  operation({
    ...COMMON,
    id: 'endSession',
    method: 'delete',
    path: '/auth/sessions/:id',
    access: 'user',
    answers: noContent('Ended'),
    handler: async ({ ctx, user, param }) => {
      const id = objectId(param('id'));
      try {
        const ended = await endSessions(database, new Types.ObjectId(user.userId), {
          $and: [{ _id: id }, openOf(user)],
        });
        if (ended === 0) throw notFound();
      } finally {
        identities.forget(user.userId);
      }
      if (user.sessionId === id.toHexString()) forgetCookies(ctx);
      ctx.status = 204;
    },
  });

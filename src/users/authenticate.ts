/**
 * Authenticates requests: passport-jwt checks the token, and the user's current state decides whether it is still
 * valid.
 */
import { callbackify } from 'node:util';
import type { Context } from 'koa';
import { LRUCache } from 'lru-cache';
import passport from 'passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import type { Config } from '../startup/config.ts';
import { Problem, tokenInvalid } from '../errors.ts';
import type { Authenticate, Confirm } from '../http/guards.ts';
import { cookieIn } from '../http/cookies.ts';
import { type Identity, SAFE_METHODS } from '../http/operation.ts';
import { assertOwnOrigin } from '../http/own-origin.ts';
import type { IdentityCache, UserState } from './identity-cache.ts';
import { ALGORITHM, AUDIENCE, type Claims, ISSUER, readClaims, tokenKey } from './tokens.ts';

const bearerToken = ExtractJwt.fromAuthHeaderAsBearerToken();

/** The cookie with the access token of a session. */
export const ACCESS_COOKIE = 'leadwire-access';

/** How many checked tokens are remembered: checking one again costs a tenth of a small request. */
const KNOWN_TOKENS = 10_000;

/** Creates the check of tokens. @param now milliseconds since 1970 */
export function createAuthenticate(
  { config, identities }: { config: Pick<Config, 'secretKey' | 'corsOrigins'>; identities: IdentityCache },
  now: () => number = Date.now,
): Authenticate {
  const auth = new passport.Passport();
  auth.use(
    new Strategy(
      {
        jwtFromRequest: (request: unknown) => (request as { token: string }).token,
        secretOrKey: tokenKey(config) as never,
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: AUDIENCE,
      },
      callbackify(async (payload: Record<string, unknown>) => readClaims(payload)),
    ),
  );
  const check = (token: string): Promise<Claims | null> =>
    new Promise((resolve, reject) => {
      const done = (error: unknown, claims: Claims | false | null): void =>
        error ? reject(error) : resolve(claims || null);
      auth.authenticate('jwt', { session: false }, done)({ token }, {}, reject);
    });
  /** Their claims never change, and every use checks the expiry and the user's state. */
  const known = new LRUCache<string, Claims>({ max: KNOWN_TOKENS });
  return async (ctx: Context) => {
    const token = tokenOf(ctx, config.corsOrigins);
    const remembered = known.get(token);
    const claims = remembered ?? (await check(token));
    const identity = claims && claims.expiresAt > Math.floor(now() / 1000) && (await identify(identities, claims));
    if (!identity) throw tokenInvalid('Log in again.');
    if (!remembered) known.set(token, claims);
    return identity;
  };
}

/**
 * The token of a request. One with an Authorization header is from a program, and its cookies do not count.
 * Errors: `token-missing`, `cross-origin-refused`.
 */
function tokenOf({ req, method }: Context, corsOrigins: readonly string[]): string {
  const isOfProgram = req.headers.authorization !== undefined;
  const token = isOfProgram ? bearerToken(req) : cookieIn(req, ACCESS_COOKIE);
  if (token === null)
    throw new Problem('token-missing', 'Log in, and send the token as Authorization: Bearer … or in its cookie.', {
      headers: { 'WWW-Authenticate': 'Bearer' },
    });
  if (!isOfProgram && !SAFE_METHODS.has(method.toLowerCase())) assertOwnOrigin(req, corsOrigins);
  return token;
}

/** Creates the check of what may have changed since the token was checked. */
export function createConfirm({ identities }: { identities: IdentityCache }): Confirm {
  return async ({ userId, role, tokenId, tokenVersion, tokenExpiresAt, sessionId }, when) => {
    const claims = { userId, tokenId, tokenVersion, expiresAt: tokenExpiresAt, sessionId };
    const now = when === 'now' ? admit(claims, await identities.reload(userId)) : await identify(identities, claims);
    if (now?.role !== role) throw tokenInvalid('Your account was changed during this request. Log in again.');
  };
}

/**
 * The identity of a checked token, or null. A refusal is never based on cached state: the user may have logged in again
 * at another instance.
 */
async function identify(identities: IdentityCache, claims: Claims): Promise<Identity | null> {
  return admit(claims, await identities.get(claims.userId)) ?? admit(claims, await identities.reload(claims.userId));
}

function admit(claims: Claims, user: UserState | null): Identity | null {
  if (!user?.isActive || user.tokenVersion !== claims.tokenVersion) return null;
  if (user.endedTokens.has(claims.tokenId) || user.endedTokens.has(claims.sessionId ?? '')) return null;
  return {
    userId: claims.userId,
    role: user.role,
    email: user.email,
    tokenId: claims.tokenId,
    tokenVersion: claims.tokenVersion,
    tokenExpiresAt: claims.expiresAt,
    sessionId: claims.sessionId,
  };
}

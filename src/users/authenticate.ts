/**
 * Authenticates requests: passport-jwt checks the token, and the user's current state decides whether it is still
 * valid.
 */
import { callbackify } from 'node:util';
import type { Context } from 'koa';
import passport from 'passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import type { Config } from '../startup/config.ts';
import { Problem, tokenInvalid } from '../errors.ts';
import type { Authenticate, Confirm } from '../http/guards.ts';
import type { Identity } from '../http/operation.ts';
import type { IdentityCache, UserState } from './identity-cache.ts';
import { ALGORITHM, AUDIENCE, type Claims, ISSUER, readClaims, tokenKey } from './tokens.ts';

const bearerToken = ExtractJwt.fromAuthHeaderAsBearerToken();

/** Creates the check of tokens. */
export function createAuthenticate(deps: {
  config: Pick<Config, 'secretKey'>;
  identities: IdentityCache;
}): Authenticate {
  const { identities } = deps;
  const auth = new passport.Passport();
  auth.use(
    new Strategy(
      {
        jwtFromRequest: bearerToken,
        secretOrKey: tokenKey(deps.config) as never,
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: AUDIENCE,
      },
      callbackify(async (payload: Record<string, unknown>) => {
        const claims = readClaims(payload);
        return claims && identify(identities, claims);
      }),
    ),
  );
  return (ctx: Context) =>
    new Promise<Identity>((resolve, reject) => {
      if (bearerToken(ctx.req) === null) {
        reject(
          new Problem('token-missing', 'Log in and send the token as Authorization: Bearer …', {
            headers: { 'WWW-Authenticate': 'Bearer' },
          }),
        );
        return;
      }
      const check = auth.authenticate(
        'jwt',
        { session: false },
        (error: unknown, identity: Identity | false | null) => {
          if (error) reject(error);
          else if (identity) resolve(identity);
          else reject(tokenInvalid('Log in again.'));
        },
      );
      check(ctx.req, ctx.res, reject);
    });
}

/** Creates the check of what may have changed since the token was checked. */
export function createConfirm({ identities }: { identities: IdentityCache }): Confirm {
  return async ({ userId, role, tokenId, tokenVersion, tokenExpiresAt }, when) => {
    const claims = { userId, tokenId, tokenVersion, expiresAt: tokenExpiresAt };
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
  if (!user?.isActive || user.tokenVersion !== claims.tokenVersion || user.endedTokens.has(claims.tokenId)) return null;
  return {
    userId: claims.userId,
    role: user.role,
    email: user.email,
    tokenId: claims.tokenId,
    tokenVersion: claims.tokenVersion,
    tokenExpiresAt: claims.expiresAt,
  };
}

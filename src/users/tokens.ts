/** Access tokens: JWTs that name the user and nothing that could change; role and state are looked up at every use. */
import { createSecretKey, type KeyObject, randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { isId } from '../database/ids.ts';
import type { Config } from '../startup/config.ts';

export const ISSUER = 'leadwire';
export const AUDIENCE = 'leadwire-api';
/** The only algorithm used for signing and accepted. */
export const ALGORITHM = 'HS256';

/** The claims of a token. */
export interface Claims {
  userId: string;
  tokenId: string;
  /** The user's `tokenVersion` when the token was issued. */
  tokenVersion: number;
  /** Seconds since 1970. */
  expiresAt: number;
  /** The session that the token belongs to; null: it was issued for a program. */
  sessionId: string | null;
}

/**
 * The key of the tokens, created once: passed as a string it would be converted for every token, which costs ten times
 * the check itself.
 */
export const tokenKey = (config: Pick<Config, 'secretKey'>): KeyObject => createSecretKey(config.secretKey, 'utf8');

/** Creates a token. @param now milliseconds since 1970 */
export function signToken(
  key: KeyObject,
  user: { id: string; tokenVersion: number; sessionId?: string },
  seconds: number,
  now: number = Date.now(),
): string {
  const { tokenVersion: ver, sessionId: sid } = user;
  const payload = { ver, iat: Math.floor(now / 1000), ...(sid !== undefined && { sid }) };
  return jwt.sign(payload, key, {
    algorithm: ALGORITHM,
    issuer: ISSUER,
    audience: AUDIENCE,
    subject: user.id,
    jwtid: randomUUID(),
    expiresIn: seconds,
  });
}

/**
 * Reads a payload whose signature, issuer, audience and expiry have been checked; null if it is not one of ours after
 * all.
 */
export function readClaims(payload: Record<string, unknown>): Claims | null {
  const { sub, jti, ver, exp, sid = null } = payload;
  if (
    typeof sub !== 'string' ||
    !isId(sub) ||
    typeof jti !== 'string' ||
    !Number.isInteger(ver) ||
    typeof exp !== 'number' ||
    (sid !== null && typeof sid !== 'string')
  )
    return null;
  return { userId: sub, tokenId: jti, tokenVersion: ver as number, expiresAt: exp, sessionId: sid };
}

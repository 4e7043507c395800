/** Sessions of browsers: their begin and their refresh. */
import { type ClientSession, type Connection, Types } from 'mongoose';
import type { Config } from '../startup/config.ts';
import { Problem } from '../errors.ts';
import type { IdentityCache } from '../users/identity-cache.ts';
import { type StoredUser, userModel } from '../users/model.ts';
import { endSessions } from './end.ts';
import { sessionModel, type StoredSession } from './model.ts';
import { firstToken, hashOf, nextToken } from './refresh-tokens.ts';

/** Sessions that a user may have at the same time; one more ends the one that was used least recently. */
export const MAX_SESSIONS = 100;
/**
 * Milliseconds in which a refresh token may be used again: by another tab that refreshes at the same time, or by a
 * client that has not received the answer.
 */
export const GRACE_MS = 30_000;
/** Used refresh tokens that are remembered for each session; older ones are just unknown. */
const MAX_USED = 1_000;
/** Characters kept of what the browser calls itself. */
const MAX_AGENT = 300;

export interface SessionDeps {
  config: Pick<Config, 'secretKey' | 'sessionIdleSeconds' | 'sessionSeconds' | 'accessTokenSeconds' | 'corsOrigins'>;
  database: Connection;
  identities: IdentityCache;
}

/** A session that has begun or was refreshed, with the refresh token that is to be used next. */
export interface OpenSession {
  session: StoredSession;
  user: StoredUser;
  refreshToken: string;
}

/** Begins a session of a user who has logged in. */
export async function beginSession(
  { config, database, identities }: SessionDeps,
  user: StoredUser,
  client: { agent: string; address: string },
): Promise<OpenSession> {
  const refreshToken = firstToken();
  const now = Date.now();
  const endsAt = new Date(now + 1_000 * config.sessionSeconds);
  const session: StoredSession = {
    _id: new Types.ObjectId(),
    user: user._id,
    tokenVersion: user.tokenVersion,
    refresh: hashOf(refreshToken),
    used: [],
    agent: client.agent.slice(0, MAX_AGENT) || null,
    address: client.address,
    createdAt: new Date(now),
    usedAt: new Date(now),
    expiresAt: expiry(config, endsAt, now),
    endsAt,
  };
  await sessionModel(database).create(session);
  const surplus = await sessionModel(database)
    .find({ user: user._id }, { _id: 1 })
    .sort({ usedAt: -1 })
    .skip(MAX_SESSIONS)
    .lean();
  if (surplus.length > 0) {
    await endSessions(database, user._id, { _id: { $in: surplus.map(({ _id }) => _id) } });
    identities.forget(user._id.toHexString());
  }
  return { session, user, refreshToken };
}

/**
 * Exchanges a refresh token for the next one. A token that was exchanged before has been copied by somebody, unless
 * that was a moment ago: its session ends, whoever asks.
 * Errors: `session-ended`.
 */
export async function refreshSession(deps: SessionDeps, token: string): Promise<OpenSession> {
  const { config, database, identities } = deps;
  const hash = hashOf(token);
  const found = (await exchanged(deps, token, hash)) ?? (await byToken(database, hash));
  if (!found || found.expiresAt.getTime() <= Date.now()) throw ended('It has expired, or was ended. Log in again.');
  const user = await userModel(database).findById(found.user).lean();
  if (!user?.isActive || user.tokenVersion !== found.tokenVersion)
    throw ended('Your account or your password was changed. Log in again.');
  const refreshToken = currentToken(config.secretKey, token, hash, found);
  if (refreshToken !== null) return { session: found, user, refreshToken };
  await endSessions(database, found.user, { _id: found._id }, 'session-copied');
  identities.forget(found.user.toHexString());
  throw ended(
    'A key of this session was used twice, so somebody may have copied it, and the session was ended. Log in again.',
  );
}

/**
 * Lets one session go on when all tokens of its user end, with a refresh token that follows from none before it.
 * @param user as they are now @param was their `tokenVersion` before
 * @returns null if it has ended
 */
export async function continueSession(
  { config, database }: Pick<SessionDeps, 'database'> & { config: Pick<Config, 'sessionIdleSeconds'> },
  id: string,
  user: StoredUser,
  was: number,
  transaction: ClientSession,
): Promise<OpenSession | null> {
  const refreshToken = firstToken();
  const now = new Date();
  const idle = new Date(now.getTime() + 1_000 * config.sessionIdleSeconds);
  const session = await sessionModel(database)
    .findOneAndUpdate(
      { _id: id, user: user._id, tokenVersion: was, expiresAt: { $gt: now } },
      [
        {
          $set: {
            tokenVersion: user.tokenVersion,
            refresh: hashOf(refreshToken),
            used: [],
            usedAt: now,
            expiresAt: { $min: [idle, '$endsAt'] },
          },
        },
      ],
      { returnDocument: 'after', updatePipeline: true, session: transaction },
    )
    .lean();
  return session && { session, user, refreshToken };
}

/** The session with this current or used token; null if there is none. */
export const byToken = (database: Connection, hash: string): Promise<StoredSession | null> =>
  sessionModel(database)
    .findOne({ $or: [{ refresh: hash }, { 'used.hash': hash }] })
    .lean();

/** Makes the next token the current one; null if the given one is not the current one of an unexpired session. */
async function exchanged(
  { config, database }: SessionDeps,
  token: string,
  hash: string,
): Promise<StoredSession | null> {
  const now = new Date();
  const idle = new Date(now.getTime() + 1_000 * config.sessionIdleSeconds);
  return sessionModel(database)
    .findOneAndUpdate(
      { refresh: hash, expiresAt: { $gt: now } },
      [
        {
          $set: {
            refresh: hashOf(nextToken(config.secretKey, token)),
            used: { $slice: [{ $concatArrays: ['$used', [{ hash, at: now }]] }, -MAX_USED] },
            usedAt: now,
            expiresAt: { $min: [idle, '$endsAt'] },
          },
        },
      ],
      { returnDocument: 'after', updatePipeline: true },
    )
    .lean();
}

/** The current token of the session, for the holder of one that was exchanged a moment ago; null for an older one. */
function currentToken(secret: string, token: string, hash: string, { used, refresh }: StoredSession): string | null {
  const at = used.findIndex((one) => one.hash === hash);
  if (at < 0 || (used[at]?.at.getTime() ?? 0) + GRACE_MS < Date.now()) return null;
  let next = token;
  for (let step = at; step < used.length; step++) next = nextToken(secret, next);
  return hashOf(next) === refresh ? next : null;
}

const expiry = ({ sessionIdleSeconds }: SessionDeps['config'], endsAt: Date, now: number): Date =>
  new Date(Math.min(now + 1_000 * sessionIdleSeconds, endsAt.getTime()));

const ended = (detail: string): Problem =>
  new Problem('session-ended', detail, { headers: { 'WWW-Authenticate': 'Bearer' } });

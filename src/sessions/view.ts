/** Stored sessions → API documents. */
import { userView } from '../users/view.ts';
import type { StoredSession } from './model.ts';
import type { Session, SessionAnswer } from './schema.ts';
import type { OpenSession } from './sessions.ts';

/** @param current the session that asks; null if a program asks */
export const sessionView = (session: StoredSession, current: string | null): Session => ({
  id: session._id.toHexString(),
  createdAt: session.createdAt.toISOString(),
  lastUsedAt: session.usedAt.toISOString(),
  idleExpiresAt: session.expiresAt.toISOString(),
  expiresAt: session.endsAt.toISOString(),
  agent: session.agent,
  address: session.address,
  isCurrent: session._id.toHexString() === current,
});

/** The answer to a log-in or a refresh. @param accessExpiresIn seconds. @param now milliseconds since 1970 */
export const openView = (
  { session, user }: Pick<OpenSession, 'session' | 'user'>,
  accessExpiresIn: number,
  now: number,
): SessionAnswer => {
  const until = (time: Date): number => Math.max(0, Math.round((time.getTime() - now) / 1_000));
  return {
    id: session._id.toHexString(),
    user: userView(user),
    accessExpiresIn,
    idleExpiresIn: until(session.expiresAt),
    expiresIn: until(session.endsAt),
    idleExpiresAt: session.expiresAt.toISOString(),
    expiresAt: session.endsAt.toISOString(),
  };
};

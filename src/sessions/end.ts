/** How sessions end: they are removed, and their access tokens are revoked like those of a log-out. */
import type { Connection, QueryFilter, Types } from 'mongoose';
import { audit } from '../audit/audit.ts';
import type { AuditAction } from '../audit/model.ts';
import { inTransaction } from '../database/transaction.ts';
import { revokeTokens } from '../users/credentials.ts';
import { sessionModel, type StoredSession } from './model.ts';

/** Seconds that an access token of a session is valid at most. */
export const ACCESS_SECONDS = 900;

/** Why sessions end: the user wants it, or a refresh token was used by two. */
type Ending = Extract<AuditAction, 'log-out' | 'session-copied'>;

/**
 * Ends those sessions of a user that match. Returns how many there were. The caller then has the user forgotten in the
 * identity cache. Errors: those of the database.
 */
export function endSessions(
  database: Connection,
  user: Types.ObjectId,
  which: QueryFilter<StoredSession>,
  action: Ending = 'log-out',
): Promise<number> {
  return inTransaction(database, async (transaction) => {
    const sessions = sessionModel(database);
    const found = await sessions.find({ $and: [{ user }, which] }, { _id: 1 }, { session: transaction }).lean();
    const ids = found.map(({ _id }) => _id);
    if (ids.length === 0) return 0;
    await sessions.deleteMany({ _id: { $in: ids } }, { session: transaction });
    // Twice as long as needed: another instance may have issued a token a moment ago, by its own clock.
    const expiresAt = new Date(Date.now() + 2_000 * ACCESS_SECONDS);
    const ended = ids.map((id) => ({ id: id.toHexString(), expiresAt }));
    await revokeTokens(database, transaction, user, ended);
    await audit(database, transaction, {
      by: action === 'log-out' ? user : null,
      action,
      resource: 'user',
      id: user,
      patient: null,
      along: { sessions: ids.length },
    });
    return ids.length;
  });
}

/** Sessions that may be killed by their number. */
import type { ClientSession } from 'mongoose';

/**
 * Keeps the driver from giving the number of a session to somebody else, or to the same work once more, when this one
 * ends: whoever kills it then would meet them.
 */
export function keepFromOthers(session: ClientSession): void {
  if (session.serverSession) session.serverSession.isDirty = true;
}

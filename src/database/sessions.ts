/** Sessions that may be killed by their id. */
import type { ClientSession } from 'mongoose';

/** Prevents the driver from reusing the id of this session after it ends: killing it then would hit other work. */
export function keepFromOthers(session: ClientSession): void {
  if (session.serverSession) session.serverSession.isDirty = true;
}

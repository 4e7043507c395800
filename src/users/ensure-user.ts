/** A user who must exist: the first admin, the demo clinician, the admin of the command line. */
import type { Connection } from 'mongoose';
import { z } from 'zod';
import { Problem } from '../errors.ts';
import { createUser } from './accounts.ts';
import { userModel } from './model.ts';
import { NewUser } from './schema.ts';

export interface WantedUser {
  email: string;
  password: string;
  fullName: string;
  role: NewUser['role'];
}

/**
 * Makes the user unless there is one with this e-mail address, who is left as they are.
 * @throws Error saying which field is not valid; Problem as `createUser`
 */
export async function ensureUser(database: Connection, wanted: WantedUser): Promise<{ id: string; created: boolean }> {
  const parsed = NewUser.safeParse(wanted);
  if (!parsed.success) throw new Error(`The user ${wanted.email} cannot be made:\n${z.prettifyError(parsed.error)}`);
  const existing = await findId(database, parsed.data.email);
  if (existing !== null) return { id: existing, created: false };
  try {
    const { user } = await createUser(database, parsed.data);
    return { id: user._id.toHexString(), created: true };
  } catch (error) {
    // Another instance that starts at the same time was faster.
    const winner = error instanceof Problem && error.code === 'email-taken' ? await findId(database, parsed.data.email) : null;
    if (winner === null) throw error;
    return { id: winner, created: false };
  }
}

async function findId(database: Connection, email: string): Promise<string | null> {
  const user = await userModel(database).findOne({ email }, { _id: 1 }).lean();
  return user?._id.toHexString() ?? null;
}

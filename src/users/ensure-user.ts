/** Users who must exist: the first admin, the demo clinician, the admin of the command line. */
import type { Connection } from 'mongoose';
import { type FieldError, Problem } from '../errors.ts';
import { Explained } from '../startup/explained.ts';
import { createUser } from './accounts.ts';
import { userModel } from './model.ts';
import { passwordFault, Passwords } from './passwords.ts';
import { NewUser } from './schema.ts';
import { checked, faultLines } from '../text/wording.ts';

export interface WantedUser {
  email: string;
  password: string;
  fullName: string;
  role: NewUser['role'];
}

/** The requested user cannot be created; the message names the field that is wrong. */
export class InvalidUser extends Explained {
  override readonly name = 'InvalidUser';
}

/**
 * Creates the user unless one with this e-mail address exists, who is left unchanged.
 * @throws InvalidUser
 */
export async function ensureUser(database: Connection, wanted: WantedUser): Promise<{ id: string; created: boolean }> {
  const user = validated(wanted);
  const existing = await findId(database, user.email);
  if (existing !== null) return { id: existing, created: false };
  try {
    const { user: made } = await createUser(database, new Passwords(), null, user);
    return { id: made._id.toHexString(), created: true };
  } catch (error) {
    // Another instance, starting at the same time, was faster.
    const winner = error instanceof Problem && error.code === 'email-taken' ? await findId(database, user.email) : null;
    if (winner === null) throw error;
    return { id: winner, created: false };
  }
}

function validated(wanted: WantedUser): NewUser {
  const { data, faults } = checked(NewUser, wanted);
  if (faults) throw invalid(wanted, faults);
  const fault = passwordFault(wanted.password, data.email);
  if (fault !== null) throw invalid(wanted, [{ path: '/password', message: fault }]);
  return data;
}

const invalid = ({ email }: WantedUser, faults: readonly FieldError[]): InvalidUser =>
  new InvalidUser(`The user ${email} cannot be created:\n${faultLines(faults)}`);

async function findId(database: Connection, email: string): Promise<string | null> {
  const user = await userModel(database).findOne({ email }, { _id: 1 }).lean();
  return user?._id.toHexString() ?? null;
}

/** Stored users → API documents. */
import type { StoredUser } from './model.ts';
import type { User } from './schema.ts';

/** The user without hash and tokens. */
export const userView = (user: StoredUser): User => ({
  id: user._id.toHexString(),
  email: user.email,
  fullName: user.fullName,
  role: user.role,
  isActive: user.isActive,
  createdAt: user.createdAt.toISOString(),
  updatedAt: user.updatedAt.toISOString(),
  lastLoginAt: user.lastLoginAt?.toISOString() ?? null,
  version: user.version,
});

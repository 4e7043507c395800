/**
 * Input and output of `/auth` and `/users`. These schemas validate requests and are components of the API document.
 */
import { z } from 'zod';
import type { Limits } from '../startup/config.ts';
import { listOf, pageQuery } from '../http/paging.ts';
import { eitherFlag } from '../http/query-values.ts';
import { searchText } from '../http/search-text.ts';
import { LENGTH_FIRST } from '../text/wording.ts';

export const MIN_PASSWORD_LENGTH = 10;
export const MAX_PASSWORD_LENGTH = 200;
/** RFC 5321 allows no longer address. */
const MAX_EMAIL_LENGTH = 254;

const email = z
  .string()
  .trim()
  .toLowerCase()
  .normalize('NFC')
  .max(MAX_EMAIL_LENGTH, LENGTH_FIRST)
  .refine((text) => /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(text), 'is not an e-mail address')
  .meta({
    description: 'Unique; case and surrounding white space are ignored',
    rule: 'One @ with other characters on both sides, without white space and control characters',
    example: 'clinician@clinic.example',
  });
const fullName = z
  .string()
  .trim()
  .normalize('NFC')
  .min(1)
  .max(200, LENGTH_FIRST)
  .refine((text) => !/\p{Cc}/u.test(text), 'must not contain control characters')
  .meta({ rule: 'Without control characters', example: 'Clinician One' });
const role = z.enum(['admin', 'clinician']).meta({
  description:
    'admin: manages users, has no access to recordings; clinician: uploads recordings and sees only their own',
});
const isActive = z.boolean().meta({ description: 'Whether the user may log in; false revokes all of their tokens' });
const newPassword = z
  .string()
  .min(MIN_PASSWORD_LENGTH)
  .max(MAX_PASSWORD_LENGTH)
  .meta({ rule: 'Any characters; not the e-mail address', format: 'password' });
/** A password at log-in is not checked against the policy: one that violates it is simply wrong. */
const triedPassword = z.string().max(MAX_PASSWORD_LENGTH).meta({ format: 'password' });
const time = z.string().meta({ format: 'date-time' });

export const Login = z
  .strictObject({
    email: z
      .string()
      .trim()
      .toLowerCase()
      .normalize('NFC')
      .max(MAX_EMAIL_LENGTH)
      .meta({ example: 'clinician@clinic.example' }),
    password: triedPassword,
  })
  .meta({ id: 'Login' });
export type Login = z.infer<typeof Login>;

export const User = z
  .strictObject({
    id: z.string().meta({ example: '665f1c2ab7e4d1a2c3b4d5e6' }),
    email,
    fullName,
    role,
    isActive,
    createdAt: time,
    updatedAt: time,
    lastLoginAt: time.nullable(),
    version: z.int().meta({ description: 'Number of the version, increased by each change; also the ETag' }),
  })
  .meta({ id: 'User' });
export type User = z.infer<typeof User>;

export const LoginAnswer = z
  .strictObject({
    accessToken: z.string().meta({ description: 'Send it as `Authorization: Bearer …`' }),
    expiresIn: z.int().meta({ description: 'Seconds' }),
    user: User,
  })
  .meta({ id: 'LoginAnswer' });
export type LoginAnswer = z.infer<typeof LoginAnswer>;

export const PasswordChange = z
  .strictObject({ currentPassword: triedPassword, newPassword })
  .meta({ id: 'PasswordChange' });
export type PasswordChange = z.infer<typeof PasswordChange>;

export const ResetLink = z
  .strictObject({
    link: z.string().meta({
      description: 'Give the user this path, after the address of the service. It is not shown again',
      example: '/reset#token=…',
    }),
    token: z.string().meta({ description: 'The token in the link' }),
    expiresAt: time,
  })
  .meta({ id: 'ResetLink' });
export type ResetLink = z.infer<typeof ResetLink>;

export const PasswordReset = z
  .strictObject({
    token: z.string().max(200, LENGTH_FIRST).meta({ description: 'From the link', example: 'bGVhZHdpcmU…' }),
    password: newPassword,
  })
  .meta({ id: 'PasswordReset' });
export type PasswordReset = z.infer<typeof PasswordReset>;

export const NewUser = z
  .strictObject({
    email,
    fullName,
    role,
    isActive: isActive.optional().meta({ default: true }),
    password: newPassword
      .optional()
      .meta({ description: 'If left out, one is generated and returned in this answer only' }),
  })
  .meta({ id: 'NewUser' });
export type NewUser = z.infer<typeof NewUser>;

export const NewUserAnswer = User.extend({
  password: z.string().optional().meta({ description: 'Only if it was generated; it is not shown again' }),
}).meta({ id: 'NewUserAnswer' });
export type NewUserAnswer = z.infer<typeof NewUserAnswer>;

export const UserPatch = z
  .strictObject({ email, fullName, role, isActive, password: newPassword })
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, 'must have at least one field to change')
  .meta({ id: 'UserPatch', minProperties: 1 });
export type UserPatch = z.infer<typeof UserPatch>;

export const UserList = listOf(User).meta({ id: 'UserList' });
export type UserList = z.infer<typeof UserList>;

/** The query of `GET /users`. */
export const userListQuery = (limits: Limits) =>
  z.strictObject({
    ...pageQuery(limits),
    q: searchText().optional().meta({
      description: 'Beginnings of words of the e-mail address or name, ignoring case and accents; all must match',
    }),
    role: role.optional(),
    isActive: eitherFlag(),
  });

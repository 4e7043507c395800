/**
 * Every migration, in the order in which they run. A published migration is never changed; changes are made by a new
 * one.
 */
import { users } from './0001-users.ts';
import { ecgs } from './0002-ecgs.ts';
import { directory } from './0003-directory.ts';
import { attendances } from './0004-attendances.ts';
import { imports } from './0005-imports.ts';
import { annotations } from './0006-annotations.ts';
import { uploads } from './0007-uploads.ts';
import { logins } from './0008-logins.ts';
import { openScales } from './0009-open-scales.ts';
import { apart } from './0010-apart.ts';
import { audit } from './0011-audit.ts';
import { derived } from './0012-derived.ts';
import { resumableUploads } from './0013-resumable-uploads.ts';
import { idempotencyKeys } from './0014-idempotency-keys.ts';
import { sessions } from './0015-sessions.ts';
import { lists } from './0016-lists.ts';
import { originals } from './0017-originals.ts';
import { marks } from './0018-marks.ts';
import type { Migration } from './migration.ts';

export const MIGRATIONS: readonly Migration[] = [
  users,
  ecgs,
  directory,
  attendances,
  imports,
  annotations,
  uploads,
  logins,
  openScales,
  apart,
  audit,
  derived,
  resumableUploads,
  idempotencyKeys,
  sessions,
  lists,
  originals,
  marks,
];

/** What a migration is. */
import type mongoose from 'mongoose';

/** The driver's own database: what mongoose would add is not wanted here. */
export type Db = NonNullable<mongoose.Connection['db']>;

/** One step of the database's shape. Both directions may run again after they were broken off half-way. */
export interface Migration {
  /** Number and subject, for example `0001-users`. */
  name: string;
  up(db: Db): Promise<void>;
  down(db: Db): Promise<void>;
}

/** The type of a migration. */
import type mongoose from 'mongoose';

/** The driver's own database object, without mongoose's additions. */
export type Db = NonNullable<mongoose.Connection['db']>;

/** One step of the database schema. Both directions can be run again after an interruption. */
export interface Migration {
  /** Number and subject, for example `0001-users`. */
  name: string;
  up(db: Db): Promise<void>;
  down(db: Db): Promise<void>;
}

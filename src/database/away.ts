/** How long the database has been away, as the driver notices it. */
import { type Connection, mongo } from 'mongoose';

/**
 * Nobody begins to wait for a database that has been away for so long, ms: together with the wait of an operation that
 * began before, that stays below the 20 s in which every request ends.
 */
const PATIENCE_MS = 8_000;

const since = new WeakMap<Connection, number>();

/** Takes note from now on. */
export function watchAway(connection: Connection): void {
  connection.on('disconnected', () => since.set(connection, performance.now()));
  for (const event of ['connected', 'reconnected']) connection.on(event, () => since.delete(connection));
}

/** For work that goes on for long without the database. Errors: one that `isAway` knows. */
export function assertNotAway(connection: Connection): void {
  if (performance.now() - (since.get(connection) ?? Infinity) > PATIENCE_MS) {
    throw new mongo.MongoNotConnectedError('The database has been away for too long.');
  }
}

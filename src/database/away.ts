/** Tracks how long the database has been unreachable, as noticed by the driver. */
import { type Connection, mongo } from 'mongoose';
import type { Logger } from 'pino';

/**
 * Nobody starts to wait for a database that has been unreachable for this long, in ms. Together with the wait of an
 * operation that began before, that is below the 20 s in which every request ends.
 */
const PATIENCE_MS = 8_000;

/** Kinds of servers that accept writes, by the driver's names. */
const TAKES_WRITES: ReadonlySet<string> = new Set(['Standalone', 'RSPrimary', 'Mongos', 'LoadBalancer']);

export interface AwayWatch {
  /** For work that continues for long without the database. Errors: one that `isAway` recognises. */
  assertNotAway(): void;
  /** Stops tracking. */
  end(): void;
}

/** Starts tracking, and logs changes. Mongoose's own events do not report a replica set whose only member hangs. */
export function watchAway(database: Connection, log: Logger): AwayWatch {
  let since: number | null = null;
  const client = database.getClient();
  const look = ({ newDescription: { servers } }: mongo.TopologyDescriptionChangedEvent): void => {
    const isThere = [...servers.values()].some(({ type }) => TAKES_WRITES.has(type));
    if (isThere === (since === null)) return;
    since = isThere ? null : performance.now();
    if (isThere) log.info('the database is reachable again');
    else log.warn('the database is not reachable');
  };
  client.on('topologyDescriptionChanged', look);
  return {
    assertNotAway: () => {
      if (since !== null && performance.now() - since > PATIENCE_MS) {
        throw new mongo.MongoNotConnectedError('The database has been unreachable for too long.');
      }
    },
    end: () => void client.off('topologyDescriptionChanged', look),
  };
}

/** Faults injected by mongod itself, like those of a failing disk, a lost primary or an overloaded server. */
import type { Connection } from 'mongoose';
import { eventually } from './eventually.ts';

/** Which commands get the fault: their name, their collection, and how many are let through first. */
export interface Fault {
  command: string;
  collection: string;
  skip?: number;
}

/** Runs `work` while mongod refuses a command on one collection. */
export const whileFailing = async (database: Connection, fault: Fault, work: () => Promise<void>): Promise<void> =>
  withFailPoint(database, fault, { errorCode: 8, failInternalCommands: false }, work);

/** Runs `work` while mongod delays a command on one collection. */
export const whileSlow = async (
  database: Connection,
  fault: Fault,
  ms: number,
  work: () => Promise<void>,
): Promise<void> => withFailPoint(database, fault, { blockConnection: true, blockTimeMS: ms }, work);

/** Runs `work` while mongod closes each connection on which a command arrives. */
export const whileCut = async (database: Connection, command: string, work: () => Promise<void>): Promise<void> =>
  withFailPoint(database, { command }, { closeConnection: true }, work);

/** Where mongod pauses before it executes a command. */
const PAUSES = {
  insert: 'hangDuringBatchInsert',
  update: 'hangDuringBatchUpdate',
  delete: 'hangDuringBatchRemove',
  find: 'waitInFindBeforeMakingBatch',
} as const;

/** A command that is held. */
export interface Held extends Fault {
  command: keyof typeof PAUSES;
}

/**
 * Holds a command on one collection, from when `first` sends it until `meanwhile` is done.
 * @returns the result of `first`
 */
export async function whileHeld<T>(
  database: Connection,
  { command, collection, skip = 0 }: Held,
  first: () => Promise<T>,
  meanwhile: () => Promise<void>,
): Promise<T> {
  const admin = database.getClient().db('admin');
  const [pause, ns] = [PAUSES[command], `${database.name}.${collection}`];
  const configureFailPoint = (mode: unknown): Promise<unknown> =>
    admin.command({ configureFailPoint: pause, mode, data: { nss: ns } });
  const waiting = [{ $currentOp: {} }, { $match: { ns, failpointMsg: pause } }];
  await configureFailPoint(skip === 0 ? 'alwaysOn' : { skip });
  const ended = first();
  ended.catch(() => undefined);
  try {
    await eventually('the command waits', async () => (await admin.aggregate(waiting).toArray()).length > 0);
    await meanwhile();
  } finally {
    await configureFailPoint('off');
  }
  return ended;
}

async function withFailPoint(
  database: Connection,
  { command, collection, skip = 0 }: Omit<Fault, 'collection'> & { collection?: string },
  how: object,
  work: () => Promise<void>,
): Promise<void> {
  const admin = database.getClient().db('admin');
  const data = {
    failCommands: [command],
    ...(collection !== undefined && { namespace: `${database.name}.${collection}` }),
    ...how,
  };
  await admin.command({ configureFailPoint: 'failCommand', mode: skip === 0 ? 'alwaysOn' : { skip }, data });
  try {
    await work();
  } finally {
    await admin.command({ configureFailPoint: 'failCommand', mode: 'off' });
  }
}

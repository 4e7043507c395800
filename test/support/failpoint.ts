/** Faults that mongod itself makes, as a failing disk, a lost primary or an overloaded server would. */
import type { Connection } from 'mongoose';

/** Which commands meet the fault: their name, their collection, and how many are let through first. */
export interface Fault {
  command: string;
  collection: string;
  skip?: number;
}

/** Runs `work` while mongod refuses a command on one collection. */
export const whileFailing = async (database: Connection, fault: Fault, work: () => Promise<void>): Promise<void> =>
  withFailPoint(database, fault, { errorCode: 8, failInternalCommands: false }, work);

/** Runs `work` while mongod takes its time over a command on one collection. */
export const whileSlow = async (
  database: Connection,
  fault: Fault,
  ms: number,
  work: () => Promise<void>,
): Promise<void> => withFailPoint(database, fault, { blockConnection: true, blockTimeMS: ms }, work);

/** Whether a command on a collection is under way, or kept waiting. */
export async function isHeld(database: Connection, { command, collection }: Fault): Promise<boolean> {
  const admin = database.getClient().db('admin');
  const { inprog } = await admin.command({ currentOp: 1, [`command.${command}`]: collection });
  return (inprog as unknown[]).length > 0;
}

async function withFailPoint(
  database: Connection,
  fault: Fault,
  how: object,
  work: () => Promise<void>,
): Promise<void> {
  const admin = database.getClient().db('admin');
  const { command, collection, skip = 0 } = fault;
  const data = { failCommands: [command], namespace: `${database.name}.${collection}`, ...how };
  await admin.command({ configureFailPoint: 'failCommand', mode: skip === 0 ? 'alwaysOn' : { skip }, data });
  try {
    await work();
  } finally {
    await admin.command({ configureFailPoint: 'failCommand', mode: 'off' });
  }
}

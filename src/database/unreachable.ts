/** Which errors say that MongoDB could not be reached, as opposed to what it answered. */
import { Error as MongooseError, mongo } from 'mongoose';

const KINDS = [mongo.MongoNetworkError, mongo.MongoServerSelectionError, mongo.MongoNotConnectedError, mongo.MongoTopologyClosedError, MongooseError.MongooseServerSelectionError];

/** Whether an operation failed because no server answered it. */
export function isUnreachable(error: unknown): boolean {
  // What becomes of a lost connection in a batch: an error that carries the message and neither a code nor failed writes.
  if (error instanceof mongo.MongoBulkWriteError) return error.code === undefined && [error.writeErrors].flat().length === 0;
  return KINDS.some((kind) => error instanceof kind);
}

/** Which errors say that MongoDB could not be reached, as opposed to what it answered. */
import { Error as MongooseError, mongo } from 'mongoose';

const KINDS = [
  mongo.MongoNetworkError,
  mongo.MongoServerSelectionError,
  mongo.MongoNotConnectedError,
  mongo.MongoTopologyClosedError,
  MongooseError.MongooseServerSelectionError,
];

/** How a socket fails. The driver passes some of these on as they are. */
const SOCKET: ReadonlySet<unknown> = new Set([
  'EPIPE',
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** Whether an operation failed because no server answered it. */
export function isUnreachable(error: unknown): boolean {
  // What becomes of a lost connection in a batch: an error without failed writes, and without a code, or with that of the socket (EPIPE).
  if (error instanceof mongo.MongoBulkWriteError)
    return typeof error.code !== 'number' && [error.writeErrors].flat().length === 0;
  if (KINDS.some((kind) => error instanceof kind)) return true;
  return error instanceof Error && SOCKET.has((error as { code?: unknown }).code);
}

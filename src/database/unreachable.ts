/** Distinguishes errors of reaching MongoDB from its answers. */
import { Error as MongooseError, mongo } from 'mongoose';

const KINDS = [
  mongo.MongoNetworkError,
  mongo.MongoServerSelectionError,
  mongo.MongoNotConnectedError,
  mongo.MongoTopologyClosedError,
  MongooseError.MongooseServerSelectionError,
];

/** Socket errors. The driver passes some of these on unchanged. */
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

/** Whether an operation failed because no server answered. */
export function isUnreachable(error: unknown): boolean {
  // A connection lost during a batch: an error without failed writes, and without a code or with that of the socket
  // (EPIPE).
  if (error instanceof mongo.MongoBulkWriteError)
    return typeof error.code !== 'number' && [error.writeErrors].flat().length === 0;
  if (KINDS.some((kind) => error instanceof kind)) return true;
  return error instanceof Error && SOCKET.has((error as { code?: unknown }).code);
}

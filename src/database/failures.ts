/**
 * Classifies errors of MongoDB and its driver by their meaning for the caller. The codes are those of mongod's
 * error_codes.yml.
 */
import { mongo, MongooseError } from 'mongoose';
import { isUnreachable } from './unreachable.ts';

/**
 * `unreachable`: no server accepts the operation; `full`: its disk has no room; `busy`: it took too long, or another
 * operation came first;
 * `too-large`: more than one document holds.
 */
export type DatabaseFailure = 'unreachable' | 'full' | 'busy' | 'too-large';

const BY_CODE: Readonly<Record<number, DatabaseFailure>> = {
  14031: 'full', // OutOfDiskSpace
  // Another member is now the primary, or this one is shutting down.
  10107: 'unreachable', // NotWritablePrimary
  13435: 'unreachable', // NotPrimaryNoSecondaryOk
  13436: 'unreachable', // NotPrimaryOrSecondary
  10058: 'unreachable', // LegacyNotPrimary
  189: 'unreachable', // PrimarySteppedDown
  11600: 'unreachable', // InterruptedAtShutdown
  11602: 'unreachable', // InterruptedDueToReplStateChange
  91: 'unreachable', // ShutdownInProgress
  // The rest of a result was lost with the mongod, or the session, that held it.
  43: 'unreachable', // CursorNotFound
  237: 'unreachable', // CursorKilled
  // What mongos and the members report about each other.
  6: 'unreachable', // HostUnreachable
  7: 'unreachable', // HostNotFound
  89: 'unreachable', // NetworkTimeout
  202: 'unreachable', // NetworkInterfaceExceededTimeLimit
  133: 'unreachable', // FailedToSatisfyReadPreference
  134: 'unreachable', // ReadConcernMajorityNotAvailableYet
  9001: 'unreachable', // SocketException
  // Stored, but not yet by a majority: it is unknown whether it will persist.
  64: 'unreachable', // WriteConcernTimeout
  100: 'unreachable', // UnsatisfiableWriteConcern
  24: 'busy', // LockTimeout
  50: 'busy', // MaxTimeMSExpired
  112: 'busy', // WriteConflict
  175: 'busy', // QueryPlanKilled
  246: 'busy', // SnapshotUnavailable
  251: 'busy', // NoSuchTransaction
  262: 'busy', // ExceededTimeLimit
  11601: 'busy', // Interrupted
  290: 'busy', // TransactionExceededLifetimeLimitSeconds
  10334: 'too-large', // BSONObjectTooLarge
  17280: 'too-large', // KeyTooLong
  17419: 'too-large', // the document after an update
  17420: 'too-large', // the same, by replacement
};

/** Errors raised by the driver itself. */
const BY_KIND: readonly [kind: abstract new (...args: never[]) => Error, failure: DatabaseFailure][] = [
  [mongo.MongoOperationTimeoutError, 'busy'],
  [mongo.MongoServerClosedError, 'unreachable'],
  [mongo.MongoClientClosedError, 'unreachable'],
  [mongo.MongoExpiredSessionError, 'unreachable'],
];

/** Null if the error is not a failure of the database, or an unexpected one. */
export function databaseFailure(error: unknown): DatabaseFailure | null {
  if (isUnreachable(error) || isClosed(error)) return 'unreachable';
  if (!(error instanceof mongo.MongoError)) return null;
  const known = BY_KIND.find(([kind]) => error instanceof kind);
  if (known) return known[1];
  return (
    codesOf(error)
      .map((code) => BY_CODE[Number(code)])
      .find((failure) => failure !== undefined) ?? null
  );
}

/** Whether no server accepts operations now. After this error, a request does not wait for the database again. */
export const isAway = (error: unknown): boolean => databaseFailure(error) === 'unreachable';

/** Whether the wait for a server timed out. After this error, a request has waited long enough. */
export const hasWaitedInVain = (error: unknown): boolean => error instanceof mongo.MongoServerSelectionError;

/** Mongoose's error for a connection closed by force, as on a stop while the database is unreachable. */
const isClosed = (error: unknown): boolean =>
  error instanceof MongooseError && error.message === 'Connection was force closed';

/**
 * The codes of an error: its own, and those of the writes that failed in a batch or were not acknowledged as requested.
 */
function codesOf(error: mongo.MongoError): unknown[] {
  const { code, writeErrors, writeConcernError, result } = error as mongo.MongoError & {
    code?: unknown;
    writeErrors?: unknown;
    writeConcernError?: { code?: unknown };
    result?: { writeConcernError?: { code?: unknown } };
  };
  return [
    code,
    ...[writeErrors ?? []].flat().map((one) => (one as { code?: unknown }).code),
    writeConcernError?.code,
    result?.writeConcernError?.code,
  ];
}

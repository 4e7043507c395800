/** Errors that are not a `Problem`: what the client is told, and how they are logged. */
import { tmpdir } from 'node:os';
import type { Level } from 'pino';
import { databaseFailure } from '../database/failures.ts';
import { diskFull, type Room, spoolFull } from '../database/room.ts';
import { notReady, OwnFault, Problem } from '../errors.ts';

export interface Failure {
  problem: Problem;
  level: Extract<Level, 'debug' | 'warn' | 'error'>;
  /** For the log. */
  message: string;
}

/** The request that failed. */
export interface Failed {
  /** Whether the request changes something. */
  writes: boolean;
  /** Whether the client has disconnected. */
  isGone: boolean;
}

/** Codes with which Node.js reports that the other side has disconnected. */
export const HUNG_UP: ReadonlySet<unknown> = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
  'HPE_INVALID_EOF_STATE',
]);
/** A disk, a quota or the maximum file size is exhausted. */
const FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
/** The process has reached its limit of open files. */
const TOO_MANY_FILES: ReadonlySet<unknown> = new Set(['EMFILE', 'ENFILE']);
/** mongod's code for errors without a code of their own, such as a file that it cannot create. */
const UNKNOWN_ERROR = 8;

/** Classifies an error that is not a `Problem`. Unexpected errors are `internal-error`, and logged as errors. */
export async function failureOf(error: unknown, { writes, isGone }: Failed, room: Room): Promise<Failure> {
  const code = (error as { code?: unknown } | null)?.code;
  if (isGone && HUNG_UP.has(code))
    return { problem: clientGone(error), level: 'debug', message: 'the client disconnected' };
  if (FULL.has(code))
    return { problem: spoolFull(error), level: 'error', message: `the disk of temporary files (${tmpdir()}) is full` };
  if (TOO_MANY_FILES.has(code))
    return {
      problem: busy(error),
      level: 'error',
      message: 'this process or machine has reached its limit of open files',
    };
  const found = databaseFailure(error) ?? (code === UNKNOWN_ERROR && (await room.isExhausted()) ? 'full' : null);
  if (found === 'full')
    return { problem: diskFull(true, error), level: 'error', message: 'the disk of the database is full' };
  if (found === 'too-large')
    return { problem: tooLarge(error), level: 'warn', message: 'the data does not fit into one database document' };
  if (found === 'busy') return { problem: busy(error), level: 'warn', message: 'the database took too long' };
  if (found === 'unreachable') {
    if (await room.isExhausted())
      return {
        problem: diskFull(writes, error),
        level: 'error',
        message: 'the database has ended, and its disk is full',
      };
    return { problem: notReady(error), level: 'warn', message: 'the database did not answer' };
  }
  const logged = 'The error was logged with this request id.';
  return {
    problem: new Problem('internal-error', error instanceof OwnFault ? `${error.detail} ${logged}` : logged),
    level: 'error',
    message: 'an unexpected error',
  };
}

const clientGone = (cause: unknown): Problem =>
  new Problem('malformed-request', 'The connection ended before the answer.', { cause });
const busy = (cause: unknown): Problem =>
  new Problem('too-busy', 'The service is overloaded. Try again in a few seconds.', {
    cause,
    headers: { 'Retry-After': '5' },
  });
const tooLarge = (cause: unknown): Problem =>
  new Problem(
    'body-too-large',
    'This is more than the database can keep in one document (16 MiB). Send less at once.',
    {
      cause,
    },
  );

/**
 * The log: readable text on a terminal, otherwise one JSON object per line. All loggers are created here, so that no
 * raw error gets into a log.
 */
import { isatty } from 'node:tty';
import { type LogFn, type Logger, pino } from 'pino';
import { isColorSupported, prettyFactory } from 'pino-pretty';
import { loggable } from './loggable-error.ts';
import { logOutput } from './output.ts';

/** `auto` is `pretty` on a terminal and `json` elsewhere. */
export type LogFormat = 'auto' | 'pretty' | 'json';

export interface LogSettings {
  logLevel: string;
  logFormat: LogFormat;
}

const STDOUT = 1;
/** Where commands log; their results go to standard output. */
export const STDERR = 2;

/**
 * Creates a logger that writes synchronously in this process, so that nothing is lost when the process ends.
 * @param to a file descriptor, or in tests a receiver of lines
 */
export function createLog(
  { logLevel, logFormat }: LogSettings,
  to: number | { write(line: string): void } = STDOUT,
): Logger {
  const destination = typeof to === 'number' ? logOutput(to) : to;
  const isPretty = logFormat === 'pretty' || (logFormat === 'auto' && typeof to === 'number' && isatty(to));
  const stream = isPretty ? prettyStream(destination) : destination;
  return pino(
    {
      level: logLevel,
      // For fields of child loggers, which bypass the hook.
      serializers: { err: withoutRawErrors, error: withoutRawErrors },
      hooks: {
        logMethod(args, method) {
          const [first, ...rest] = args as unknown[];
          const fields = first instanceof Error ? { error: loggable(first) } : withoutRawErrors(first);
          method.apply(this, [fields, ...rest.map(withoutRawErrors)] as unknown as Parameters<LogFn>);
        },
      },
    },
    stream,
  );
}

/** pino-pretty's own stream formats one tick later, and would lose lines logged right before the process ends. */
function prettyStream(destination: { write(line: string): unknown }): { write(line: string): void } {
  const format = prettyFactory({
    colorize: isColorSupported,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname',
    singleLine: true,
    errorLikeObjectKeys: ['error'],
  });
  return { write: (line) => void destination.write(format(line)) };
}

/** A copy in which every error, at any depth, is replaced by its loggable parts. */
function withoutRawErrors(value: unknown): unknown {
  if (value instanceof Error) return loggable(value);
  if (Array.isArray(value)) return value.map(withoutRawErrors);
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutRawErrors(inner)]));
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null);

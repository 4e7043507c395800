/**
 * Errors in the form in which they may be logged: with their stack, but without anything that a database or parser
 * quotes from a document or body.
 */
import { Error as MongooseError, mongo } from 'mongoose';

/** How many causes are followed. */
const MAX_CAUSES = 3;

/** The loggable parts of an error: its type, code, stack and causes, and the message unless it may quote data. */
export function loggable(error: unknown, causes = MAX_CAUSES): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code, cause, name, message, stack = '' } = error as Error & { code?: unknown };
  const quotes =
    error instanceof mongo.MongoServerError || error instanceof MongooseError || error instanceof SyntaxError;
  return {
    type: name,
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(!quotes && { message }),
    stack: quotes ? stack.slice(Math.max(0, stack.indexOf('\n    at '))) : stack,
    ...(cause !== undefined && causes > 0 && { cause: loggable(cause, causes - 1) }),
  };
}

/** The same as text for a terminal, which is often logged, too: type and code, then the stack, then the causes. */
export function loggableText(error: unknown): string {
  const lines: string[] = [];
  for (let at: Record<string, unknown> | undefined = loggable(error); at; at = at['cause'] as typeof at) {
    const { type, code, stack = '' } = at as { type: string; code?: string | number; stack?: string };
    const head = stack.startsWith('\n') || stack === '' ? `${type}${code === undefined ? '' : ` (${code})`}` : '';
    lines.push(`${lines.length > 0 ? 'Caused by: ' : ''}${head}${stack}`);
  }
  return lines.join('\n');
}

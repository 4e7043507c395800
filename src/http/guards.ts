/**
 * The guards in front of every operation, in a fixed order: authenticate → rate limit → role → precondition → query →
 * headers → body → If-Match → large answers → Idempotency-Key.
 */
import type { Router } from '@koa/router';
import type { Context } from 'koa';
import { type ErrorCode, Problem } from '../errors.ts';
import { isAddressed } from './addressed.ts';
import type { ReadLimit } from './answer-limit.ts';
import { tagContent } from './content-tags.ts';
import { ifMatch } from './etag.ts';
import { type Access, type AnyOperation, type Call, type Identity, type Keep, SAFE_METHODS } from './operation.ts';
import { readBody, readHeaders, readQuery } from './validate.ts';

export interface Guards {
  /** Finds out who sent the request. Errors: `token-missing`, `token-invalid`, `cross-origin-refused`. */
  authenticate: (ctx: Context) => Promise<Identity>;
  /**
   * Throws `token-invalid` if the user has since been deactivated, given another role, or has revoked the token. A
   * token that has expired in the meantime is accepted. `now` asks the database; otherwise the answer may be some
   * seconds old.
   */
  confirm: (user: Identity, when?: 'now') => Promise<void>;
  /** Counts a request: for the user, or for the address if nobody is authenticated. Errors: `rate-limited`. */
  rateLimit: (ctx: Context, user: Identity | null) => Promise<void>;
  readLimit: ReadLimit;
  /** To be called before the body is read. Errors: `idempotency-key-invalid`. @param isStreamed by the handler */
  once: (ctx: Context, userId: string, isStreamed: boolean) => Once;
}

/**
 * Does the work of a request with an `Idempotency-Key`, unless it has already been done: then the first answer is given
 * again. Without a key, it always does the work.
 * Errors: those of the work; `request-in-progress`, `answer-not-kept`, `idempotency-key-reused`.
 */
export type Once = (work: (keep: Keep | null) => Promise<void>) => Promise<void>;

export type Authenticate = Guards['authenticate'];
export type Confirm = Guards['confirm'];
export type RateLimit = Guards['rateLimit'];

/**
 * Mounts operations. The last check, who owns the document, is up to the handler. Usage:
 * `mount(router, operations, guards)`.
 */
export function mount(router: Router, operations: readonly AnyOperation[], guards: Guards): void {
  for (const operation of operations) {
    router[operation.method](operation.path, (ctx, next) =>
      isAddressed(ctx) ? answer(ctx, operation, guards) : next(),
    );
  }
}

async function answer(ctx: Context, operation: AnyOperation, guards: Guards): Promise<void> {
  if (operation.unguarded) return operation.handler({ ctx } as Call<unknown, unknown>);
  const user = await admit(ctx, operation.access, guards);
  operation.precondition?.(ctx);
  const query: unknown = readQuery(ctx, operation.query);
  const headers: unknown = readHeaders(ctx, operation.headers);
  const once = operation.creates && user ? guards.once(ctx, user.userId, !!operation.receives) : always;
  const body: unknown = await readBody(ctx, operation.body, operation.alsoWrong);
  const version = operation.ifMatch ? ifMatch(ctx) : null;
  const { large = false } = operation;
  if (user && (typeof large === 'function' ? large(query, body, ctx) : large)) guards.readLimit(ctx, user.userId);
  const call = {
    ctx,
    user: user as Identity,
    param: (name: string) => (ctx.params as Record<string, string | undefined>)[name] ?? '',
    query,
    headers,
    body,
    version,
    confirm: async (when?: 'now') => (user ? guards.confirm(user, when) : undefined),
  };
  await once((keep) => operation.handler({ ...call, keep }));
  tagContent(ctx, operation);
}

const always: Once = (work) => work(null);

async function admit(ctx: Context, access: Access, guards: Guards): Promise<Identity | null> {
  const user = access === 'public' ? null : await identify(ctx, guards);
  await guards.rateLimit(ctx, user);
  if (user && access !== 'user' && user.role !== access) {
    throw new Problem('role-forbidden', `This operation is for the role ${access}; yours is ${user.role}.`);
  }
  return user;
}

async function identify(ctx: Context, guards: Guards): Promise<Identity> {
  try {
    const user = await guards.authenticate(ctx);
    ctx.state['userId'] = user.userId;
    return user;
  } catch (error) {
    // Guessed tokens count against the address they come from.
    await guards.rateLimit(ctx, null);
    throw error;
  }
}

const OF_ALL: readonly ErrorCode[] = [
  'malformed-request',
  'invalid-query',
  'rate-limited',
  'internal-error',
  'too-busy',
  'not-ready',
];
const OF_BODIES: readonly ErrorCode[] = [
  'upload-timeout',
  'body-too-large',
  'media-type-unsupported',
  'validation-failed',
];

/** Every error that an operation can answer: of the guards, of the surrounding middleware, and of its handler. */
export function errorsOf(operation: AnyOperation): ErrorCode[] {
  const {
    access,
    method,
    path,
    headers,
    body,
    receives,
    ifMatch: isConditional,
    creates,
    large,
    answers,
    errors = [],
  } = operation;
  if (operation.unguarded) return [...errors, 'internal-error'];
  const codes = new Set<ErrorCode>([...OF_ALL, ...errors]);
  const add = (condition: unknown, ...more: ErrorCode[]): void => {
    if (condition) for (const code of more) codes.add(code);
  };
  add(access !== 'public', 'token-missing', 'token-invalid');
  add(access === 'admin' || access === 'clinician', 'role-forbidden');
  add(path.includes(':'), 'not-found');
  add(!SAFE_METHODS.has(method), 'storage-full');
  add(access !== 'public' && !SAFE_METHODS.has(method), 'cross-origin-refused');
  add(headers, 'invalid-header');
  add(body ?? receives, ...OF_BODIES);
  add(body, 'malformed-json');
  add(isConditional, 'version-stale');
  add(large, 'too-many-reads');
  add(creates, 'idempotency-key-invalid', 'request-in-progress', 'answer-not-kept', 'idempotency-key-reused');
  add(
    Object.values(answers).some(({ content = {} }) => Object.keys(content).length > 1),
    'not-acceptable',
  );
  return [...codes];
}

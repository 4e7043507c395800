/**
 * An operation of the API is one value: what goes in and out, who may use it, what it can answer, and the handler.
 * Routing and guards (`guards.ts`), the API document (`described.ts`) and the access matrix are made from these values.
 */
import type { Context } from 'koa';
import type { ClientSession } from 'mongoose';
import type { ZodType } from 'zod';
import type { ErrorCode } from '../errors.ts';
import type { AlsoWrong, HeaderSchema } from './validate.ts';

export type Role = 'admin' | 'clinician';

/** Who may use an operation; the API document shows the same word as `x-access`. `user`: any role, logged in. */
export type Access = 'public' | 'user' | Role;

/** Who is asking, according to the token and the user's current state. */
export interface Identity {
  userId: string;
  role: Role;
  email: string;
  /** The token's own id, for logging out. */
  tokenId: string;
  /** The user's `tokenVersion` when the token was issued. */
  tokenVersion: number;
  /** Seconds since 1970. */
  tokenExpiresAt: number;
  /** The session that the token belongs to; null: it was issued for a program. */
  sessionId: string | null;
}

export type Method = 'get' | 'head' | 'options' | 'post' | 'put' | 'patch' | 'delete';

/** Methods that change nothing. */
export const SAFE_METHODS: ReadonlySet<string> = new Set<Method>(['get', 'head', 'options']);

/** The query of an operation that takes no parameters. */
export type NoQuery = Record<string, never>;

/** Content of one media type: a schema of its JSON, or the kind of other content. */
export type Content = ZodType | 'text' | 'binary';

/** A success. */
export interface Answer {
  description: string;
  /** By media type; omitted: no body. */
  content?: Readonly<Record<string, Content>>;
  /** Headers worth documenting, by name. The schema's description explains them. */
  headers?: Readonly<Record<string, ZodType>>;
}

export interface Operation<Query = NoQuery, Body = undefined, Sent = undefined> {
  /** `operationId` in the API document. */
  id: string;
  /** One of the tags of the API document. */
  tag: string;
  method: Method;
  /** Below `/api/v1`, with parameters as `:id`. */
  path: string;
  access: Access;
  /** Whether it has no guards: only for probes and pages outside the API. */
  unguarded?: true;
  /** Parameters of the path that are not ids. */
  params?: Readonly<Record<string, ZodType>>;
  /** Query parameters; without a schema every parameter is refused. */
  query?: ZodType<Query>;
  /** Request headers that the handler needs, checked before it runs. */
  headers?: HeaderSchema<Sent>;
  /** Refuses a request after the role and before everything else. The errors are in `errors`. */
  precondition?: (ctx: Context) => void;
  /** A JSON body, read and checked before the handler runs. */
  body?: ZodType<Body>;
  /** Bodies that the handler reads itself, by media type. */
  receives?: Readonly<Record<string, Content>>;
  /** Whether `If-Match` may name the version to change. */
  ifMatch?: true;
  /** Whether `If-None-Match` may name the answer that the client has (`unchanged.ts`). */
  ifNoneMatch?: true;
  /**
   * Whether it creates something: then `Idempotency-Key` may name the request, so that a repeat of it creates nothing.
   * The handler has to call `keep` in the transaction that creates.
   */
  creates?: true;
  /**
   * Whether the answer is so expensive that each user may only have a few in progress; it may depend on the request.
   * Not with `public`.
   */
  large?: true | ((query: Query, body: Body, ctx: Context) => boolean);
  /** Finds further faults in a body that the schema refuses; all are reported together. */
  alsoWrong?: AlsoWrong;
  /** The successes, by status. */
  answers: Readonly<Record<number, Answer>>;
  /** Errors of the handler. Those of the guards are added automatically. */
  errors?: readonly ErrorCode[];
  handler: Handler<Query, Body, Sent>;
}

/** An operation of any query and body. */
// oxlint-disable-next-line typescript/no-explicit-any -- each has types of its own, which only its own handler knows
export type AnyOperation = Operation<any, any, any>;

export interface Call<Query, Body, Sent = undefined> {
  ctx: Context;
  /** Present unless the access is `public`. */
  user: Identity;
  /** A parameter of the path, percent-decoded. */
  param: (name: string) => string;
  query: Query;
  headers: Sent;
  body: Body;
  /** From `If-Match`; null: any version. */
  version: number | null;
  /** Of an operation that creates something; null if the request has no `Idempotency-Key`. */
  keep: Keep | null;
  /**
   * To be called before a request that may have taken long takes effect, or with `now` after an effect that can be
   * undone. Errors: `token-invalid`.
   */
  confirm: (when?: 'now') => Promise<void>;
}

/**
 * Keeps the answer that the context has now, as JSON, for repeats of the request. To be called in the transaction that
 * creates; like all of it, it may run more than once.
 * @param withheld why the answer must not be kept, and what to do instead: a sentence for whoever repeats the request
 * Errors: `request-in-progress` if another request has taken over; then the transaction must not be committed.
 */
export type Keep = (session: ClientSession, withheld?: string) => Promise<void>;

export type Handler<Query = NoQuery, Body = undefined, Sent = undefined> = (
  call: Call<Query, Body, Sent>,
) => Promise<void>;

/** Usage: `const readUser = (deps: UserDeps) => operation({ id: 'readUser', method: 'get', … })`. */
export const operation = <Query = NoQuery, Body = undefined, Sent = undefined>(
  value: Operation<Query, Body, Sent>,
): AnyOperation => value;

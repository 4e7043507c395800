/** Every operation of the API is declared here once: method, path, who may use it, what goes in. The guard order stands in `add` and `admit`. */
import type { Router } from '@koa/router';
import type { Context } from 'koa';
import type { ZodType } from 'zod';
import { Problem } from '../errors.ts';
import { isAddressed } from './addressed.ts';
import type { ReadLimit } from './answer-limit.ts';
import { type AlsoWrong, readBody, readQuery } from './validate.ts';

export type Role = 'admin' | 'clinician';

/** Who may use an operation; the OpenAPI document shows the same word as `x-access`. `user`: any role, logged in. */
export type Access = 'public' | 'user' | Role;

/** Who is asking, as the token and the user's present state say. */
export interface Identity {
  userId: string;
  role: Role;
  email: string;
  /** The token's own id, for logging out. */
  tokenId: string;
  /** The user's `tokenVersion` when it was made. */
  tokenVersion: number;
  /** Seconds since 1970. */
  tokenExpiresAt: number;
}

/**
 * Throws `token-invalid` where the user has since been deactivated, given another role, or has ended the token; that it has expired meanwhile does not count.
 * `now` asks the database; without it, what is known may be some seconds old.
 */
export type Confirm = (user: Identity, when?: 'now') => Promise<void>;

/** Tells who sent the request, or throws `token-missing` or `token-invalid`. */
export type Authenticate = (ctx: Context) => Promise<Identity>;

/** Counts one request of a client: of the user, or of the address where nobody has been authenticated. Errors: `rate-limited`. */
export type RateLimit = (ctx: Context, user: Identity | null) => Promise<void>;

export interface Operation<Query, Body> {
  access: Access;
  /** Query parameters; without a schema every parameter is refused. */
  query?: ZodType<Query>;
  /** A JSON body; without a schema the handler reads the request itself with `bodyBytes`, or there is none. */
  body?: ZodType<Body>;
  /** Whether the answer costs so much that only a few of one user are made at the same time; it may depend on what is asked. Not with `public`. */
  large?: true | ((query: Query, body: Body) => boolean);
  /** What else is wrong with a body, as it was sent, whose fields are not all right: told together with them. What is right in itself the handler checks. */
  alsoWrong?: AlsoWrong;
}

export interface Call<Query, Body> {
  ctx: Context;
  /** Present unless the access is `public`. */
  user: Identity;
  /** A parameter of the path, percent-decoded. */
  param: (name: string) => string;
  query: Query;
  body: Body;
  /** To be called before the effect of a request that may have taken long, or with `now` behind one that can be undone. Errors: `token-invalid`. */
  confirm: (when?: 'now') => Promise<void>;
}

export type Handler<Query, Body> = (call: Call<Query, Body>) => Promise<void>;
export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Mounts operations on a router and remembers them, so that a test can hold them against the API document. */
export class Operations {
  readonly declared: { method: Method; path: string; access: Access }[] = [];
  private readonly router: Router;
  private readonly authenticate: Authenticate;
  private readonly confirm: Confirm;
  private readonly limit: RateLimit;
  private readonly readLimit: ReadLimit;

  constructor(router: Router, authenticate: Authenticate, confirm: Confirm, limit: RateLimit, readLimit: ReadLimit) {
    this.router = router;
    this.authenticate = authenticate;
    this.confirm = confirm;
    this.limit = limit;
    this.readLimit = readLimit;
  }

  /** @param path relative to the router's prefix. The handler checks ownership, the last of the guards */
  add<Query = Record<string, never>, Body = undefined>(
    method: Method,
    path: string,
    spec: Operation<Query, Body>,
    handler: Handler<Query, Body>,
  ): void {
    this.declared.push({ method, path, access: spec.access });
    const run = async (ctx: Context): Promise<void> => {
      const user = await this.admit(ctx, spec.access);
      const query = readQuery(ctx, spec.query);
      const body = await readBody(ctx, spec.body, spec.alsoWrong);
      if (user && (spec.large === true || spec.large?.(query, body))) this.readLimit(ctx, user.userId);
      const param = (name: string): string => (ctx.params as Record<string, string | undefined>)[name] ?? '';
      const confirm = async (when?: 'now'): Promise<void> => (user ? this.confirm(user, when) : undefined);
      await handler({ ctx, user: user as Identity, param, query, body, confirm });
    };
    this.router[method](path, (ctx, next) => (isAddressed(ctx) ? run(ctx) : next()));
  }

  private async admit(ctx: Context, access: Access): Promise<Identity | null> {
    const user = access === 'public' ? null : await this.identify(ctx);
    await this.limit(ctx, user);
    if (user && access !== 'user' && user.role !== access) {
      throw new Problem('role-forbidden', `This operation is for the role ${access}; yours is ${user.role}.`);
    }
    return user;
  }

  private async identify(ctx: Context): Promise<Identity> {
    try {
      const user = await this.authenticate(ctx);
      ctx.state['userId'] = user.userId;
      return user;
    } catch (error) {
      // Guesses at tokens count against the address they come from.
      await this.limit(ctx, null);
      throw error;
    }
  }
}

/** Every operation of the API is declared here once: method, path, who may use it, what goes in. The guard order stands in `add`. */
import type Router from '@koa/router';
import type { Context, Middleware } from 'koa';
import type { ZodType } from 'zod';
import { Problem } from '../errors.ts';
import { readBody, readQuery } from './validate.ts';

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
  /** Seconds since 1970. */
  tokenExpiresAt: number;
}

/** Tells who sent the request, or throws `token-missing` or `token-invalid`. */
export type Authenticate = (ctx: Context) => Promise<Identity>;

export interface Operation<Query, Body> {
  access: Access;
  /** Query parameters; without a schema every parameter is refused. */
  query?: ZodType<Query>;
  /** A JSON body; without a schema the handler reads the request itself, or there is none. */
  body?: ZodType<Body>;
}

export interface Call<Query, Body> {
  ctx: Context;
  /** Present unless the access is `public`. */
  user: Identity;
  /** A parameter of the path, percent-decoded. */
  param: (name: string) => string;
  query: Query;
  body: Body;
}

export type Handler<Query, Body> = (call: Call<Query, Body>) => Promise<void>;
export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Mounts operations on a router and remembers them, so that a test can hold them against the API document. */
export class Operations {
  readonly declared: { method: Method; path: string; access: Access }[] = [];
  private readonly router: Router;
  private readonly authenticate: Authenticate;
  private readonly limiter: Middleware;

  /** @param limiter runs after authentication, so that it can count by user */
  constructor(router: Router, authenticate: Authenticate, limiter: Middleware) {
    this.router = router;
    this.authenticate = authenticate;
    this.limiter = limiter;
  }

  add<Query = Record<string, never>, Body = undefined>(method: Method, path: string, spec: Operation<Query, Body>, handler: Handler<Query, Body>): void {
    this.declared.push({ method, path, access: spec.access });
    this.router[method](path, this.limiter, async (ctx) => {
      const user = spec.access === 'public' ? undefined : await this.authenticate(ctx);
      if (user && spec.access !== 'user' && user.role !== spec.access) {
        throw new Problem('role-forbidden', `This operation is for the role ${spec.access}; yours is ${user.role}.`);
      }
      const query = readQuery(ctx, spec.query);
      const body = await readBody(ctx, spec.body);
      const param = (name: string): string => ctx['params'][name] ?? '';
      await handler({ ctx, user: user as Identity, param, query, body });
    });
  }
}

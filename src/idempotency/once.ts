/**
 * Carries out a request with an `Idempotency-Key` once. The effect and the completion of the key are one transaction,
 * which fails if another request has taken the key. So nothing is created twice, however a request ends.
 */
import { createHash, createHmac } from 'node:crypto';
import type { Context } from 'koa';
import type { Connection } from 'mongoose';
import { isAway } from '../database/failures.ts';
import { Problem } from '../errors.ts';
import { type BodyLimits, bodyBytes } from '../http/body-bytes.ts';
import type { Guards } from '../http/guards.ts';
import type { Keep } from '../http/operation.ts';
import type { UploadLimit } from '../http/upload-limit.ts';
import { endsWithin } from '../until-aborted.ts';
import { type Claim, completeKey, HEARTBEAT_MS, newClaim, releaseKey, renewKey, takeKey } from './claims.ts';
import { watched } from './fingerprint.ts';
import { idempotencyKey } from './header.ts';
import type { KeptAnswer, StoredKey } from './model.ts';

export interface OnceDeps {
  database: Connection;
  limits: BodyLimits;
  /** The same for all instances. */
  secretKey: string;
  inUploadTurn: UploadLimit;
}

/** Bytes of the body of an answer that is kept. */
export const MAX_KEPT_BYTES = 262_144;
/** The headers of an answer that are kept. */
const KEPT_HEADERS = ['Content-Type', 'Location', 'ETag', 'Cache-Control', 'Upload-Expires'];
/** Bytes by which the form of an import may be longer than its file. */
const FORM_BYTES = 65_536;
const UNREAD = 'The end of its body was not needed, so repeats cannot be compared with it.';
/** How long an answer waits for its key to be released, or to be completed after the effect. */
const SETTLE_MS = 1_000;

/** Usage: `mount(router, operations, { …, once: createOnce(deps) })`. */
export function createOnce(deps: OnceDeps): Guards['once'] {
  const secret = createHmac('sha256', deps.secretKey).update('idempotency').digest();
  return (ctx, userId, isStreamed) => {
    const key = idempotencyKey(ctx);
    if (key === null) return (work) => work(null);
    const fingerprint = watched(ctx, secret);
    const id = createHash('sha256')
      .update(JSON.stringify([userId, key]))
      .digest('base64url');
    return async (work) => {
      const claim = newClaim(id);
      const found = await takeKey(deps.database, claim, isStreamed ? null : fingerprint.digest());
      if (found.holder.equals(claim.holder)) {
        // A decoder may leave the end of a body unread.
        const isRead = (): boolean => !isStreamed || ctx.req.readableEnded;
        return new Turn(ctx, deps.database, claim, () => (isRead() ? fingerprint.digest() : null)).take(work);
      }
      const isRunning = found.state === 'running';
      if (isStreamed && isRunning) throw inProgress('Wait for its answer, or repeat it later.');
      if (isStreamed) await deps.inUploadTurn(userId, async () => discard(ctx, deps.limits));
      if (found.fingerprint !== null && found.fingerprint !== fingerprint.digest()) throw reused();
      if (isRunning) throw inProgress('Wait for its answer, or repeat it later.');
      answerAgain(ctx, found);
    };
  };
}

/** Reads a body only to compare it. Errors: those of `bodyBytes`. */
async function discard(ctx: Context, limits: BodyLimits): Promise<void> {
  const longest = { ...limits, maxUploadBytes: limits.maxUploadBytes + FORM_BYTES };
  for await (const _piece of bodyBytes(ctx, longest)) continue;
}

/** A request that holds its key. */
class Turn {
  readonly #ctx: Context;
  readonly #database: Connection;
  readonly #claim: Claim;
  readonly #fingerprint: () => string | null;
  readonly #heartbeat: NodeJS.Timeout;

  /** @param fingerprint null if it is not known, because the body has not been read to its end */
  constructor(ctx: Context, database: Connection, claim: Claim, fingerprint: () => string | null) {
    this.#ctx = ctx;
    this.#database = database;
    this.#claim = claim;
    this.#fingerprint = fingerprint;
    const beat = (): void => void renewKey(database, claim).catch(() => undefined);
    this.#heartbeat = setInterval(beat, HEARTBEAT_MS);
  }

  async take(work: (keep: Keep) => Promise<void>): Promise<void> {
    try {
      await work(async (session, withheld) => {
        // A sign of life would conflict with the transaction.
        clearInterval(this.#heartbeat);
        if (!(await this.#complete(session, withheld))) throw inProgress('Another request has taken over its key.');
      });
      // Has no effect on an answer that was kept in a transaction. Without one, nothing was created, and the request
      // may be carried out again if this fails.
      await this.#settled(this.#complete(null));
    } catch (error) {
      const isUndone = error instanceof Problem && error.status < 500;
      const released = this.#settled(releaseKey(this.#database, this.#claim, isUndone));
      if (!isAway(error)) await released;
      throw error;
    } finally {
      clearInterval(this.#heartbeat);
    }
  }

  #complete(session: Parameters<Keep>[0] | null, withheld: string | null = null): Promise<boolean> {
    const fingerprint = this.#fingerprint();
    const answer = answerOf(this.#ctx, fingerprint === null ? UNREAD : withheld);
    return completeKey(this.#database, this.#claim, fingerprint, answer, session);
  }

  async #settled(work: Promise<unknown>): Promise<void> {
    await endsWithin(SETTLE_MS, work);
  }
}

/** The answer that a handler has given. */
function answerOf(ctx: Context, withheld: string | null): KeptAnswer {
  const headers = KEPT_HEADERS.map((name) => [name, ctx.response.get(name)] as const).filter(([, value]) => value);
  const text = ctx.body === null || ctx.body === undefined ? '' : JSON.stringify(ctx.body);
  const body = withheld === null ? text : null;
  const isTooLong = body !== null && Buffer.byteLength(body) > MAX_KEPT_BYTES;
  return {
    status: ctx.status,
    headers: Object.fromEntries(headers),
    body: isTooLong ? null : body,
    withheld: isTooLong ? `Its answer was longer than ${MAX_KEPT_BYTES} bytes.` : withheld,
  };
}

function answerAgain(ctx: Context, { answer }: StoredKey): void {
  if (!answer) throw new Error('a request is done that has no answer');
  const { status, headers, body, withheld } = answer;
  if (body === null) {
    const where = headers['Location'] === undefined ? '' : ` See ${headers['Location']}.`;
    throw new Problem('answer-not-kept', `This request has been carried out. ${withheld}${where}`);
  }
  ctx.body = body === '' ? null : Buffer.from(body);
  ctx.status = status;
  ctx.set(headers);
}

const inProgress = (detail: string): Problem => new Problem('request-in-progress', detail);

const reused = (): Problem =>
  new Problem(
    'idempotency-key-reused',
    'The first request with this key had another address or body. Send a new key with every new request.',
  );

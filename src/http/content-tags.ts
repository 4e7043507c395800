/**
 * Tags of answers, so that a client that has an answer is told when it has not changed. The tag of a resource with a
 * version begins with the version and may be used in `If-Match`; a digest follows, since answers also contain what
 * has no part in the version, such as the age of a patient. These answers name people: only the client itself may keep
 * them, and caches may not.
 */
import { createHash } from 'node:crypto';
import type { Context } from 'koa';
import type { Answer, AnyOperation } from './operation.ts';
import { isKnown, NOT_MODIFIED, TAG } from './unchanged.ts';
import { wholeBody } from './whole-body.ts';

/** More than a version has. */
const DIGITS = 16;

/** A tag for this content, without quotes. */
export const contentTag = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex').slice(0, DIGITS);

/**
 * Whether the guards tag the answers of an operation: it reads one JSON document, or the same as CSV. What can also be
 * had in binary are samples, whose JSON is sent while it is made.
 */
function isTagged({ method, unguarded, ifNoneMatch, answers }: AnyOperation): boolean {
  const content = answers[200]?.content ?? {};
  const isJson = typeof content['application/json'] === 'object' && !Object.values(content).includes('binary');
  return method === 'get' && !unguarded && !ifNoneMatch && isJson;
}

/** Whether `If-None-Match` may name the answer that the client has. */
export const isConditional = (operation: AnyOperation): boolean =>
  operation.ifNoneMatch === true || isTagged(operation);

/** The successes of an operation, with those that the guards add. */
export function answersOf(operation: AnyOperation): Readonly<Record<number, Answer>> {
  const { 200: ok, ...others } = operation.answers;
  if (!isTagged(operation) || !ok) return operation.answers;
  return { 200: { ...ok, headers: { ...TAG, ...ok.headers } }, ...others, ...NOT_MODIFIED };
}

/** Tags an answer that is complete, unless the handler has; it is a 304 if the client has it. */
export function tagContent(ctx: Context, operation: AnyOperation): void {
  if (!isTagged(operation) || ctx.status !== 200) return;
  const version = /^"(\d{1,15})"$/.exec(ctx.response.get('ETag'))?.[1];
  if (version === undefined && ctx.res.hasHeader('ETag')) return;
  const bytes = wholeBody(ctx);
  if (bytes) isKnown(ctx, `${version === undefined ? '' : `${version}-`}${contentTag(bytes)}`);
}

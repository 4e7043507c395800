/**
 * The validation layer: checks query strings and JSON bodies against the zod schemas that are also components of the
 * API document.
 */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Context } from 'koa';
import { koaBody } from 'koa-body';
import { z, type ZodType } from 'zod';
import { type FieldError, Problem } from '../errors.ts';
import { checked, pointer } from '../text/wording.ts';
import { assertNotEncoded } from './content-encoding.ts';

/** Maximum bytes of a JSON body other than an ECG. */
export const MAX_JSON_BODY = 1_048_576;
/** Milliseconds in which such a body must have arrived. */
export const MAX_JSON_BODY_MS = 30_000;
/** Limits the list of errors, so that an answer is not longer than the request that caused it. */
const MAX_FIELD_ERRORS = 100;

/** The query of an operation that declares none. */
const NO_PARAMETERS = z.strictObject({});

const parseJson = koaBody({
  json: true,
  jsonTypes: ['application/json'],
  text: false,
  urlencoded: false,
  multipart: false,
  jsonLimit: MAX_JSON_BODY,
  // Otherwise an empty body would be taken for {}.
  includeUnparsed: true,
});

/** The parsers make a list of a parameter or field of a form that occurs twice. */
const wordingOfNames = ({ code, input }: { code: string; input: unknown }): string | undefined =>
  Array.isArray(input) && OF_LISTS.includes(code) ? 'must be given only once' : undefined;
const OF_LISTS = ['invalid_type', 'invalid_value', 'invalid_union'];

/** Reads and checks the query string. Errors: `invalid-query`. */
export function readQuery<Query>(ctx: Context, schema: ZodType<Query> | undefined): Query {
  assertUtf8(ctx.querystring);
  const { data, faults } = checked<unknown>(schema ?? NO_PARAMETERS, { ...ctx.query }, wordingOfNames);
  if (faults) throw queryProblem(faults);
  return data as Query;
}

/** A schema of request headers, by their names as in the document. Each value is a text, or undefined. */
export type HeaderSchema<Sent> = ZodType<Sent> & { shape: Readonly<Record<string, unknown>> };

/** Reads and checks the headers that an operation needs. Errors: `invalid-header`. */
export function readHeaders<Sent>(ctx: Context, schema: HeaderSchema<Sent> | undefined): Sent {
  if (!schema) return undefined as Sent;
  const sent = Object.keys(schema.shape).map((name) => [name, ctx.req.headers[name.toLowerCase()]]);
  const { data, faults } = checked(schema, Object.fromEntries(sent));
  if (faults) throw headerProblem(faults);
  return data;
}

/** `invalid-header` with the invalid headers, as the fields of an object. */
export const headerProblem = (errors: readonly FieldError[]): Problem =>
  new Problem('invalid-header', 'Correct the headers that are named in errors.', { errors });

/** Koa silently replaces invalid UTF-8 by U+FFFD. */
function assertUtf8(querystring: string): void {
  for (const parameter of querystring.split('&')) {
    for (const [bytes] of parameter.matchAll(/(?:%[0-9a-f]{2})+/gi)) {
      if (isUtf8(Buffer.from(bytes.replaceAll('%', ''), 'hex'))) continue;
      throw queryProblem([{ path: pointer([parameter.split('=', 1)[0] as string]), message: 'must be UTF-8' }]);
    }
  }
}

/** Answers `Expect: 100-continue`, now that nothing in the announced request is wrong. */
export function askForBody(ctx: Context): void {
  if (ctx.get('Expect').toLowerCase() === '100-continue') ctx.res.writeContinue();
}

/**
 * Reads and checks a JSON body. Errors: `media-type-unsupported`, `malformed-json`, `malformed-request`,
 * `body-too-large`, `upload-timeout`, `validation-failed`.
 */
export async function readBody<Body>(
  ctx: Context,
  schema: ZodType<Body> | undefined,
  alsoWrong?: AlsoWrong,
): Promise<Body> {
  if (!schema) return undefined as Body;
  if (!ctx.is('application/json')) throw new Problem('media-type-unsupported', 'Send the body as application/json.');
  assertNotEncoded(ctx);
  if (!/^(utf-?8)?$/i.test(ctx.request.charset)) throw new Problem('media-type-unsupported', 'Send the body as UTF-8.');
  if (Number(ctx.get('Content-Length')) > MAX_JSON_BODY) throw tooLarge();
  askForBody(ctx);
  const isSound = watchUtf8(ctx.req);
  await arrivesInTime(parseJson(ctx, async () => {}).catch(asBodyProblem));
  if (!isSound()) throw new Problem('malformed-json', 'The body is not UTF-8.');
  if (ctx.request.rawBody === '') throw new Problem('malformed-json', 'The body is empty.');
  return validated(ctx.request.body, schema, alsoWrong);
}

/**
 * Checks the bytes of a body while it is read: koa-body silently replaces invalid UTF-8 by U+FFFD. To be called in the
 * same turn of the event loop as koa-body.
 */
function watchUtf8(req: IncomingMessage): () => boolean {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let isSound = true;
  req.on('data', (piece: Uint8Array) => {
    try {
      if (isSound) decoder.decode(piece, { stream: true });
    } catch {
      isSound = false;
    }
  });
  return () => isSound;
}

/** Finds faults that a schema cannot express, in an unvalidated body. */
export type AlsoWrong = (sent: unknown) => readonly FieldError[];

/** Checks a parsed body. @param alsoWrong called when the schema has found faults. Errors: `validation-failed`. */
export function validated<Body>(value: unknown, schema: ZodType<Body>, alsoWrong?: AlsoWrong): Body {
  const { data, faults } = checked(schema, value);
  if (faults) throw fieldProblem([...faults, ...(alsoWrong?.(value) ?? [])]);
  const illFormed = [...illFormedTexts(data)];
  if (illFormed.length > 0) throw fieldProblem(illFormed);
  return data;
}

/** Checks the fields of a form. Errors: `validation-failed`. */
export function validatedForm<Fields>(fields: Record<string, unknown>, schema: ZodType<Fields>): Fields {
  const { data, faults } = checked(schema, fields, wordingOfNames);
  if (faults) throw fieldProblem(faults);
  return data;
}

/** Strings with half a surrogate pair: UTF-8 cannot encode them, so they would be stored as something else. */
function* illFormedTexts(body: unknown): Generator<FieldError> {
  const open: [value: unknown, path: PropertyKey[]][] = [[body, []]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [value, path] = next;
    if (typeof value === 'string' && /\p{Surrogate}/u.test(value))
      yield { path: pointer(path), message: 'must not contain a lone surrogate' };
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) open.push([inner, [...path, key]]);
  }
}

/** `validation-failed` with the invalid fields of a body. */
export const fieldProblem = (errors: readonly FieldError[]): Problem =>
  new Problem('validation-failed', 'Correct the fields that are named in errors.', { errors: capped(errors) });

/** `invalid-query` with the invalid parameters. */
export const queryProblem = (errors: readonly FieldError[], detail = WRONG_PARAMETERS): Problem =>
  new Problem('invalid-query', detail, { errors: capped(errors) });
const WRONG_PARAMETERS = 'Correct the parameters that are named in errors.';

async function arrivesInTime(parsing: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Problem('upload-timeout', `The body must arrive within ${MAX_JSON_BODY_MS / 1000} s.`)),
      MAX_JSON_BODY_MS,
    );
  });
  try {
    await Promise.race([parsing, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Maps errors of raw-body, which koa-body uses, by their `type`. An error without one means that the text is not JSON.
 */
function asBodyProblem(error: unknown): never {
  const { type } = error as { type?: string };
  if (type === 'entity.too.large') throw tooLarge();
  if (error instanceof SyntaxError)
    throw new Problem('malformed-json', 'Send one JSON object or array, without keys named __proto__.');
  if (type === 'request.aborted' || type === 'request.size.invalid')
    throw new Problem('malformed-request', 'The body ended too early.');
  throw error;
}

const tooLarge = (): Problem => new Problem('body-too-large', `The body is larger than ${MAX_JSON_BODY} bytes.`);

const capped = (errors: readonly FieldError[]): readonly FieldError[] =>
  errors.length <= MAX_FIELD_ERRORS
    ? errors
    : [...errors.slice(0, MAX_FIELD_ERRORS), { path: '', message: `and ${errors.length - MAX_FIELD_ERRORS} more` }];

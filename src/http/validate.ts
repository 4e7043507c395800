/** The validation layer: query strings and JSON bodies against the zod schemas that are also the components of the API document. */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Context } from 'koa';
import { koaBody } from 'koa-body';
import { z, type ZodType } from 'zod';
import { type FieldError, Problem } from '../errors.ts';
import { checked, pointer } from '../text/wording.ts';
import { assertNotEncoded } from './content-encoding.ts';

/** Bytes of a JSON body other than an ECG. */
export const MAX_JSON_BODY = 1_048_576;
/** Milliseconds in which such a body must have arrived. */
export const MAX_JSON_BODY_MS = 30_000;
/** A body full of mistakes is not answered with a list that is longer than itself. */
const MAX_FIELD_ERRORS = 100;

/** What an operation takes that says nothing of its query. */
const NO_PARAMETERS = z.strictObject({});

const parseJson = koaBody({
  json: true,
  jsonTypes: ['application/json'],
  text: false,
  urlencoded: false,
  multipart: false,
  jsonLimit: MAX_JSON_BODY,
  // Else an empty body would pass for {}.
  includeUnparsed: true,
});

/** Of a parameter that stands in the query twice Koa makes a list. */
const queryWording = ({ code, input }: { code: string; input: unknown }): string | undefined =>
  Array.isArray(input) && OF_LISTS.includes(code) ? 'must be given only once' : undefined;
const OF_LISTS = ['invalid_type', 'invalid_value', 'invalid_union'];

/** Reads and checks the query string. Errors: `invalid-query`. */
export function readQuery<Query>(ctx: Context, schema: ZodType<Query> | undefined): Query {
  assertUtf8(ctx.querystring);
  const { data, faults } = checked<unknown>(schema ?? NO_PARAMETERS, { ...ctx.query }, queryWording);
  if (faults) throw queryProblem(faults);
  return data as Query;
}

/** Koa puts U+FFFD for what is no UTF-8, and tells nobody. */
function assertUtf8(querystring: string): void {
  for (const parameter of querystring.split('&')) {
    for (const [bytes] of parameter.matchAll(/(?:%[0-9a-f]{2})+/gi)) {
      if (isUtf8(Buffer.from(bytes.replaceAll('%', ''), 'hex'))) continue;
      throw queryProblem([{ path: pointer([parameter.split('=', 1)[0] as string]), message: 'must be UTF-8' }]);
    }
  }
}

/** Lets a client that waits for it send its body, now that nothing that was announced speaks against it. */
export function askForBody(ctx: Context): void {
  if (ctx.get('Expect').toLowerCase() === '100-continue') ctx.res.writeContinue();
}

/** Reads and checks a JSON body. Errors: `media-type-unsupported`, `malformed-json`, `malformed-request`, `body-too-large`, `upload-timeout`, `validation-failed`. */
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

/** Looks at the bytes of a body while it is read: koa-body puts U+FFFD for what is no UTF-8, and tells nobody. To be called in the same turn as koa-body. */
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

/** Faults of fields that a schema cannot see, in a body of which nothing is certain. */
export type AlsoWrong = (sent: unknown) => readonly FieldError[];

/** Checks what was read. @param alsoWrong is asked where the schema has found faults. Errors: `validation-failed`. */
export function validated<Body>(value: unknown, schema: ZodType<Body>, alsoWrong?: AlsoWrong): Body {
  const { data, faults } = checked(schema, value);
  if (faults) throw fieldProblem([...faults, ...(alsoWrong?.(value) ?? [])]);
  const illFormed = [...illFormedTexts(data)];
  if (illFormed.length > 0) throw fieldProblem(illFormed);
  return data;
}

/** Strings with half of a surrogate pair: no UTF-8 can hold them, so that they would come back as something else. */
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

/** `validation-failed`, with what is wrong with the fields of a body. */
export const fieldProblem = (errors: readonly FieldError[]): Problem =>
  new Problem('validation-failed', 'Correct the fields that are named in errors.', { errors: capped(errors) });

/** `invalid-query`, with what is wrong with the parameters. */
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

/** What raw-body, below koa-body, says by its `type`; without one the text was read and is not JSON. */
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

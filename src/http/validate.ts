/** The validation layer: query strings and JSON bodies against the zod schemas that are also the components of the API document. */
import type { Context } from 'koa';
import { koaBody } from 'koa-body';
import type { ZodError, ZodType } from 'zod';
import { type FieldError, Problem } from '../errors.ts';

/** Bytes of a JSON body other than an ECG. */
export const MAX_JSON_BODY = '1mb';

const parseJson = koaBody({
  json: true, text: false, urlencoded: false, multipart: false, jsonLimit: MAX_JSON_BODY,
  parsedMethods: ['POST', 'PUT', 'PATCH', 'DELETE'] as never,
  onError: (error: unknown) => { throw asBodyProblem(error); },
});

function asBodyProblem(error: unknown): Problem {
  const status = (error as { status?: number }).status;
  if (status === 413) return new Problem('body-too-large', `The body is larger than ${MAX_JSON_BODY}.`);
  if (status === 415) return new Problem('media-type-unsupported', 'This content encoding is not accepted; send the body as it is, gzip or deflate.');
  return new Problem('malformed-json', 'Send one JSON object or array.', { cause: error });
}

/** Reads and checks the query string. Errors: `invalid-query`. */
export function readQuery<Query>(ctx: Context, schema: ZodType<Query> | undefined): Query {
  if (!schema) {
    const unknown = Object.keys(ctx.query);
    if (unknown.length > 0) throw new Problem('invalid-query', 'This operation takes no query parameters.', { errors: unknown.map((path) => ({ path, message: 'unknown parameter' })) });
    return {} as Query;
  }
  const parsed = schema.safeParse({ ...ctx.query });
  if (!parsed.success) throw new Problem('invalid-query', 'Correct the parameters that are named in errors.', { errors: fieldErrors(parsed.error, (path) => path.join('.')) });
  return parsed.data;
}

/** Reads and checks a JSON body. Errors: `media-type-unsupported`, `malformed-json`, `body-too-large`, `validation-failed`. */
export async function readBody<Body>(ctx: Context, schema: ZodType<Body> | undefined): Promise<Body> {
  if (!schema) return undefined as Body;
  if (!ctx.is('application/json')) throw new Problem('media-type-unsupported', 'Send the body as application/json.');
  await parseJson(ctx as never, async () => {});
  const parsed = schema.safeParse(ctx.request.body);
  if (!parsed.success) throw new Problem('validation-failed', 'Correct the fields that are named in errors.', { errors: fieldErrors(parsed.error, pointer) });
  return parsed.data;
}

const pointer = (path: PropertyKey[]): string => path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

function fieldErrors(error: ZodError, name: (path: PropertyKey[]) => string): FieldError[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: name([...issue.path, key]), message: 'unknown field' }))
      : [{ path: name(issue.path), message: issue.message }]);
}

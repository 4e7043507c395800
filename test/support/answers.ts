/**
 * Checks every answer of an application under test against its API document: status, media type, headers and body, and
 * the code of a problem.
 */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Context, Middleware } from 'koa';
import type { App } from '../../src/app.ts';
import type { ApiDocument } from '../../src/openapi.ts';
import { describedOperations, type Described, type Json, resolved } from './document.ts';

interface Answers {
  /** To be used before all other middleware. */
  check: Middleware;
  /** One line for each answer that the document does not allow. */
  faults: string[];
}

/** Compiles schemas of a document. */
export function ajvOf({ components }: ApiDocument): (schema: Json) => ValidateFunction {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema({ $id: 'document', components });
  return (schema) =>
    ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/')) as Json);
}

export function checkedAnswers({ document }: Pick<App, 'document'>): Answers {
  const faults: string[] = [];
  const operations = new Map(
    describedOperations(document).map((described) => [`${described.method} ${described.address}`, described]),
  );
  const compile = ajvOf(document);
  const validators = new WeakMap<Json, ValidateFunction>();
  const validate = (schema: Json, value: unknown): string | null => {
    const validator = validators.get(schema) ?? compile(schema);
    validators.set(schema, validator);
    return validator(value) ? null : JSON.stringify(validator.errors);
  };

  const faultOf = (ctx: Context, { operation }: Described): string | null => {
    const described = operation.responses[ctx.status];
    if (!described) return `the status ${ctx.status} is not described`;
    const { $ref, description } = described as { $ref?: string; description?: string };
    const answer = ($ref === undefined ? described : resolved(document, $ref)) as {
      headers?: Record<string, Json>;
      content?: Record<string, { schema: Json }>;
    };
    const content = answer.content ?? {};
    if (Object.keys(content).length === 0)
      return ctx.body == null || ctx.status === 302 ? null : 'a body is not described';
    // A file is sent with its own media type, described as the general one.
    const media = content[ctx.type] ?? content['application/octet-stream'];
    if (!media) return `the media type ${ctx.type} is not described`;
    if (!isJson(ctx.type) || !isPlainBody(ctx.body)) return null;
    const body: unknown = typeof ctx.body === 'string' ? JSON.parse(ctx.body) : JSON.parse(JSON.stringify(ctx.body));
    const code = (body as { code?: string }).code ?? '';
    if ($ref !== undefined && !description?.includes(`\`${code}\``)) return `the code ${code} is not described`;
    return validate(media.schema, body);
  };

  const check: Middleware = async (ctx, next) => {
    await next();
    const path = (ctx as { _matchedRoute?: string | RegExp })['_matchedRoute'];
    if (typeof path !== 'string') return;
    const method = ctx.method === 'HEAD' ? 'get' : ctx.method.toLowerCase();
    const described = operations.get(`${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    // Not described: pages for people, and 405 answers.
    if (!described || ctx.status === 405) return;
    const fault = faultOf(ctx, described);
    if (fault !== null) faults.push(`${ctx.method} ${ctx.url} (${described.operation.operationId}): ${fault}`);
  };
  return { check, faults };
}

const isJson = (type: string): boolean => /^application\/(\w+\+)?json$/.test(type);
/** Neither a stream nor binary. */
const isPlainBody = (body: unknown): boolean =>
  typeof body === 'string' ||
  (typeof body === 'object' && body !== null && Object.getPrototypeOf(body) === Object.prototype);

/**
 * Checks every answer of an application under test against its API document: status, headers, media type and JSON body,
 * and the code of a problem.
 */
import type { ServerResponse } from 'node:http';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Middleware } from 'koa';
import type { App } from '../../src/app.ts';
import type { ApiDocument } from '../../src/openapi.ts';
import { codesOf, describedOperations, type Described, type Json, resolved } from './document.ts';

/** An answer as it was sent. */
interface Sent {
  status: number;
  /** Without parameters. */
  type: string;
  has: (header: string) => boolean;
  bytes: Buffer;
}

/** The operation whose files have media types of their own, described as the general one. */
const OF_FILES = 'exportEcg';
/** The operation whose answer may be about several documents, which have no common address and version. */
const OF_SEVERAL = 'uploadEcg';
/** Headers that every answer has whose status is described with them. */
const ALWAYS = [
  'ETag',
  'Location',
  'Retry-After',
  'Tus-Resumable',
  'Tus-Version',
  'Upload-Expires',
  'Upload-Length',
  'Upload-Offset',
  'WWW-Authenticate',
  'X-Request-Id',
];

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

  const faultOf = ({ status, type, has, bytes }: Sent, { operation }: Described): string | null => {
    const described = operation.responses[status];
    if (!described) return `the status ${status} is not described`;
    const { $ref } = described as { $ref?: string };
    const answer = ($ref === undefined ? described : resolved(document, $ref)) as {
      content?: Record<string, { schema: Json }>;
      headers?: Json;
    };
    const body: unknown = isJson(type) && bytes.length > 0 ? JSON.parse(bytes.toString()) : undefined;
    const isOfSeveral = status < 400 && operation.operationId === OF_SEVERAL && !('id' in Object(body));
    const missing = Object.keys(answer.headers ?? {}).filter((header) => ALWAYS.includes(header) && !has(header));
    if (missing.length > 0 && !isOfSeveral) return `${status} has no ${missing.join()}`;
    const content = answer.content ?? {};
    if (Object.keys(content).length === 0)
      return bytes.length === 0 || status === 302 ? null : 'a body is not described';
    const media = content[operation.operationId === OF_FILES && status === 200 ? 'application/octet-stream' : type];
    if (!media) return `the media type ${type} is not described`;
    if (body === undefined || !(type in content)) return null;
    const { code = '' } = body as { code?: string };
    if ($ref !== undefined && !codesOf(document, described).includes(code)) return `the code ${code} is not described`;
    return validate(media.schema, body);
  };

  const check: Middleware = async (ctx, next) => {
    const bytes = collected(ctx.res);
    // What is cut off is not checked.
    ctx.res.once('finish', () => {
      const path = (ctx as { _matchedRoute?: string | RegExp })['_matchedRoute'];
      const address = String(path).replaceAll(/:(\w+)/g, '{$1}');
      const described =
        operations.get(`${ctx.method.toLowerCase()} ${address}`) ??
        (ctx.method === 'HEAD' ? operations.get(`get ${address}`) : undefined);
      // Not described: pages for people, and 405 answers.
      if (!described || ctx.status === 405) return;
      const fault = faultOf(
        {
          status: ctx.res.statusCode,
          type: typeOf(ctx.res),
          has: (header) => ctx.res.hasHeader(header),
          bytes: Buffer.concat(bytes),
        },
        described,
      );
      if (fault !== null) faults.push(`${ctx.method} ${ctx.url} (${described.operation.operationId}): ${fault}`);
    });
    await next();
  };
  return { check, faults };
}

/** The bytes of an answer in JSON, as they are sent; of HEAD, and of other media types, there are none. */
function collected(res: ServerResponse): Buffer[] {
  const bytes: Buffer[] = [];
  const keep = (chunk: unknown): void => {
    if (res.req.method === 'HEAD' || !isJson(typeOf(res))) return;
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) bytes.push(Buffer.from(chunk));
  };
  const write = res.write.bind(res) as (...given: unknown[]) => boolean;
  const end = res.end.bind(res) as (...given: unknown[]) => ServerResponse;
  res.write = (...given: unknown[]) => {
    keep(given[0]);
    return write(...given);
  };
  res.end = (...given: unknown[]) => {
    keep(given[0]);
    return end(...given);
  };
  return bytes;
}

/** The media type, without parameters. */
const typeOf = (res: ServerResponse): string => String(res.getHeader('Content-Type') ?? '').split(';', 1)[0] ?? '';

const isJson = (type: string): boolean => /^application\/(\w+\+)?json$/.test(type);

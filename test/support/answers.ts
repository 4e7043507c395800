/**
 * Checks every answer of an application under test against its API document: status, headers, media type and JSON body,
 * and the code of a problem.
 */
import type { ServerResponse } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
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

/** Operations whose files have media types of their own, described as the general one. */
const OF_FILES = ['exportEcg', 'readOriginal'];
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

type Validate = (schema: Json, value: unknown) => string | null;

/** By document: applications may share one, and compiling is slow. */
const validates = new WeakMap<ApiDocument, Validate>();

function validateOf(document: ApiDocument): Validate {
  const compile = ajvOf(document);
  const validators = new WeakMap<Json, ValidateFunction>();
  return (schema, value) => {
    const validator = validators.get(schema) ?? compile(schema);
    validators.set(schema, validator);
    return validator(value) ? null : JSON.stringify(validator.errors);
  };
}

export function checkedAnswers({ document }: Pick<App, 'document'>): Answers {
  const faults: string[] = [];
  const operations = new Map(
    describedOperations(document).map((described) => [`${described.method} ${described.address}`, described]),
  );
  const validate = validates.get(document) ?? validateOf(document);
  validates.set(document, validate);

  const faultOf = ({ status, type, has, bytes }: Sent, { operation }: Described): string | null => {
    const described = operation.responses[status];
    if (!described) return `the status ${status} is not described`;
    const { $ref } = described as { $ref?: string };
    const answer = ($ref === undefined ? described : resolved(document, $ref)) as {
      content?: Record<string, { schema: Json }>;
      headers?: Json;
    };
    const isFile = OF_FILES.includes(operation.operationId ?? '') && status < 300;
    const body: unknown = !isFile && isJson(type) && bytes.length > 0 ? JSON.parse(bytes.toString()) : undefined;
    // CSV and events are sent while they are made, and have no tag.
    const isWhole = isJson(type) || type === '';
    const missing = Object.keys(answer.headers ?? {}).filter(
      (header) => ALWAYS.includes(header) && !has(header) && (isWhole || header !== 'ETag'),
    );
    if (missing.length > 0) return `${status} has no ${missing.join()}`;
    const content = answer.content ?? {};
    if (Object.keys(content).length === 0)
      return bytes.length === 0 || status === 302 ? null : 'a body is not described';
    const media = content[isFile ? 'application/octet-stream' : type];
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
          bytes: unpacked(Buffer.concat(bytes), ctx.res.getHeader('Content-Encoding')),
        },
        described,
      );
      if (fault !== null) faults.push(`${ctx.method} ${ctx.url} (${described.operation.operationId}): ${fault}`);
    });
    await next();
  };
  return { check, faults };
}

/** An answer as it was before it was compressed. */
const unpacked = (bytes: Buffer, encoding: unknown): Buffer =>
  bytes.length === 0
    ? bytes
    : encoding === 'br'
      ? brotliDecompressSync(bytes)
      : encoding === 'gzip'
        ? gunzipSync(bytes)
        : bytes;

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

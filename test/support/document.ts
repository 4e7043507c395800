/** The API document in the form that the contract tests use. */
import mongoose from 'mongoose';
import { pino } from 'pino';
import { createApp } from '../../src/app.ts';
import type { ApiDocument } from '../../src/openapi.ts';
import { readConfig } from '../../src/startup/config.ts';

// A client that never connects.
const database = Object.assign(mongoose.createConnection(), {
  client: new mongoose.mongo.MongoClient('mongodb://127.0.0.1:1/none'),
});

/** Of an application with default settings, without a database and not listening. */
export const DOCUMENT: ApiDocument = createApp({
  config: readConfig({
    SECRET_KEY: 'k'.repeat(32),
    FIRST_SUPERUSER_PASSWORD: 'correct horse battery',
    LOAD_DEMO: 'false',
  }),
  database,
  log: pino({ level: 'silent' }),
}).document;

export type Json = Record<string, unknown>;

/** One operation of the document, with the server's prefix in its address. */
export interface Described {
  method: string;
  /** As in the document, `/users/{id}`. */
  path: string;
  /** From the root of the service: `/api/v1/users/{id}`. */
  address: string;
  operation: {
    operationId?: string;
    tags?: string[];
    summary?: string;
    'x-access'?: string;
    security?: unknown[];
    parameters?: Json[];
    requestBody?: {
      content: Record<string, { schema?: Json; example?: unknown; examples?: Record<string, { value: unknown }> }>;
    };
    responses: Record<string, Json>;
  };
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options', 'trace'];

const prefixOf = (servers: unknown): string => (servers as { url: string }[])[0]!.url.replace(/\/$/, '');

/** Every operation of a document. */
export function describedOperations(document: ApiDocument): Described[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => method in item).map((method) => ({
      method,
      path,
      address: prefixOf(item['servers'] ?? document['servers']) + path,
      operation: item[method] as Described['operation'],
    })),
  );
}

/** The target of a `$ref` in the document; undefined if it is dangling. */
export function resolved(document: ApiDocument, ref: string): unknown {
  const parts = ref
    .replace(/^#\//, '')
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return parts.reduce<unknown>((value, part) => (value as Json | undefined)?.[part], document);
}

/** The codes of an error answer: the names of its examples. Empty for a success. */
export function codesOf(document: ApiDocument, { $ref }: Json): string[] {
  const { content = {} } = (typeof $ref === 'string' ? resolved(document, $ref) : {}) as {
    content?: Record<string, { examples?: Json }>;
  };
  return Object.keys(content['application/problem+json']?.examples ?? {});
}

/** A parameter of a query. */
export interface QueryParameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  example?: unknown;
  schema: { type: string; enum?: string[]; minLength?: number; maxLength?: number };
}

/** The parameters of an operation's query. */
export const queryParameters = (document: ApiDocument, { operation }: Described): QueryParameter[] =>
  (operation.parameters ?? [])
    .map(
      ({ $ref, ...parameter }) => (typeof $ref === 'string' ? resolved(document, $ref) : parameter) as QueryParameter,
    )
    .filter((parameter) => parameter.in === 'query');

/** The headers that an operation requires, with the values of their examples. */
export const requiredHeaders = ({ operation }: Described): Record<string, string> =>
  Object.fromEntries(
    (operation.parameters ?? [])
      .filter((parameter) => parameter['in'] === 'header' && parameter['required'])
      .map(({ name, example }) => [String(name), String(example)]),
  );

/** Every `$ref` below a value. */
export function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : refsIn(inner),
  );
}

/** Every `pattern` of a JSON schema below a value. */
export function patternsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'pattern' && typeof inner === 'string' ? [inner] : patternsIn(inner),
  );
}

/**
 * A minimal JSON body of an operation: its own example, otherwise one built from the examples in its schema. Undefined
 * if it takes no body.
 */
export function exampleBody(document: ApiDocument, { operation }: Described): unknown {
  const media = operation.requestBody?.content['application/json'];
  if (!media) return undefined;
  return media.example ?? Object.values(media.examples ?? {})[0]?.value ?? exampleOf(document, media.schema ?? {});
}

/** A minimal value of a schema, built from the examples in it. */
export function exampleOf(document: ApiDocument, schema: Json): unknown {
  if (typeof schema['$ref'] === 'string') return exampleOf(document, resolved(document, schema['$ref']) as Json);
  if (schema['example'] !== undefined) return schema['example'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  const alternatives = (schema['anyOf'] ?? schema['oneOf']) as Json[] | undefined;
  if (alternatives) return exampleOf(document, alternatives[0]!);
  switch (schema['type']) {
    case 'object': {
      const properties = (schema['properties'] ?? {}) as Record<string, Json>;
      const needed =
        (schema['required'] as string[] | undefined) ??
        Object.keys(properties).slice(0, Number(schema['minProperties'] ?? 0));
      return Object.fromEntries(needed.map((name) => [name, exampleOf(document, properties[name]!)]));
    }
    case 'array':
      return [exampleOf(document, schema['items'] as Json)];
    case 'integer':
    case 'number':
      return 1;
    case 'boolean':
      return true;
    default:
      return 'an example text';
  }
}

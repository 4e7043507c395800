/** The machine-readable part of the API document, made from the operations. */
import { z, type ZodType } from 'zod';
import { catalogue, type ErrorCode } from '../errors.ts';
import { answersOf, isConditional } from './content-tags.ts';
import { errorsOf } from './guards.ts';
import type { AnyOperation, Content } from './operation.ts';

export type Json = Record<string, unknown>;

/** JSON schemas of OpenAPI 3.1, as zod generates them. */
interface Schemas {
  /** A schema by name; a schema with an id becomes a reference into `components`. */
  of: (name: string) => Json;
  /** Every schema that has an id. */
  components: Record<string, Json>;
}

/** The document's `paths`, and the schemas and error answers that they refer to. */
export interface DescribedOperations {
  paths: Record<string, Json>;
  schemas: Record<string, Json>;
  responses: Record<string, Json>;
}

/** The operations of one server. `url`: what their paths are relative to. */
export interface Served {
  url: string;
  operations: readonly AnyOperation[];
}

/**
 * @param first the server of the whole document. @param others servers that are named at each of their paths
 * @param more schemas to add
 */
export function described(
  first: Served,
  others: readonly Served[],
  more: Readonly<Record<string, ZodType>>,
): DescribedOperations {
  const all = [first, ...others].flatMap(({ operations }) => operations);
  const { of, components } = jsonSchemas({ ...Object.assign({}, ...all.map(schemasOf)), ...more });
  const paths: Record<string, Json> = {};
  const responses: Record<string, Json> = {};
  for (const served of [first, ...others]) {
    for (const operation of served.operations) {
      const path = (paths[operation.path.replaceAll(/:(\w+)/g, '{$1}')] ??=
        served === first ? {} : { servers: [{ url: served.url }] });
      const errors = problemsOf(errorsOf(operation));
      path[operation.method] = describedOperation(operation, errors, of);
      for (const { name, response } of errors) responses[name] ??= response;
    }
  }
  return { paths, schemas: components, responses };
}

function describedOperation(operation: AnyOperation, errors: readonly ErrorAnswer[], of: Schemas['of']): Json {
  const { id, tag, access, body, receives } = operation;
  const answers = answersOf(operation);
  const parameters = [
    ...pathParameters(operation, of),
    ...namedParameters('query', operation.query && of(`${id} query`)),
    ...namedParameters('header', operation.headers && of(`${id} headers`)),
    ...conditions(operation),
  ];
  const bodies = { ...(body && { 'application/json': body }), ...receives };
  return {
    operationId: id,
    tags: [tag],
    'x-access': access,
    ...(access === 'public' && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(Object.keys(bodies).length > 0 && {
      requestBody: { required: true, content: contentOf(bodies, `${id} body`, of) },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, { description, content, headers: named = {} }]) => [
          status,
          {
            description,
            ...(Object.keys(named).length > 0 && { headers: headersOf(named, `${id} ${status}`, of) }),
            ...(content && { content: contentOf(content, `${id} ${status}`, of) }),
          },
        ]),
      ),
      ...Object.fromEntries(errors.map(({ status, name }) => [status, { $ref: `#/components/responses/${name}` }])),
    },
  };
}

/** The error answers of one status. Operations with the same errors share them, by a name made of the codes. */
interface ErrorAnswer {
  status: number;
  name: string;
  response: Json;
}

function problemsOf(codes: readonly ErrorCode[]): ErrorAnswer[] {
  const rows = catalogue().filter(({ code }) => codes.includes(code));
  return [...new Set(rows.map(({ status }) => status))].map((status) => {
    const own = rows.filter((row) => row.status === status);
    const response = {
      description: own.map(({ code, title }) => `\`${code}\`: ${title}.`).join(' '),
      headers: { 'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' }, ...STATUS_HEADERS[status] },
      content: {
        'application/problem+json': {
          schema: { $ref: '#/components/schemas/Problem' },
          examples: Object.fromEntries(own.map(({ code }) => [code, { $ref: `#/components/examples/${code}` }])),
        },
      },
    };
    return { status, name: [status, ...own.map(({ code }) => code)].join('.'), response };
  });
}

const text = (description: string): Json => ({ description, schema: { type: 'string' } });
const RETRY_AFTER = { 'Retry-After': { description: 'Seconds', schema: { type: 'integer' } } };

/** Headers of error answers by status, in addition to the request id. */
const STATUS_HEADERS: Readonly<Record<number, Json>> = {
  401: { 'WWW-Authenticate': text('Always begins with Bearer') },
  429: RETRY_AFTER,
  503: RETRY_AFTER,
  507: RETRY_AFTER,
};

function contentOf(content: Readonly<Record<string, Content>>, name: string, of: Schemas['of']): Json {
  const schema = (type: string, what: Content): Json => {
    if (what === 'text') return { type: 'string' };
    return what === 'binary' ? { type: 'string', format: 'binary' } : of(`${name} ${type}`);
  };
  return Object.fromEntries(Object.entries(content).map(([type, what]) => [type, { schema: schema(type, what) }]));
}

const headersOf = (named: Readonly<Record<string, ZodType>>, name: string, of: Schemas['of']): Json =>
  Object.fromEntries(Object.keys(named).map((header) => [header, apart(of(`${name} ${header}`))]));

/** Separates the description and example of a parameter or header from the schema of its value. */
function apart({ description, example, ...schema }: Json): Json {
  return { ...(description !== undefined && { description }), schema, ...(example !== undefined && { example }) };
}

const ID: Json = { type: 'string', description: '24 hexadecimal digits' };
const ID_EXAMPLE = '665f1c2ab7e4d1a2c3b4d5e6';

function pathParameters({ id, path, params = {} }: AnyOperation, of: Schemas['of']): Json[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    ...apart(name in params ? of(`${id} path ${name}`) : { ...ID, example: ID_EXAMPLE }),
  }));
}

const SEPARATED_BY_COMMAS: Json = { style: 'form', explode: false };

/** The parameters of the query, or in headers. @param schema of all of them, as an object */
function namedParameters(place: 'query' | 'header', schema: Json | undefined): Json[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    ...(required.includes(name) && { required: true }),
    ...(property['type'] === 'array' && SEPARATED_BY_COMMAS),
    ...apart(property),
  }));
}

const conditions = (operation: AnyOperation): Json[] => [
  ...(operation.ifMatch ? [{ $ref: '#/components/parameters/IfMatch' }] : []),
  ...(isConditional(operation) ? [{ $ref: '#/components/parameters/IfNoneMatch' }] : []),
  ...(operation.creates ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
];

/** Every schema of an operation, by the name under which its JSON schema is looked up. */
function schemasOf(operation: AnyOperation): Record<string, ZodType> {
  const { id, params = {}, query, headers, body, receives = {} } = operation;
  const answers = answersOf(operation);
  const found: [name: string, schema: Content | undefined][] = [
    ...Object.entries(params).map(([name, schema]) => [`${id} path ${name}`, schema] as const),
    [`${id} query`, query],
    [`${id} headers`, headers],
    [`${id} body application/json`, body],
    ...Object.entries(receives).map(([type, schema]) => [`${id} body ${type}`, schema] as const),
    ...Object.entries(answers).flatMap(([status, { content = {}, headers: named = {} }]) =>
      Object.entries({ ...content, ...named }).map(([key, schema]) => [`${id} ${status} ${key}`, schema] as const),
    ),
  ].map(([name, schema]) => [name as string, schema as Content | undefined]);
  return Object.fromEntries(
    found.filter((entry): entry is [string, ZodType] => entry[1] !== undefined && typeof entry[1] !== 'string'),
  );
}

/** All in one call, so that a schema used by several becomes one component. */
function jsonSchemas(schemas: Record<string, ZodType>): Schemas {
  const made = JSON.parse(
    JSON.stringify(
      z.toJSONSchema(z.object(schemas), { io: 'input', override: ({ jsonSchema }) => adapt(jsonSchema) }),
    ).replaceAll('"#/$defs/', '"#/components/schemas/'),
    (_, value: unknown) => withRule(value),
  ) as { properties: Record<string, Json>; $defs?: Record<string, Json> };
  const components = Object.entries(made.$defs ?? {}).map(([name, { id: _id, ...schema }]) => [name, schema]);
  return {
    of: (name) => made.properties[name] ?? {},
    components: Object.fromEntries(components) as Record<string, Json>,
  };
}

/**
 * Appends to a description the `rule` of a schema, which it keeps in its metadata: a condition that JSON schema has no
 * word for. So fields with descriptions of their own do not hide the rules of their type.
 */
function withRule(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null || !('rule' in schema)) return schema;
  const { rule, description, ...rest } = schema as Json;
  if (typeof rule !== 'string') return schema;
  return { ...rest, description: typeof description === 'string' ? `${description}. ${rule}` : rule };
}

/**
 * Corrects what zod generates: sets defaults (see `withDefault`), and drops patterns that only repeat a format and
 * bounds of integers that only say that they are exact in JavaScript. Objects are closed with `unevaluatedProperties`:
 * with `additionalProperties: false`, openapi-generator 7.16 takes every "or null" for "never null".
 */
function adapt(schema: z.core.JSONSchema.BaseSchema & { usual?: unknown }): void {
  if (schema.format === 'date' || schema.format === 'date-time') delete schema.pattern;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.additionalProperties === false) {
    delete schema.additionalProperties;
    schema['unevaluatedProperties'] = false;
  }
  if (schema.usual === undefined) return;
  schema.default = schema.usual;
  delete schema.usual;
}

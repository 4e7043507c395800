/** The API document: paths from the comments above the handlers, schemas from zod, problems from the catalogue. */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import swaggerJsdoc from 'swagger-jsdoc';
import { z } from 'zod';
import { catalogue } from './errors.ts';
import { MAX_CURSOR_LENGTH } from './http/paging.ts';

type Json = Record<string, unknown>;

/** An OpenAPI 3.1 document, as far as this program looks into it. */
export interface ApiDocument extends Json {
  paths: Record<string, Json>;
  components: {
    schemas: Record<string, Json>;
    responses: Record<string, Json>;
    parameters: Record<string, Json>;
    headers: Record<string, Json>;
  };
}

/** Files whose comments describe operations, wherever they lie below the folder of this one. */
const DESCRIBES_OPERATIONS = /(^|[\\/])((.+-)?routes|health|docs-pages|front-page)\.(ts|js)$/;

/** Of this service. */
export const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

/**
 * Makes the document. The features must have been imported: their schemas register themselves.
 * @throws Error when a comment is not valid YAML, or no operation is described at all
 */
export function apiDocument(): ApiDocument {
  return (made ??= makeDocument());
}

/** Made once: the comments of all sources are read for it. */
let made: ApiDocument | null = null;

function makeDocument(): ApiDocument {
  const document = swaggerJsdoc({
    definition: definition(),
    apis: describingFiles(),
    failOnErrors: true,
  }) as ApiDocument;
  if (Object.keys(document.paths ?? {}).length === 0)
    throw new Error('No operation is described: has the build dropped the comments?');
  return document;
}

function describingFiles(): string[] {
  const extension = extname(import.meta.filename);
  return readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((file) => DESCRIBES_OPERATIONS.test(file) && extname(file) === extension)
    .map((file) => join(import.meta.dirname, file))
    .toSorted();
}

const definition = () => ({
  openapi: '3.1.0',
  info: {
    title: 'Leadwire',
    version,
    summary: 'ECG recordings as typed arrays, and how often each channel crosses zero',
    description:
      'Clinicians upload recordings and see exactly those; admins provision users. Errors are RFC 9457 problem details. `x-access` says who may use an operation: ' +
      '`public`, `user` (anyone who has logged in), `admin` or `clinician`.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/api/v1' }],
  security: [{ bearer: [] }],
  tags: [
    { name: 'auth', description: 'Logging in and out' },
    { name: 'users', description: 'Provisioning, by admins' },
    { name: 'patients', description: 'The people of the directory, with what is known of them' },
    { name: 'studies', description: 'Examinations of patients; recordings are attached to them' },
    { name: 'encounters', description: 'Visits of patients' },
    { name: 'conditions', description: 'What was found in patients' },
    { name: 'ecgs', description: 'Recordings, each seen by the clinician alone who uploaded it' },
    {
      name: 'attendances',
      description: 'Visits to clients, whether they were in time, and the indicators made of them',
    },
    { name: 'imports', description: 'CSV files, imported in the background' },
    { name: 'service', description: 'For those who run it' },
  ],
  components: {
    securitySchemes: {
      bearer: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: 'The accessToken of POST /auth/login',
      },
    },
    schemas: schemas(),
    responses: problemResponses(),
    parameters: PARAMETERS,
    headers: HEADERS,
  },
});

/** Everything in zod's registry that has an id. */
function schemas(): Record<string, Json> {
  const generated = z.toJSONSchema(z.globalRegistry, { io: 'input', uri: (id) => `#/components/schemas/${id}` }) as {
    schemas: Record<string, Json>;
  };
  return Object.fromEntries(
    Object.entries(generated.schemas)
      .filter(([name]) => !name.startsWith('__'))
      .map(([name, { $id: _id, $schema: _dialect, ...schema }]) => [name, schema]),
  );
}

function problemResponses(): Record<string, Json> {
  const responses: Record<string, Json> = {};
  for (const status of new Set(catalogue().map((row) => row.status))) {
    const rows = catalogue().filter((row) => row.status === status);
    const headers = { 'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' }, ...STATUS_HEADERS[status] };
    const examples = Object.fromEntries(
      rows.map(({ code, title }) => [
        code,
        { value: { type: `urn:leadwire:problem:${code}`, title, status, detail: '…', code, requestId: '…' } },
      ]),
    );
    responses[`Problem${status}`] = {
      description: rows.map(({ code, title }) => `\`${code}\`: ${title}.`).join(' '),
      headers,
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' }, examples } },
    };
  }
  return responses;
}

const text = (description: string): Json => ({ description, schema: { type: 'string' } });

const STATUS_HEADERS: Readonly<Record<number, Json>> = {
  401: { 'WWW-Authenticate': text('Always begins with Bearer') },
  405: { Allow: text('The methods of the resource') },
  429: { 'Retry-After': { description: 'Seconds', schema: { type: 'integer' } } },
  503: { 'Retry-After': { description: 'Seconds', schema: { type: 'integer' } } },
  507: { 'Retry-After': { description: 'Seconds', schema: { type: 'integer' } } },
};

const HEADERS: Record<string, Json> = {
  'X-Request-Id': text('The id of the request: that of the client where it sent a sane one'),
  ETag: text('The version of the document, for If-Match'),
  Location: text('Where the new resource is, or the page'),
};

const PARAMETERS: Record<string, Json> = {
  Id: { name: 'id', in: 'path', required: true, schema: { type: 'string' }, example: '665f1c2ab7e4d1a2c3b4d5e6' },
  Limit: {
    name: 'limit',
    in: 'query',
    description: 'Items on a page, 200 at most unless configured otherwise',
    schema: { type: 'integer', minimum: 1, default: 50 },
  },
  Cursor: {
    name: 'cursor',
    in: 'query',
    description: '`nextCursor` of the page before',
    schema: { type: 'string', minLength: 1, maxLength: MAX_CURSOR_LENGTH },
  },
  Total: {
    name: 'total',
    in: 'query',
    description: 'Whether to count all items, up to 10,000',
    schema: { type: 'boolean', default: false },
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    description: 'The ETag of the version that is to be changed; without it the change is unconditional',
    schema: { type: 'string' },
    example: '"3"',
  },
};

/**
 * The API document. It is built from the operations and the problems of the catalogue; swagger-jsdoc adds the prose
 * from the comments above their handlers (summary, description, example).
 */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import swaggerJsdoc from 'swagger-jsdoc';
import { catalogue } from './errors.ts';
import { described, type Json, type Served } from './http/described.ts';
import { ProblemDetails } from './http/problem.ts';

/** An OpenAPI 3.1 document, as far as this program reads it. */
export interface ApiDocument extends Json {
  paths: Record<string, Json>;
  components: {
    schemas: Record<string, Json>;
    responses: Record<string, Json>;
    examples: Record<string, Json>;
    parameters: Record<string, Json>;
    headers: Record<string, Json>;
  };
}

/** Files whose comments hold the prose of operations, at any depth below this file's folder. */
const HOLDS_PROSE = /(^|[\\/])((.+-)?routes|health|docs-pages|front-page)\.(ts|js)$/;

/** The version of this service. */
export const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

/**
 * Builds the document. @param api the operations of the API. @param site the operations outside the API
 * @throws Error when a comment is not valid YAML, or when there is no prose at all
 */
export function apiDocument(api: Served, site: Served): ApiDocument {
  const { paths, ...components } = described(api, [site], { Problem: ProblemDetails });
  const definition = { ...ABOUT, servers: [{ url: api.url }], paths, components: { ...COMPONENTS, ...components } };
  const document = swaggerJsdoc({ definition, apis: filesWithProse(), failOnErrors: true }) as ApiDocument;
  const items = Object.values(document.paths).flatMap((path) => Object.values(path)) as { summary?: string }[];
  if (!items.some(({ summary }) => summary !== undefined)) {
    throw new Error('No operation is described: did the build remove the comments?');
  }
  return document;
}

function filesWithProse(): string[] {
  const extension = extname(import.meta.filename);
  return readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((file) => HOLDS_PROSE.test(file) && extname(file) === extension)
    .map((file) => join(import.meta.dirname, file))
    .toSorted();
}

const ABOUT = {
  openapi: '3.1.0',
  info: {
    title: 'Leadwire',
    version,
    summary: 'ECG recordings as typed arrays, and the zero crossings of each channel',
    description:
      'Clinicians upload recordings and see only their own; admins manage users. ' +
      'Errors are RFC 9457 problem details. ' +
      '`x-access` says who may use an operation: `public`, `user` (anyone who has logged in), `admin` or `clinician`.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  security: [{ bearer: [] }, { session: [] }],
  tags: [
    { name: 'auth', description: 'Logging in and out' },
    { name: 'users', description: 'Management of users, by admins' },
    { name: 'patients', description: 'The patients of the directory' },
    { name: 'studies', description: 'Examinations of patients; recordings are attached to them' },
    { name: 'encounters', description: 'Visits of patients' },
    { name: 'conditions', description: 'Diagnoses of patients' },
    { name: 'ecgs', description: 'Recordings, each visible only to the clinician who uploaded it' },
    { name: 'uploads', description: 'Files that are uploaded in parts and continued after an interruption (tus 1.0)' },
    { name: 'attendances', description: 'Visits to clients, whether they were on time, and their indicators' },
    { name: 'imports', description: 'CSV files, imported in the background' },
    { name: 'service', description: 'For operators' },
  ],
};

const COMPONENTS = {
  securitySchemes: {
    bearer: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'The accessToken of POST /auth/login',
    },
    session: {
      type: 'apiKey',
      in: 'cookie',
      name: 'leadwire-access',
      description:
        'Set by POST /auth/session, and then sent by the browser itself. Requests that change something must come ' +
        'from a page of this service or of CORS_ORIGINS',
    },
  },
  examples: problemExamples(),
  parameters: {
    IfMatch: {
      name: 'If-Match',
      in: 'header',
      description: 'The ETag of the version to change; without it the change is unconditional',
      schema: { type: 'string' },
      example: '"3"',
    },
    IfNoneMatch: {
      name: 'If-None-Match',
      in: 'header',
      description: 'The ETag of the answer that the client has; if it has not changed, it is not sent again',
      schema: { type: 'string' },
      example: '"3-json"',
    },
    IdempotencyKey: {
      name: 'Idempotency-Key',
      in: 'header',
      description:
        'Any key that you use for this one request, such as a random UUID. For 24 hours, the same request with the ' +
        'same key creates nothing and gets the first answer again. Errors are not kept: the request may be ' +
        'corrected and sent again with the same key. An answer that contains a secret is not kept either; its ' +
        'repeat is a 409. Of a form, the boundary may differ',
      schema: { type: 'string', minLength: 1 },
      example: '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
    },
  },
  headers: {
    'X-Request-Id': {
      description: "The id of the request: the client's own if it sent a valid one",
      schema: { type: 'string' },
    },
  },
};

/** One example for each code of the catalogue. */
function problemExamples(): Record<string, Json> {
  return Object.fromEntries(
    catalogue().map(({ code, status, title }) => [
      code,
      { value: { type: `urn:leadwire:problem:${code}`, title, status, detail: '…', code, requestId: '…' } },
    ]),
  );
}

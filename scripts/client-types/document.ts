/** The API document from which the types of the web application's client are made. */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { ApiDocument } from '../../src/openapi.ts';

export const SCHEMA_FILE = fileURLToPath(new URL('../../web/api/schema.ts', import.meta.url));

/** As JSON, without the service's version. */
const documentText = (document: ApiDocument): string => JSON.stringify({ ...document, info: {} });

/** What identifies a document in the first line of `SCHEMA_FILE`. */
export const digestOf = (document: ApiDocument): string =>
  createHash('sha256').update(documentText(document)).digest('hex').slice(0, 32);

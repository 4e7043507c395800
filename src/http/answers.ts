/** Success answers that most operations share. */
import { z, type ZodType } from 'zod';
import type { Answer } from './operation.ts';

/** Headers, as operations declare them. */
export const ETAG = { ETag: z.string().meta({ description: 'The version of the resource, for If-Match' }) };
export const LOCATION = { Location: z.string().meta({ description: 'The address of the resource' }) };
export const SET_COOKIE = {
  'Set-Cookie': z.string().meta({ description: 'Two cookies: `leadwire-access` and `leadwire-refresh`' }),
};

type Answers = Readonly<Record<number, Answer>>;

/** One JSON document. @param schema of its body */
export const json = (schema: ZodType, description: string, headers: Answer['headers'] = {}): Answer => ({
  description,
  content: { 'application/json': schema },
  headers,
});

/** One page of a list, or the whole list as CSV (`list-csv.ts`). */
export const pageOrCsv = (schema: ZodType): Answers =>
  jsonOrCsv(schema, 'One page. With Accept text/csv the whole list: `limit`, `cursor` and `total` have no effect');
/** A document with its version. */
export const versioned = (schema: ZodType, description: string): Answers => ({ 200: json(schema, description, ETAG) });
/** A new document, with its address and version. */
export const created = (schema: ZodType): Answers => ({ 201: json(schema, 'Created', { ...LOCATION, ...ETAG }) });
/** Success without a body. */
export const noContent = (description: string): Answers => ({ 204: { description } });

/** The same content as JSON or CSV, depending on the Accept header. */
export const jsonOrCsv = (schema: ZodType, description: string): Answers => ({
  200: { description, content: { 'application/json': schema, 'text/csv': 'text' } },
});

/** The successes that most operations share. */
import { z, type ZodType } from 'zod';
import type { Answer } from './operation.ts';

/** Headers, as an operation declares them. */
export const ETAG = { ETag: z.string().meta({ description: 'The version of the resource, for If-Match' }) };
export const LOCATION = { Location: z.string().meta({ description: 'The address of the new resource' }) };

type Answers = Readonly<Record<number, Answer>>;

/** One JSON document. @param schema of its body */
export const json = (schema: ZodType, description: string, headers: Answer['headers'] = {}): Answer => ({
  description,
  content: { 'application/json': schema },
  headers,
});

/** A page of a list. */
export const onePage = (schema: ZodType): Answers => ({ 200: json(schema, 'One page') });
/** A document with its version. */
export const versioned = (schema: ZodType, description: string): Answers => ({ 200: json(schema, description, ETAG) });
/** A new document, with its address and version. */
export const created = (schema: ZodType): Answers => ({ 201: json(schema, 'Created', { ...LOCATION, ...ETAG }) });
/** Done, and nothing to say about it. */
export const noContent = (description: string): Answers => ({ 204: { description } });

/** The same as JSON or as CSV, whichever is accepted. */
export const jsonOrCsv = (schema: ZodType, description: string): Answers => ({
  200: { description, content: { 'application/json': schema, 'text/csv': 'text' } },
});

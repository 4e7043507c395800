/** The columns of a list as CSV, made from the schema of its items, so that both always have the same fields. */
import { z, type ZodType } from 'zod';
import type { Cell } from './csv.ts';

/** A column: its heading, and the cell of an item. */
export interface Column {
  heading: string;
  cellOf: (item: unknown) => Cell;
}

/** How fields are written that a cell cannot hold as they are, by name. */
export type Written = Readonly<Record<string, (value: never) => Cell>>;

/**
 * One column for each field, in the order of the schema. The fields of an object are columns of their own, such as
 * `address.city`. Lists of words are separated by semicolons; other lists are written as JSON.
 * @param schema an object @param written for fields of the object that are written otherwise
 */
export function columnsOf(schema: ZodType, written: Written = {}): Column[] {
  const inner = bare(schema);
  if (!(inner instanceof z.ZodObject)) throw new Error('only objects have columns');
  return Object.entries(inner.shape as Record<string, ZodType>).flatMap(([name, field]) => {
    const valueOf = (item: unknown): unknown => (item as Record<string, unknown> | null | undefined)?.[name];
    const write = written[name];
    if (write) return [{ heading: name, cellOf: (item) => write(valueOf(item) as never) }];
    if (!(bare(field) instanceof z.ZodObject)) return [{ heading: name, cellOf: (item) => asCell(valueOf(item)) }];
    return columnsOf(field).map(({ heading, cellOf }) => ({
      heading: `${name}.${heading}`,
      cellOf: (item) => cellOf(valueOf(item)),
    }));
  });
}

/** The schema of the value itself, if it may also be missing. */
const bare = (schema: ZodType): ZodType =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault
    ? bare(schema.unwrap() as ZodType)
    : schema;

function asCell(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join('; ');
  return JSON.stringify(value);
}

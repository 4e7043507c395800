/**
 * Schemas of query parameters. A query contains only text: each schema parses one value, and its metadata describe the
 * value in the API document.
 */
import { z } from 'zod';
import { LENGTH_FIRST } from '../text/wording.ts';

/** A whole number. */
export const wholeNumber = (low: number, high: number) => {
  const message = `must be a whole number from ${low} to ${high.toLocaleString('en-US')}`;
  return z
    .string()
    .regex(/^\d{1,6}$/, message)
    .transform(Number)
    .pipe(z.number().min(low, message).max(high, message))
    .meta({ type: 'integer', minimum: low, maximum: high, pattern: undefined });
};

/** The value of a parameter that is omitted. */
export const withDefault = <Schema extends z.ZodType>(schema: Schema, value: z.util.NoUndefined<z.output<Schema>>) =>
  // zod omits the default of a transformed value: `usual` becomes the default in the API document.
  schema.default(value).meta({ usual: value });

/** `true` or `false`; omitted: both. */
export const eitherFlag = () =>
  z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .meta({ type: 'boolean', enum: undefined })
    .optional();

/** `true` or `false`. @param usual the value if it is omitted */
export const flag = (usual = false) =>
  z
    .enum(['true', 'false'])
    .optional()
    .transform((text) => (text === undefined ? usual : text === 'true'))
    .meta({ type: 'boolean', enum: undefined, usual });

/**
 * One of a few numbers. In the API document they are words if one of them is not whole, since generators of clients
 * make enumerations of words and of whole numbers only.
 * @param usual the value if it is omitted
 */
export const oneOfNumbers = (values: readonly number[], usual: number) => {
  const number = z.enum(values.map(String)).transform(Number);
  return values.every(Number.isInteger)
    ? withDefault(number.meta({ type: 'integer', enum: values }), usual)
    : withDefault(number, usual).meta({ usual: String(usual) });
};

/** Characters of a list of words. */
const MAX_LIST = 100;

/** One or more of a few words, separated by commas, each once. In the API document it is an array. */
export const someOf = <Word extends string>(words: readonly Word[]) => {
  const known: ReadonlySet<string> = new Set(words);
  const isWord = (text: string): text is Word => known.has(text);
  return z
    .string()
    .max(MAX_LIST, LENGTH_FIRST)
    .refine((list) => list.split(',').every(isWord), `must be one or more of ${words.join(', ')}, separated by commas`)
    .transform((list) => [...new Set(list.split(','))].filter(isWord))
    .meta({ type: 'array', items: { type: 'string', enum: words }, minItems: 1, maxLength: undefined });
};

/** A number as JSON, JavaScript and Python write it; one that overflows a double is refused. */
export const signedNumber = () =>
  z
    .string()
    .regex(/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/, 'must be a number as JSON writes it, such as 2, 0.5 or 1e-7')
    .transform(Number)
    .pipe(z.number('must be smaller than 1.8e308'))
    .meta({ type: 'number', pattern: undefined });

/** The same, but not below 0. */
export const number = () =>
  signedNumber()
    .pipe(z.number().min(0, 'must not be negative'))
    .meta({ type: 'number', minimum: 0, pattern: undefined });

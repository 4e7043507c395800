/**
 * Values of query parameters. A query holds texts only: each of these reads one, and its metadata tell the API document
 * what it stands for.
 */
import { z } from 'zod';

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

/** The value of a parameter that is left out. */
export const withDefault = <Schema extends z.ZodType>(schema: Schema, value: z.util.NoUndefined<z.output<Schema>>) =>
  // Of what is transformed zod tells no default: `usual` becomes it in the API document.
  schema.default(value).meta({ usual: value });

/** `true` or `false`, or left out: both. */
export const eitherFlag = () =>
  z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .meta({ type: 'boolean', enum: undefined })
    .optional();

/** `true` or `false`; false where it is left out. */
export const flag = () =>
  z
    .enum(['true', 'false'])
    .optional()
    .transform((text) => text === 'true')
    .meta({ type: 'boolean', enum: undefined, usual: false });

/** One of a few numbers. @param usual where it is left out */
export const oneOfNumbers = (values: readonly number[], usual: number) =>
  withDefault(z.enum(values.map(String)).transform(Number).meta({ type: 'number', enum: values }), usual);

/** Written as in JSON, which is also what JavaScript and Python print; what overflows a double is refused. */
export const signedNumber = () =>
  z
    .string()
    .regex(/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/, 'must be a number as JSON writes it, such as 2, 0.5 or 1e-7')
    .transform(Number)
    .pipe(z.number('must be smaller than 1.8e308'))
    .meta({ type: 'number', pattern: undefined });

/** The same, from 0 on. */
export const number = () =>
  signedNumber()
    .pipe(z.number().min(0, 'must not be negative'))
    .meta({ type: 'number', minimum: 0, pattern: undefined });

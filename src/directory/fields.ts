/** The kinds of fields that the directory's schemas are made of: texts, dates, amounts, each with its bounds. */
import { z } from 'zod';
import { ID } from '../database/ids.ts';
import { PLAIN_TEXT } from '../text/plain-text.ts';

/** Characters of a name, a place, a code. */
export const MAX_TEXT = 200;
/** Characters of a description. */
export const MAX_DESCRIPTION = 2_000;
/** Of any amount of money. */
const MAX_AMOUNT = 1e12;

/** One line, NFC, of nothing that cannot be seen. */
export const text = (max = MAX_TEXT) =>
  z
    .string()
    .trim()
    .normalize('NFC')
    .min(1)
    .max(max)
    .regex(PLAIN_TEXT, 'holds control characters, or others that cannot be seen');

/** Several lines are allowed. */
export const longText = () =>
  z
    .string()
    .trim()
    .normalize('NFC')
    .min(1)
    .max(MAX_DESCRIPTION)
    .regex(/^(?:[^\p{Cc}\p{Cs}]|[\t\n\r])*$/u, 'holds control characters')
    .regex(/^$|[^\p{C}\p{Z}]/u, 'holds nothing that can be seen');

/** A field that may be left out, or null: there is none. */
export const maybe = <Schema extends z.ZodType>(schema: Schema) => schema.nullable().optional();

/** A day of the calendar that exists. */
export const day = () => z.iso.date().meta({ format: 'date', example: '1944-04-23' });

/** An instant; without a zone it is read in the clinic's. */
export const moment = () =>
  z
    .union([z.iso.datetime({ offset: true, local: true }), z.iso.date()], {
      error: ({ input }) => (typeof input === 'string' ? 'is no ISO 8601 date or date-time that exists' : undefined),
    })
    .meta({ example: '2026-01-15T09:30:00Z' });

export const amount = () => z.number().min(0).max(MAX_AMOUNT);

export const email = () =>
  text(254)
    .toLowerCase()
    .regex(/^[^\s@]+@[^\s@]+$/u, 'is not an e-mail address');

export const phone = () =>
  text(40).regex(/^\+?[\d\s()./-]*\d[\d\s()./-]*(?:(?:ext\.?|x)\s*\d{1,8})?$/i, 'is not a telephone number');

/** The id of a document of ours; whether it exists is asked later. */
export const reference = () =>
  z.string().regex(ID, 'is not an id of this directory').meta({ example: '665f1c2ab7e4d1a2c3b4d5e6' });

/** What every document tells about its changes, as it is sent. */
export const attribution = {
  createdAt: z.string().meta({ format: 'date-time' }),
  createdBy: z.string().meta({ description: 'Id of the user' }),
  updatedAt: z.string().meta({ format: 'date-time' }),
  updatedBy: z.string().meta({ description: 'Id of the user' }),
  version: z.int().meta({
    description:
      'Counts the changes. The ETag is made of it: send it as If-Match, and a change is refused with 412 where somebody else was faster',
  }),
};

/** A list of these items by pages. */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({
    items: z.array(item),
    nextCursor: z.string().nullable(),
    total: z.int().optional(),
    totalIsLowerBound: z.boolean().optional(),
  });

/** The field types of the directory's schemas: long texts, dates and amounts, each with its limits. */
import { z } from 'zod';
import { isoFault } from '../calendar/moment.ts';
import { ID } from '../database/ids.ts';
import { text } from '../text/plain-text.ts';
import { LENGTH_FIRST } from '../text/wording.ts';

/** Characters of a description. */
export const MAX_DESCRIPTION = 2_000;
/** Of any amount of money. */
const MAX_AMOUNT = 1e12;

/** May have several lines. @param max characters */
export const longText = (max = MAX_DESCRIPTION) =>
  z
    .string()
    .trim()
    .normalize('NFC')
    .min(1)
    .max(max, LENGTH_FIRST)
    .refine((value) => /^(?:[^\p{Cc}\p{Cs}]|[\t\n\r])*$/u.test(value), 'must not contain control characters')
    .refine((value) => /^$|[^\p{C}\p{Z}]/u.test(value), 'must contain a visible character')
    .meta({ rule: 'With a visible character, and without control characters other than tabs and line breaks' });

/** An optional field; null means no value. */
export const maybe = <Schema extends z.ZodType>(schema: Schema) => schema.nullable().optional();

/** An existing day of the calendar. */
export const day = () => z.iso.date().meta({ format: 'date', minLength: 1, example: '1944-04-23' });

/** The text of an instant (`calendar/moment.ts`); without a zone it is read in the clinic's time zone. */
export const moment = () =>
  z
    .string()
    .superRefine((written, context) => {
      const message = isoFault(written);
      if (message !== null) context.addIssue({ code: 'custom', message });
    })
    .meta({
      rule:
        "ISO 8601 date or date and time. Without a zone, the clinic's time zone is used; a time that clocks skip or " +
        'repeat there needs an offset',
      example: '2026-01-15T09:30:00Z',
      minLength: '2026-01-15'.length,
    });

/** A number. Minus zero is zero, as in all answers: otherwise it would be a change of it. */
export const plainNumber = () => z.number().overwrite((value) => (value === 0 ? 0 : value));

export const amount = () => plainNumber().min(0).max(MAX_AMOUNT);

export const email = () =>
  text(254)
    .toLowerCase()
    .regex(/^[^\s@]+@[^\s@]+$/u, 'is not an e-mail address');

export const phone = () =>
  text(40).regex(/^\+?[\s()./-]*\d[\d\s()./-]*(?:(?:[eE][xX][tT]\.?|[xX])\s*\d{1,8})?$/, 'is not a telephone number');

/** The id of a directory document; whether it exists is checked later. */
export const reference = () =>
  z
    .string()
    .regex(ID, 'is not an id of this directory')
    .meta({ minLength: 24, maxLength: 24, example: '665f1c2ab7e4d1a2c3b4d5e6' });

/** What every document shows about its changes. */
export const attribution = {
  createdAt: z.string().meta({ format: 'date-time' }),
  createdBy: z.string().meta({ description: 'Id of the user' }),
  updatedAt: z.string().meta({ format: 'date-time' }),
  updatedBy: z.string().meta({ description: 'Id of the user' }),
  version: z.int().meta({
    description:
      'Number of the version, increased by each change; also the ETag. A change with an outdated If-Match is ' +
      'refused with 412',
  }),
};

/**
 * Input and output of `/attendances`, `/clients`, `/technicians` and `/bases`. These schemas validate requests and are
 * components of the API document.
 */
import { z } from 'zod';
import type { Limits } from '../startup/config.ts';
import { FIRST_YEAR, LAST_YEAR } from '../calendar/moment.ts';
import { listOf, pageQuery } from '../http/paging.ts';
import { searchText } from '../http/search-text.ts';
import { MAX_NAME_LENGTH, textFault, tidyName } from './names.ts';

/** Characters of another system's id. */
export const MAX_EXTERNAL_ID_LENGTH = 200;
/** Longer than any form of a date or time. */
export const MAX_MOMENT_LENGTH = 40;

/** A text that is tidied, then checked with `textFault`. */
const tidied = (tidy: (text: string) => string, maxLength: number) =>
  z
    .string()
    .transform(tidy)
    .superRefine((text, context) => {
      const message = textFault(text, maxLength);
      if (message !== null) context.addIssue({ code: 'custom', message });
    })
    .meta({ rule: 'Without control or invisible characters', minLength: 1, maxLength });

const externalId = tidied((text) => text.trim(), MAX_EXTERNAL_ID_LENGTH).meta({
  description: 'The id in the ordering system; unique. Surrounding white space is ignored',
  example: 'A-1001',
});
const name = tidied(tidyName, MAX_NAME_LENGTH);
const moment = z
  .string()
  .max(MAX_MOMENT_LENGTH)
  .meta({
    rule:
      `ISO 8601 date or date and time, from ${FIRST_YEAR} to ${LAST_YEAR}. Without a zone, the clinic's time zone is ` +
      'used; a time that clocks skip or repeat there needs an offset',
  });
const time = z.string().meta({ format: 'date-time' });

/** A client, technician or base in a request. */
const reference = (example: string) =>
  z
    .strictObject({ id: z.string().optional(), name: name.optional() })
    .refine((given) => (given.id === undefined) !== (given.name === undefined), 'must have either an id or a name')
    .meta({
      description:
        'By `id`, or by `name`: found regardless of case and surrounding white space, and created if it is new',
      example: { name: example },
      minProperties: 1,
      maxProperties: 1,
    });

const deadline = moment.meta({
  description: "A date means the end of that day in the clinic's time zone",
  example: '2026-01-15',
});
const attendedAt = moment.nullable().meta({
  description:
    'Null while open. With a date only, the time is unknown: the attendance is on time on the day of ' +
    'the deadline, regardless of the time of the deadline',
  example: '2026-01-15T09:30:00Z',
});

const fields = {
  externalId,
  client: reference('Mercado Central'),
  technician: reference('Technician 1'),
  base: reference('CE - JUAZEIRO DO NORTE'),
  deadline,
};

/** The body of POST and of PUT. */
export const NewAttendance = z
  .strictObject({ ...fields, attendedAt: attendedAt.default(null) })
  .meta({ id: 'NewAttendance' });
export type NewAttendance = z.infer<typeof NewAttendance>;

export const AttendancePatch = z
  .strictObject({ ...fields, attendedAt })
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, 'must have at least one field to change')
  .meta({ id: 'AttendancePatch', minProperties: 1, example: { attendedAt: '2026-01-15T09:30:00Z' } });
export type AttendancePatch = z.infer<typeof AttendancePatch>;

const Referred = z.strictObject({ id: z.string(), name: z.string() }).meta({ id: 'Referred' });

export const Attendance = z
  .strictObject({
    id: z.string().meta({ example: '665f1c2ab7e4d1a2c3b4d5e6' }),
    externalId: z.string(),
    client: Referred,
    technician: Referred,
    base: Referred,
    deadline: z
      .string()
      .meta({ description: 'A date if it was given as one, otherwise an instant', example: '2026-01-15' }),
    deadlineAt: time.meta({ description: 'The latest instant that is on time' }),
    attendedAt: z
      .string()
      .nullable()
      .meta({ description: 'A date if it was given as one, otherwise an instant; null while open' }),
    onTime: z.boolean().nullable().meta({ description: 'False if attended after the deadline; null while open' }),
    createdAt: time,
    createdBy: z.string().meta({ description: 'Id of the user' }),
    updatedAt: time,
    updatedBy: z.string().meta({ description: 'Id of the user' }),
    version: z.int().meta({ description: 'Number of the version, increased by each change; also the ETag' }),
  })
  .meta({ id: 'Attendance' });
export type Attendance = z.infer<typeof Attendance>;

export const WrittenAttendance = Attendance.extend({
  created: z
    .array(z.enum(['client', 'technician', 'base']))
    .meta({ description: 'Which of them were created', example: ['client'] }),
}).meta({ id: 'WrittenAttendance' });
export type WrittenAttendance = z.infer<typeof WrittenAttendance>;

export const AttendanceList = listOf(Attendance).meta({ id: 'AttendanceList' });
export type AttendanceList = z.infer<typeof AttendanceList>;

export const Named = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    attendances: z.int().meta({ description: 'Number of attendances that refer to it' }),
    createdAt: time,
    createdBy: z.string().meta({ description: 'Id of the user' }),
  })
  .meta({ id: 'Named', description: 'A client, technician or base' });
export type Named = z.infer<typeof Named>;

export const NamedList = listOf(Named).meta({ id: 'NamedList' });
export type NamedList = z.infer<typeof NamedList>;

/** The orders of lists; a leading `-` reverses them. */
export const SORTS = ['deadline', '-deadline', 'attendedAt', '-attendedAt', 'externalId', '-externalId'] as const;
export type Sort = (typeof SORTS)[number];

/** A client, technician or base in a query: an id, or a name. */
const wanted = () =>
  z
    .string()
    .transform(tidyName)
    .pipe(z.string().min(1).max(MAX_NAME_LENGTH))
    .meta({ description: 'Its id or its name', minLength: 1, maxLength: MAX_NAME_LENGTH })
    .optional();
const day = (description: string, example: string) =>
  z.iso.date().meta({ description, example, format: 'date', minLength: 1 });

/** The query of `GET /attendances`. */
export const attendanceListQuery = (limits: Limits) =>
  z
    .strictObject({
      ...pageQuery(limits),
      sort: z.enum(SORTS).default('-deadline').meta({
        description: 'A minus sign (`-`) means descending. Sorted by attendedAt, open attendances come first',
      }),
      client: wanted(),
      technician: wanted(),
      base: wanted(),
      deadlineFrom: day("Deadline on or after this day, in the clinic's time zone", '2026-01-01').optional(),
      deadlineTo: day("Deadline on or before this day, in the clinic's time zone", '2026-12-31').optional(),
      state: z
        .enum(['onTime', 'late', 'open'])
        .optional()
        .meta({ description: 'late: attended after the deadline; open: not attended' }),
    })
    .refine(({ deadlineFrom: from, deadlineTo: to }) => from === undefined || to === undefined || from <= to, {
      path: ['deadlineTo'],
      message: 'must not be before deadlineFrom',
    });

/** The query of `GET /clients`, `/technicians` and `/bases`. */
export const namedListQuery = (limits: Limits) =>
  z.strictObject({
    ...pageQuery(limits),
    q: searchText().optional().meta({
      description: 'Beginnings of words of the name, ignoring case and accents; all must match',
    }),
  });

const share = z.number().min(0).max(1).nullable();
const rate = z.number().min(0).nullable();

export const IndicatorGroup = z
  .strictObject({
    key: z
      .string()
      .nullable()
      .meta({ description: 'Name of the technician or base, or the month, such as `2026-01`; null with groupBy=none' }),
    total: z.int(),
    attended: z.int(),
    onTime: z.int(),
    late: z.int().meta({ description: 'Attended after the deadline' }),
    open: z.int().meta({ description: 'Not attended' }),
    slaOfAttended: share.meta({ description: 'onTime / attended; null if nothing was attended' }),
    slaOfTotal: share.meta({ description: 'onTime / total; null if total is 0' }),
    attendedPerBusinessDay: rate.meta({
      description:
        'attended / business days (for a month: its business days within the period); null if there are none',
    }),
    attendedPerTechnicianDay: rate.meta({
      description: 'attended / (distinct technicians × business days); null if there are none',
    }),
  })
  .meta({ id: 'IndicatorGroup' });
export type IndicatorGroup = z.infer<typeof IndicatorGroup>;

export const Indicators = z
  .strictObject({
    from: z.string().meta({ format: 'date' }),
    to: z.string().meta({ format: 'date' }),
    businessDays: z
      .int()
      .meta({ description: 'Mondays to Fridays of the period, without the days in the setting HOLIDAYS' }),
    groups: z.array(IndicatorGroup),
  })
  .meta({ id: 'Indicators' });
export type Indicators = z.infer<typeof Indicators>;

export const GROUPINGS = ['technician', 'base', 'month', 'none'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** The query of `GET /attendances/indicators`. */
export const indicatorsQuery = z
  .strictObject({
    from: day('First day, included', '2026-01-01'),
    to: day('Last day, included', '2026-12-31'),
    groupBy: z.enum(GROUPINGS).default('none'),
    technician: wanted(),
    base: wanted(),
  })
  .refine(({ from, to }) => from <= to, { path: ['to'], message: 'must not be before from' });
export type IndicatorsQuery = z.infer<typeof indicatorsQuery>;

/**
 * Messages about values that a schema refuses: the same plain wording for bodies, queries, forms, imports and commands.
 * Each message is the end of a sentence that begins with the name of the field. A schema has messages of its own only
 * for its own rules.
 */
import type { z, ZodType } from 'zod';
import type { FieldError } from '../errors.ts';

type Issue = z.core.$ZodRawIssue;
type IssueOf<Code extends z.core.$ZodIssueCode> = Extract<Issue, { code: Code }>;

/** The units of which a value has too many or too few. */
const UNITS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: ['character', 'characters'],
  array: ['item', 'items'],
  set: ['item', 'items'],
  map: ['entry', 'entries'],
  file: ['byte', 'bytes'],
};

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  bigint: 'a whole number',
  boolean: 'true or false',
  null: 'null',
  date: 'a date',
  file: 'a file',
  array: 'a list',
  tuple: 'a list',
  set: 'a list',
  object: 'an object',
  record: 'an object',
  map: 'an object',
};

const FORMATS: Readonly<Record<string, string>> = {
  date: 'is not a valid date; write it as 1944-04-23',
  datetime: 'is not a valid date and time; write it as 2026-01-15T09:30:00Z',
  email: 'is not an e-mail address',
};

/** A choice of words: `must be a or b`, `must be one of a, b, c`. */
export function oneOfThese(words: readonly unknown[]): string {
  const texts = words.map(String);
  return `must be ${texts.length > 2 ? `one of ${texts.join(', ')}` : texts.join(' or ')}`;
}

const WORDS: { [Code in z.core.$ZodIssueCode]: (issue: IssueOf<Code>) => string } = {
  invalid_type: ({ expected }) =>
    TYPES[expected] === undefined ? 'has a type that is not allowed here' : `must be ${TYPES[expected]}`,
  invalid_value: ({ values }) => oneOfThese(values),
  too_small: tooSmall,
  too_big: tooBig,
  invalid_format: wrongFormat,
  not_multiple_of: ({ divisor }) => `must be a multiple of ${plain(divisor)}`,
  unrecognized_keys: () => 'is not known here',
  invalid_union: noneOfTheForms,
  invalid_key: () => 'has a name that is not allowed here',
  invalid_element: () => 'has an item that is not allowed here',
  custom: () => 'is not valid',
};

/** The issues that a schema reports for a missing value. */
const OF_NOTHING: readonly string[] = ['invalid_type', 'invalid_value', 'invalid_union'];

/** The zod error map with this wording. Usage: `checked`, or `schema.safeParse(value, { error: wording })`. */
export const wording = (issue: Issue): string => {
  if (issue.input === undefined && OF_NOTHING.includes(issue.code)) return 'is required';
  return (WORDS[issue.code] as (of: Issue) => string)(issue);
};

/** A text that is too long is not searched for further faults. Usage: `z.string().max(200, LENGTH_FIRST).regex(…)`. */
export const LENGTH_FIRST = { abort: true } as const;

/** The parsed value, or all of its faults. */
export type Checked<Value> = { data: Value; faults?: undefined } | { data?: undefined; faults: FieldError[] };

/**
 * Parses a value by a schema. Faults have this wording, and a JSON Pointer into the value.
 * @param words another error map, which takes precedence
 */
export function checked<Value>(schema: ZodType<Value>, value: unknown, words?: z.core.$ZodErrorMap): Checked<Value> {
  const { success, data, error } = schema.safeParse(value, { error: (issue) => words?.(issue) ?? wording(issue) });
  return success ? { data } : { faults: error.issues.flatMap(faultsOf) };
}

/** A JSON Pointer (RFC 6901): the form of every path in answers and messages. */
export const pointer = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Faults as lines of a command's output, `  /password must have at least 10 characters`. */
export const faultLines = (faults: readonly FieldError[]): string =>
  faults.map(({ path, message }) => `  ${path} ${message}`).join('\n');

/** The fault of an unknown field names the field itself, not the object that contains it. */
function faultsOf(issue: z.core.$ZodIssue): FieldError[] {
  const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  return paths.map((path) => ({ path: pointer(path), message: issue.message }));
}

function tooSmall({ origin, minimum, inclusive, exact }: IssueOf<'too_small'>): string {
  if (UNITS[origin]) return `must have ${exact ? 'exactly' : 'at least'} ${counted(minimum, origin)}`;
  if (origin === 'date') return `must not be before ${day(minimum)}`;
  return `must be ${inclusive ? 'at least' : 'more than'} ${plain(minimum)}`;
}

function tooBig({ origin, maximum, inclusive, exact }: IssueOf<'too_big'>): string {
  if (UNITS[origin]) return `must have ${exact ? 'exactly' : 'at most'} ${counted(maximum, origin)}`;
  if (origin === 'date') return `must not be after ${day(maximum)}`;
  return `must be ${inclusive ? 'at most' : 'less than'} ${plain(maximum)}`;
}

function wrongFormat(issue: IssueOf<'invalid_format'>): string {
  const { format } = issue;
  if (format === 'starts_with') return `must begin with "${String(issue['prefix'])}"`;
  if (format === 'ends_with') return `must end with "${String(issue['suffix'])}"`;
  if (format === 'includes') return `must contain "${String(issue['includes'])}"`;
  return FORMATS[format] ?? 'has a form that is not allowed here';
}

/** What each of the alternatives requires; their issues already have this wording. */
function noneOfTheForms(issue: IssueOf<'invalid_union'>): string {
  if (issue.inclusive === false) return 'fits more than one of the allowed forms';
  if (issue.options && issue.options.length > 0) return oneOfThese(issue.options);
  const asked = new Set(issue.errors.flatMap(([first]) => (first && first.path.length === 0 ? [first.message] : [])));
  return asked.size === 0 ? 'has none of the allowed forms' : [...asked].join(', or ');
}

const counted = (count: number | bigint, origin: string): string =>
  `${plain(count)} ${UNITS[origin]?.[Number(count) === 1 ? 0 : 1]}`;

/** Numbers as people write them, `10,000`; very large and very small ones as in JSON. */
const plain = (number: number | bigint): string =>
  typeof number === 'bigint' || Number.isSafeInteger(number) ? number.toLocaleString('en-US') : String(number);

const day = (milliseconds: number | bigint): string => new Date(Number(milliseconds)).toISOString().slice(0, 10);

/**
 * What a form holds: one text for each field, as it is typed. Pure: from what the service has sent to texts, from texts
 * to the body of a request, and what remains of a form when somebody else has changed the same thing.
 */

/** By name of the field. */
export type Values = Readonly<Record<string, string>>;

export type FieldKind =
  | 'text'
  | 'email'
  | 'tel'
  | 'day'
  | 'moment'
  | 'number'
  | 'long'
  | 'choice'
  | 'flag'
  | 'name'
  | 'pairs';

/** What a field means in the body; `web/ui/form-fields.tsx` adds how it looks. */
export interface FieldSpec {
  /** Its place in the body, such as `firstName` or `address.city`. */
  name: string;
  /**
   * day: `2026-01-15`. moment: a day, or a day and a time of the browser's zone. name: `{ name }` of a client and the
   * like. pairs: a JSON list of `{ system, value }`. Default: text.
   */
  kind?: FieldKind | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** The texts of what the service has sent; null: an empty form. */
export const valuesOf = (item: unknown, specs: readonly FieldSpec[]): Values =>
  Object.fromEntries(specs.map(({ name, kind }) => [name, textOf(at(item, name), kind)]));

const at = (item: unknown, name: string): unknown =>
  name.split('.').reduce<unknown>((within, key) => (isFields(within) ? within[key] : undefined), item);

function textOf(value: unknown, kind: FieldKind | undefined): string {
  if (kind === 'pairs') return JSON.stringify(value ?? []);
  if (kind === 'name') return isFields(value) && typeof value['name'] === 'string' ? value['name'] : '';
  if (typeof value === 'string') return kind === 'moment' ? localMoment(value) : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** An instant as day and time of the browser's zone; a day stays a day. Seconds are left out when they are 0. */
export function localMoment(iso: string): string {
  const instant = new Date(iso);
  if (/^\d{4}-\d{2}-\d{2}$/.test(iso) || Number.isNaN(instant.getTime())) return iso;
  const local = new Date(instant.getTime() - instant.getTimezoneOffset() * 60_000).toISOString();
  return local.slice(17, 19) === '00' ? local.slice(0, 16) : local.slice(0, 19);
}

/** The value for the body; null: none. What cannot be understood is sent as it is: the service says what is wrong. */
function valueOf(text: string, kind: FieldKind | undefined): unknown {
  if (kind === 'pairs') return pairsOf(text).filter(({ system, value }) => system.trim() !== '' || value.trim() !== '');
  if (kind === 'flag') return text === 'true';
  if (text.trim() === '') return null;
  if (kind === 'number') return Number.isFinite(Number(text)) ? Number(text) : text;
  if (kind === 'name') return { name: text };
  if (kind === 'moment' && text.includes('T')) {
    const instant = new Date(text);
    return Number.isNaN(instant.getTime()) ? text : instant.toISOString();
  }
  return text;
}

export interface Pair {
  system: string;
  value: string;
}

/** The rows of a field of the kind `pairs`. */
export const pairsOf = (text: string): Pair[] => JSON.parse(text === '' ? '[]' : text) as Pair[];

/** The body that creates: only what was filled in. */
export function bodyOf(values: Values, specs: readonly FieldSpec[]): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const { name, kind } of specs) {
    const value = valueOf(values[name] ?? '', kind);
    if (value !== null) put(body, name, value);
  }
  return body;
}

/** The body that changes: what differs from `base`. An object such as an address is sent as a whole. */
export function changesOf(values: Values, base: Values, specs: readonly FieldSpec[]): Record<string, unknown> {
  const changed = new Set(touched(values, base).map(outer));
  const body: Record<string, unknown> = {};
  for (const { name, kind } of specs) if (changed.has(outer(name))) put(body, name, valueOf(values[name] ?? '', kind));
  for (const [key, value] of Object.entries(body)) {
    const isPart = specs.some(({ name }) => name.startsWith(`${key}.`));
    if (isPart && isFields(value) && Object.values(value).every((part) => part === null)) body[key] = null;
  }
  return body;
}

/** The names of the fields that differ. */
export const touched = (values: Values, base: Values): string[] =>
  Object.keys(values).filter((name) => values[name] !== base[name]);

const outer = (name: string): string => name.split('.', 1)[0] as string;

function put(body: Record<string, unknown>, name: string, value: unknown): void {
  const [key, part] = name.split('.') as [string, string?];
  if (part === undefined) body[key] = value;
  else body[key] = { ...(isFields(body[key]) ? body[key] : {}), [part]: value };
}

/** A form after somebody else has changed the same thing. */
export interface Merged {
  /** What was typed stays; fields that were not touched get the present values. */
  values: Values;
  /** The fields that the other one has changed. */
  changedByOthers: readonly string[];
  /** Whether everything that was typed is stored already: an answer was lost, or both changed the same. */
  isStored: boolean;
}

export function merged(values: Values, base: Values, present: Values): Merged {
  const own = new Set(touched(values, base));
  return {
    values: Object.fromEntries(
      Object.keys(values).map((name) => [name, (own.has(name) ? values : present)[name] ?? '']),
    ),
    changedByOthers: touched(present, base),
    isStored: [...own].every((name) => values[name] === present[name]),
  };
}

/** What the service said of a field, also of its parts. @param faults paths are JSON Pointers */
export function faultOf(name: string, faults: readonly { path: string; message: string }[]): string | undefined {
  const pointer = `/${name.replaceAll('.', '/')}`;
  return faults.find(({ path }) => path === pointer || path.startsWith(`${pointer}/`))?.message;
}

/**
 * Every rule for a text is in the API document: what the service refuses although the schema allows it, the description
 * of the field explains.
 */
import { expect } from 'chai';
import { API } from '../../src/app.ts';
import type { FieldError } from '../../src/errors.ts';
import { ajvOf } from '../support/answers.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import {
  type Described,
  describedOperations,
  DOCUMENT,
  exampleBody,
  exampleOf,
  type Json,
  queryParameters,
  resolved,
} from '../support/document.ts';
import { call } from '../support/http.ts';

/** Texts that a general schema of strings allows. */
const TEXTS = [
  '2026-01-15',
  '1799-12-31',
  '9999-12-31',
  'a\u0007b',
  'a\u200bb',
  '\u2060',
  '---',
  'a@b@c',
  'a'.repeat(24),
  '2026-02-30T09:30:00Z',
];

/** What a refusal says, and what the description must say then. */
const EXPLAINED: readonly (readonly [message: RegExp, description: RegExp])[] = [
  [/control|invisible|visible character/, /control|invisible|visible character/i],
  [/letter or a digit/, /letter or a digit/],
  [/is in the future/, /not in the future/],
  [/is before 1800-01-01/, /not before 1800-01-01/i],
  [/is before (start|birthDate)/, /not before `(start|birthDate)`/i],
  [/ISO 8601/, /ISO 8601/],
  [/the years 1900 and 2199/, /1900 to 2199/],
  [/names a day that does not exist/, /ISO 8601/],
  [/e-mail address/, /e-mail address|@/],
  [/social security number/, /Nine digits/],
  [/one or more of (studies|I, II|channel, skip)/, /separated by commas/],
];

/** Whether something exists and belongs together, which no schema can say. */
const OF_STORED = /is not (your password|the id of|an? (patient|study|encounter))|belongs to/;

interface Field {
  /** As in an error: `/address/city`. */
  path: string;
  /** Its descriptions, together. */
  description: string;
  set: (body: Json, value: unknown) => void;
}

const OPERATIONS = describedOperations(DOCUMENT).filter(({ address }) => address.startsWith(API));

/** Every text of a JSON body, at any depth. */
function fieldsOf(schema: Json, path = '', told = '', set: Field['set'] = () => undefined): Field[] {
  const target = typeof schema['$ref'] === 'string' ? (resolved(DOCUMENT, schema['$ref']) as Json) : schema;
  const description = `${told} ${(target['description'] as string | undefined) ?? ''}`;
  /** A field of an object, or an item of a list, that is otherwise as in its example. */
  const within = (key: string | number, inner: Json): Field[] =>
    fieldsOf(inner, `${path}/${key}`, '', (body, value) => {
      const holder = path === '' ? body : (exampleOf(DOCUMENT, target) as Json);
      holder[key] = value;
      if (path !== '') set(body, holder);
    });
  if (Array.isArray(target['anyOf']))
    return (target['anyOf'] as Json[]).flatMap((one) => fieldsOf(one, path, description, set));
  if (target['type'] === 'object')
    return Object.entries((target['properties'] ?? {}) as Record<string, Json>).flatMap(([key, inner]) =>
      within(key, inner),
    );
  if (target['type'] === 'array') return within(0, target['items'] as Json);
  return target['type'] === 'string' && target['enum'] === undefined ? [{ path, description, set }] : [];
}

/** Refusals that the description of the field does not explain. */
const unexplained = (what: string, description: string, errors: readonly FieldError[]): string[] =>
  errors.flatMap(({ message }) => {
    if (OF_STORED.test(message)) return [];
    const [, due] = EXPLAINED.find(([said]) => said.test(message)) ?? [];
    return due?.test(description) ? [] : [`${what} ${message} (${description.trim() || 'no description'})`];
  });

describe('a text that the API document allows', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  async function refusals(described: Described, body: unknown, query = ''): Promise<FieldError[]> {
    const token = (described.operation['x-access'] === 'admin' ? test.admin : test.clinician).token;
    const path = described.path.replaceAll(/\{\w+\}/g, 'a'.repeat(24)) + query;
    const { json } = await call(test, described.method.toUpperCase(), path, {
      token,
      ...(body !== undefined && { body }),
    });
    return (json?.errors ?? []) as FieldError[];
  }

  for (const described of OPERATIONS) {
    const { method, path } = described;
    const example = exampleBody(DOCUMENT, described) as Json | undefined;
    const schema = described.operation.requestBody?.content['application/json']?.schema;

    if (example && schema) {
      it(`in the body of ${method} ${path} is accepted, or its description says why not`, async () => {
        const allows = ajvOf(DOCUMENT)(schema);
        const faults = new Set<string>();
        for (const field of fieldsOf(schema)) {
          for (const text of TEXTS) {
            const body = structuredClone(example);
            field.set(body, text);
            if (!allows(body)) continue;
            const errors = (await refusals(described, body)).filter((error) => error.path === field.path);
            for (const fault of unexplained(field.path, field.description, errors)) faults.add(fault);
          }
        }
        expect([...faults]).to.deep.equal([]);
      });
    }

    it(`in the query of ${method} ${path} is accepted, or its description says why not`, async () => {
      const faults = new Set<string>();
      for (const { name, schema: shape, description = '' } of queryParameters(DOCUMENT, described)) {
        if (shape.type !== 'string' || shape.enum !== undefined) continue;
        const allows = ajvOf(DOCUMENT)(shape);
        for (const text of TEXTS.filter((one) => allows(one))) {
          const query = `?${name}=${encodeURIComponent(text)}`;
          const errors = (await refusals(described, example, query)).filter((error) => error.path === `/${name}`);
          for (const fault of unexplained(`/${name}`, description, errors)) faults.add(fault);
        }
      }
      expect([...faults]).to.deep.equal([]);
    });
  }
});

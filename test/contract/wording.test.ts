/** No message of the validator reaches a user: every operation of the document is sent invalid input. */
import { expect } from 'chai';
import { API } from '../../src/app.ts';
import type { FieldError } from '../../src/errors.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import {
  type Described,
  describedOperations,
  DOCUMENT,
  exampleBody,
  queryParameters,
  requiredHeaders,
} from '../support/document.ts';
import { call } from '../support/http.ts';

/** How zod's messages begin, and how it prints paths. */
const OF_ZOD = /^(Too (small|big)|Invalid|Unrecognized)|expected|received|✖|→ at/;
/** The predicate of a sentence that begins with the name of a field. */
const OF_OURS = /^(must|is|are|has|have|names?|lies|belongs|fits|holds|and \d)\b/;

const LONG = 'x'.repeat(5_000);
const HOSTILE_TEXTS = ['', ' ', LONG, '-1', '1e999', '2023-02-29', '\uff9e', '{}'];
const HOSTILE_VALUES = [
  null,
  '',
  ' ',
  LONG,
  -1,
  1.5,
  1e300,
  true,
  [],
  {},
  [null],
  { nobody: 1 },
  '2023-02-29',
  '9999-12-31',
];
const UNKNOWN = { path: '/nobody', message: 'is not known here' };

const OPERATIONS = describedOperations(DOCUMENT).filter(({ address }) => address.startsWith(API));

const queryOf = (names: readonly string[], value: string): string =>
  `?${names.map((name) => `${name}=${encodeURIComponent(value)}`).join('&')}`;
const addressOf = ({ path }: Described): string => path.replaceAll(/\{\w+\}/g, 'a'.repeat(24));

/** The fields of a JSON body, as its schema has them. */
function fieldsOf({ operation }: Described): string[] {
  const name = String(operation.requestBody?.content['application/json']?.schema?.['$ref']).split('/').at(-1) ?? '';
  return Object.keys(DOCUMENT.components.schemas[name]?.['properties'] ?? {});
}

function expectOurs(errors: readonly FieldError[], what: string): void {
  for (const { path, message } of errors) {
    expect(message, what).not.to.match(OF_ZOD);
    expect(message, what).to.match(OF_OURS);
    expect(path, what).to.match(/^(\/.*)?$/);
  }
}

describe('invalid input', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  async function told(described: Described, query: string, body?: unknown): Promise<FieldError[]> {
    const token = (described.operation['x-access'] === 'admin' ? test.admin : test.clinician).token;
    const path = addressOf(described) + query;
    const options = { token, ...(body !== undefined && { body }) };
    const headers = requiredHeaders(described);
    const { json } = await call(test, described.method.toUpperCase(), path, { ...options, headers });
    return (json?.errors ?? []) as FieldError[];
  }

  for (const described of OPERATIONS) {
    const { method, path } = described;
    const names = queryParameters(DOCUMENT, described).map(({ name }) => name);
    const body = exampleBody(DOCUMENT, described) as Record<string, unknown> | undefined;

    it(`in the query of ${method} ${path} is reported in our words`, async () => {
      const twice = queryOf([...names, ...names, 'nobody', 'nobody'], 'a');
      const values = names.length === 0 ? [] : HOSTILE_TEXTS.map((value) => queryOf(names, value));
      for (const query of [twice, ...values]) expectOurs(await told(described, query, body), query);
      // An answer to HEAD has no body that could name it.
      if (method !== 'head') expect(await told(described, '?nobody=1', body)).to.deep.include(UNKNOWN);
    });

    if (body === undefined || described.operation.operationId === 'uploadEcg') continue;
    it(`in the body of ${method} ${path} is reported in our words`, async () => {
      const fields = [...Object.keys(body), ...fieldsOf(described)];
      const bodies = HOSTILE_VALUES.map((value) => Object.fromEntries(fields.map((field) => [field, value])));
      for (const sent of [[], {}, [1], ...bodies]) {
        expectOurs(await told(described, '', sent), JSON.stringify(sent).slice(0, 100));
      }
      expect(await told(described, '', { ...body, nobody: 1 })).to.deep.include(UNKNOWN);
    });
  }

  it('in a form is reported in our words', async () => {
    const fields = [
      ['kind', ''],
      ['kind', 'nothing'],
      ['source', LONG],
      ['createMissing', 'maybe'],
      ['dryRun', ''],
      ['nobody', '1'],
    ] as const;
    for (const [name, value] of fields) {
      const form = new FormData();
      form.set(name, value);
      form.set('file', new Blob(['a,b\n1,2\n'], { type: 'text/csv' }), 'a.csv');
      const { json } = await call(test, 'POST', '/imports', { token: test.admin.token, body: form });
      expectOurs(json.errors, name);
      expect(json.errors[0].path).to.equal(`/${name}`);
    }
    for (const name of ['id', 'date', 'patient', 'samplingRate', 'unit', 'gain', 'nobody']) {
      const form = new FormData();
      form.set(name, ' ');
      form.set('files', new Blob(['{"leads":[{"name":"I","signal":[1,2]}]}']), 'a.json');
      const { json } = await call(test, 'POST', '/ecgs', { token: test.clinician.token, body: form });
      expectOurs(json.errors, name);
      expect(json.errors[0].path).to.equal(`/${name}`);
    }
  });

  it('at log-in is reported in our words', async () => {
    const { json } = await call(test, 'POST', '/auth/login', { body: { email: 1, user: 'ana' } });
    expect(json.errors).to.deep.equal([
      { path: '/email', message: 'must be a string' },
      { path: '/password', message: 'is required' },
      { path: '/user', message: 'is not known here' },
    ]);
  });
});

/** The API document and the code agree. */
import SwaggerParser from '@apidevtools/swagger-parser';
import { expect } from 'chai';
import { RE2JS } from 're2js';
import { isSafePattern } from 'redos-detector';
import { API } from '../../src/app.ts';
import { INCLUDABLE } from '../../src/directory/patients/schema.ts';
import { catalogue } from '../../src/errors.ts';
import { SAFE_METHODS } from '../../src/http/operation.ts';
import { CANONICAL_LEADS } from '../../src/signal/leads.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { ajvOf } from '../support/answers.ts';
import {
  codesOf,
  type Described,
  describedOperations,
  type Json,
  patternsIn,
  refsIn,
  resolved,
} from '../support/document.ts';

/** Routes of pages for people and of their assets. */
const NOT_DESCRIBED = /^get \/(docs|redoc)(\/|$)/;

/** Lists in queries that consist of a few words. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  '/patients include': INCLUDABLE,
  '/insights/cohort lead': CANONICAL_LEADS,
};

/** A schema as text, without examples. */
const descriptionsOf = (value: unknown): string =>
  JSON.stringify(value, (key, inner: unknown) => (key === 'example' ? undefined : inner));

/** Whether there may be several ways to go on after a character. */
const isSlow = (pattern: string): boolean => !isSafePattern(pattern, { unicode: true, maxScore: 1 }).safe;

describe('the API document', () => {
  let test: TestApp;
  let operations: Described[];

  before(async () => {
    test = await startTestApp();
    operations = describedOperations(test.app.document);
  });
  after(() => test.close());

  /** One message for each operation that violates a rule. */
  const faults = (rule: (described: Described) => string | false | undefined): string[] =>
    operations.flatMap((described) => {
      const fault = rule(described);
      return fault ? [`${described.method} ${described.path}: ${fault}`] : [];
    });

  it('is answered at /openapi.json and is valid OpenAPI 3.1', async () => {
    const answered = (await (await fetch(`${test.url}/openapi.json`)).json()) as object;
    expect(answered).to.deep.equal(JSON.parse(JSON.stringify(test.app.document)));
    expect(answered).to.have.property('openapi', '3.1.0');
    // The parser changes its input.
    await SwaggerParser.validate(answered as never, { resolve: { external: false } });
  });

  it('describes every route, and nothing else', () => {
    const routed = test.app.routers
      .flatMap((router) => router.stack)
      .flatMap((layer) =>
        layer.methods
          // The router adds HEAD to every GET.
          .filter((method) => method !== 'HEAD' || !layer.methods.includes('GET'))
          .map((method) => `${method.toLowerCase()} ${String(layer.path).replaceAll(/:(\w+)/g, '{$1}')}`),
      )
      .filter((route) => !NOT_DESCRIBED.test(route));
    expect(operations.map(({ method, address }) => `${method} ${address}`)).to.have.members(routed);
  });

  it('names the same access for each operation as the code', () => {
    const declared = test.app.operations.map(
      ({ method, path, access }) => `${method} ${API}${path.replaceAll(/:(\w+)/g, '{$1}')} ${access}`,
    );
    const described = operations
      .filter(({ address }) => address.startsWith(API))
      .map(({ method, address, operation }) => `${method} ${address} ${operation['x-access']}`);
    expect(described).to.have.members(declared);
    expect(
      faults(
        ({ operation }) =>
          (operation['x-access'] === 'public') !== (operation.security?.length === 0) && 'x-access and security differ',
      ),
    ).to.deep.equal([]);
  });

  it('has no dangling reference', () => {
    const refs = [...new Set(refsIn(test.app.document))];
    expect(refs).to.not.be.empty;
    expect(refs.filter((ref) => !ref.startsWith('#/') || resolved(test.app.document, ref) === undefined)).to.deep.equal(
      [],
    );
  });

  it('has a valid example of every code of the catalogue', () => {
    const { components } = test.app.document;
    const validate = ajvOf(test.app.document)({ $ref: '#/components/schemas/Problem' });
    for (const { code, status } of catalogue()) {
      const { value } = components.examples[code] as { value: { status: number; code: string } };
      expect(validate(value), `${code} ${JSON.stringify(validate.errors)}`).to.equal(true);
      expect([value.status, value.code]).to.deep.equal([status, code]);
    }
  });

  it('has an unambiguous id, a known tag, a summary and a success for every operation', () => {
    const tags = (test.app.document['tags'] as { name: string }[]).map(({ name }) => name);
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(
      faults(({ operation }) => {
        if (!operation.operationId || ids.indexOf(operation.operationId) !== ids.lastIndexOf(operation.operationId))
          return 'no operationId of its own';
        if (operation.tags?.length !== 1 || !tags.includes(operation.tags[0]!)) return 'not one known tag';
        if (!operation.summary) return 'no prose: write its summary in an @openapi comment above the handler';
        return !Object.keys(operation.responses).some((status) => status.startsWith('2')) && 'no success';
      }),
    ).to.deep.equal([]);
  });

  it('lists for every operation the errors of its guards', () => {
    const missing = operations
      .filter(({ address }) => address.startsWith(API))
      .flatMap(({ method, path, operation }) => {
        const access = operation['x-access'];
        const due = ['400', '429', '500', '503'];
        if (!SAFE_METHODS.has(method)) due.push('507');
        if (access !== 'public') due.push('401');
        if (access === 'admin' || access === 'clinician') due.push('403');
        if (path.includes('{')) due.push('404');
        if (operation.requestBody) due.push('408', '413', '415', '422');
        return due.filter((status) => !(status in operation.responses)).map((status) => `${method} ${path}: ${status}`);
      });
    expect(missing).to.deep.equal([]);
  });

  it('lists with each error answer the codes of that operation, and only codes of that status', () => {
    expect(
      faults(({ operation }) => {
        const wrong = Object.entries(operation.responses).filter(([status, response]) => {
          if (/^[23]/.test(status)) return false;
          const codes = codesOf(test.app.document, response);
          const known = catalogue().flatMap((row) => (String(row.status) === status ? [row.code as string] : []));
          return codes.length === 0 || codes.some((code) => !known.includes(code));
        });
        return wrong.length > 0 && `of ${wrong.map(([status]) => status).join(', ')}`;
      }),
    ).to.deep.equal([]);
  });

  it('has an example of every JSON body that is valid by its schema', () => {
    const ajv = ajvOf(test.app.document);
    expect(
      faults(({ operation }) => {
        const media = operation.requestBody?.content['application/json'];
        if (!media) return false;
        if (media.example === undefined) return 'no example';
        const validate = ajv(media.schema as Json);
        return !validate(media.example) && `its example: ${JSON.stringify(validate.errors)}`;
      }),
    ).to.deep.equal([]);
  });

  it('has patterns that ECMAScript, Python and RE2 understand', () => {
    const patterns = [...new Set(patternsIn(test.app.document))];
    expect(patterns).to.not.be.empty;
    for (const pattern of patterns) {
      expect(() => new RegExp(pattern, 'u'), pattern).to.not.throw();
      expect(() => RE2JS.compile(pattern), pattern).to.not.throw();
      // RE2 accepts these, but Python's re does not.
      expect(pattern, 'of Python').to.not.match(/\\[pPzCQ]|\\x\{|\\u\{|\(\?<[a-zA-Z]|\[\[:/);
    }
  });

  it('has patterns that take no longer than the text is long', () => {
    expect(['^[\\d-]*\\d[\\d-]*$', 'a+$', '^a{2,}$'].filter(isSlow)).to.deep.equal(['^[\\d-]*\\d[\\d-]*$', 'a+$']);
    expect([...new Set(patternsIn(test.app.document))].filter(isSlow)).to.deep.equal([]);
  });

  it('says of every instant in a request that it is an ISO 8601 date or date and time', () => {
    const { schemas } = test.app.document.components;
    for (const [schema, field] of [
      ['NewStudy', 'performedAt'],
      ['NewPatientStudy', 'performedAt'],
      ['StudyPatch', 'performedAt'],
      ['NewEncounter', 'start'],
      ['NewEncounter', 'stop'],
      ['EncounterPatch', 'stop'],
      ['NewAttendance', 'deadline'],
      ['AttendancePatch', 'attendedAt'],
    ] as const) {
      const { properties } = schemas[schema] as { properties: Record<string, Json> };
      expect(descriptionsOf(properties[field]), `${schema}.${field}`).to.include('ISO 8601 date or date and time');
    }
    const instants = operations.flatMap(({ operation: { operationId, parameters = [] } }) =>
      parameters
        .filter(({ example }) => example === '2026-01-15T09:30:00Z')
        .map(({ name, description }) => `${operationId} ${String(name)}: ${String(description)}`),
    );
    expect(instants).to.not.be.empty;
    for (const instant of instants) expect(instant).to.include('ISO 8601 date or date and time');
  });

  it('says what the answer is wherever a document is read, in more than one word', () => {
    const found = operations.filter(({ operation }) => /^read[A-Z]/.test(operation.operationId ?? ''));
    expect(found).to.not.be.empty;
    for (const { path, operation } of found) expect(operation.responses['200']?.['description'], path).to.include(' ');
  });

  it('gives days, instants and choices in answers their form', () => {
    const { schemas } = test.app.document.components;
    const formOf = (schema: string, field: string): Json =>
      (schemas[schema] as { properties: Record<string, Json> }).properties[field]!;
    for (const field of ['start', 'stop']) {
      expect(formOf('Encounter', field), field).to.include({ format: 'date-time' });
      expect(formOf('Condition', field), field).to.include({ format: 'date' });
    }
    for (const schema of ['Patient', 'PatientBasic', 'ListedPatient'])
      for (const field of ['birthDate', 'deathDate'])
        expect(formOf(schema, field), schema).to.include({ format: 'date' });
    expect(JSON.stringify(formOf('Patient', 'maritalStatus'))).to.include('"married"');
  });

  it('gives lists in queries their words, or an example if they can be any', () => {
    const lists = operations.flatMap(({ path, operation: { parameters = [] } }) =>
      parameters
        .filter(({ in: place, description }) => place === 'query' && /by commas/.test(String(description)))
        .map((parameter): Json & { place: string } => ({
          ...parameter,
          place: `${path} ${String(parameter['name'])}`,
        })),
    );
    expect(lists).to.have.length.above(8);
    for (const { place, schema, example, style, explode } of lists) {
      const { type, items } = schema as { type: string; items?: Json };
      if (type === 'string') expect(example, place).to.be.a('string').and.include(',');
      else expect([items?.['enum'], style, explode], place).to.deep.equal([WORDS[place], 'form', false]);
    }
  });

  it('describes every parameter of a path', () => {
    expect(
      faults(({ path, operation }) => {
        const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
        const described = (operation.parameters ?? [])
          .map(
            (parameter) =>
              (typeof parameter['$ref'] === 'string' ? resolved(test.app.document, parameter['$ref']) : parameter) as {
                in: string;
                name: string;
              },
          )
          .filter((parameter) => parameter.in === 'path')
          .map(({ name }) => name);
        return (
          (named.length !== described.length || !named.every((name) => described.includes(name!))) &&
          `has ${described.join()}`
        );
      }),
    ).to.deep.equal([]);
  });
});

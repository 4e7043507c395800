/**
 * Operations treat text parameters of queries as the API document says: which may be empty, and how long they may be.
 */
import { expect } from 'chai';
import { API } from '../../src/app.ts';
import type { FieldError } from '../../src/errors.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import {
  type Described,
  describedOperations,
  DOCUMENT,
  exampleBody,
  type QueryParameter,
  queryParameters,
} from '../support/document.ts';
import { call } from '../support/http.ts';

/** Search parameters: without case, accents and marks, at least one word must be left. */
const SEARCHES = ['q', 'condition', 'city', 'state', 'type', 'bodyPart'];
/** Letters of Unicode that leave nothing but marks when they are folded: half-width voiced sound marks and others. */
const WITHOUT_A_WORD = ['\uff9e', '\uff9f\uff9e', '\u0301', '--- !', '\u200b'];

/** Parameters that contain a name; surrounding white space is ignored. */
const NAMES = ['client', 'technician', 'base', 'patient', 'study'];

const OPERATIONS = describedOperations(DOCUMENT).filter(({ address }) => address.startsWith(API));
const TEXTS = OPERATIONS.flatMap((described) => {
  const texts = queryParameters(DOCUMENT, described).filter(({ schema }) => schema.type === 'string');
  return texts.map((parameter) => ({ described, parameter }));
});

describe('a text in a query', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  /**
   * The errors of an operation for a value of one parameter. The other parameters are valid, and the id does not exist.
   */
  async function faults(described: Described, { name }: QueryParameter, value: string): Promise<FieldError[]> {
    const query = new URLSearchParams();
    const required = queryParameters(DOCUMENT, described).filter((other) => other.required);
    for (const other of required) query.set(other.name, String(other.example));
    query.set(name, value);
    const token = (described.operation['x-access'] === 'admin' ? test.admin : test.clinician).token;
    const body = exampleBody(DOCUMENT, described);
    const path = `${described.path.replaceAll(/\{\w+\}/g, 'a'.repeat(24))}?${query.toString()}`;
    const options = { token, ...(body !== undefined && { body }) };
    const { json } = await call(test, described.method.toUpperCase(), path, options);
    const errors = json?.code === 'invalid-query' ? (json.errors as FieldError[]) : [];
    return errors.filter((error) => error.path === `/${name}`);
  }

  for (const { described, parameter } of TEXTS) {
    const { name, schema } = parameter;
    const mayBeEmpty = schema.enum === undefined && (schema.minLength ?? 0) === 0;

    const rule = mayBeEmpty ? 'may be empty' : 'is refused when it is empty';
    it(`${described.method} ${described.path}: ${name} ${rule}`, async () => {
      expect((await faults(described, parameter, '')).length > 0).to.equal(!mayBeEmpty);
    });

    if (schema.maxLength !== undefined) {
      it(`${described.method} ${described.path}: ${name} has at most ${schema.maxLength} characters`, async () => {
        const [fault] = await faults(described, parameter, 'a'.repeat(Number(schema.maxLength) + 1));
        expect(fault?.message).to.match(/ \d[\d,]* characters|is not an id/);
      });
    } else if (schema.enum === undefined) {
      it(`${described.method} ${described.path}: ${name} has no maximum length`, async () => {
        const [fault] = await faults(described, parameter, 'a'.repeat(6_000));
        expect(fault?.message ?? '').not.to.match(/at most/);
      });
    }

    if (SEARCHES.includes(name) && schema.enum === undefined) {
      it(`${described.method} ${described.path}: ${name} must contain a word`, async () => {
        for (const text of WITHOUT_A_WORD) {
          const refused = [{ path: `/${name}`, message: 'must contain a letter or a digit' }];
          expect(await faults(described, parameter, text), JSON.stringify(text)).to.deep.equal(refused);
        }
        expect(await faults(described, parameter, 'ł')).to.deep.equal([]);
      });
    }
  }

  it('that is a name is not only white space', async () => {
    for (const { described, parameter } of TEXTS) {
      if (!NAMES.includes(parameter.name)) continue;
      expect(await faults(described, parameter, ' \u00a0 '), `${described.path} ${parameter.name}`).to.have.length(1);
    }
  });
});

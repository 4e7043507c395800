/**
 * Resources with versions, changed by many clients at the same time: of those that name the same version, one succeeds.
 */
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../support/app.ts';
import { aStudy, made, somebody } from '../support/directory.ts';
import { call } from '../support/http.ts';

const AT_ONCE = 8;
const IF_FIRST = { 'If-Match': '"1"' };

const BY_ONE = { client: { name: 'a' }, technician: { name: 'a' }, base: { name: 'a' } };

describe('a resource with a version', () => {
  let app: TestApp;
  let names = 0;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());

  const patient = (): Promise<string> => made(app, '/patients', somebody());
  const child = async (kind: string, document: object): Promise<string> => {
    const path = `/patients/${await patient()}/${kind}`;
    return `${path}/${await made(app, path, document)}`;
  };
  const attendance = async (): Promise<string> => {
    const body = { externalId: `v ${++names}`, deadline: '2026-01-15', ...BY_ONE };
    return `/attendances/${await made(app, '/attendances', body)}`;
  };
  /** Creates one of a resource and returns its path, and a change of it. */
  const RESOURCES: Record<string, { path: () => Promise<string>; change: (i: number) => object }> = {
    'a patient': { path: async () => `/patients/${await patient()}`, change: (i) => ({ income: i }) },
    'a study': { path: () => child('studies', aStudy()), change: (i) => ({ description: `${i}` }) },
    'an encounter': {
      path: () => child('encounters', { start: '2026-01-15T09:30:00Z' }),
      change: (i) => ({ class: `c${i}` }),
    },
    'a condition': {
      path: () => child('conditions', { code: 'J32', description: 'x', start: '2019-04-16' }),
      change: (i) => ({ description: `d ${i}` }),
    },
    'an attendance': { path: attendance, change: (i) => ({ deadline: `2026-02-0${i + 1}` }) },
    'an attendance, whose client is new,': {
      path: attendance,
      change: (i) => (i % 2 === 0 ? { client: { name: `new ${++names}` } } : { deadline: `2026-02-0${i + 1}` }),
    },
    'a user': {
      path: async () => `/users/${(await app.newUser('clinician')).id}`,
      change: (i) => ({ fullName: `Changed by ${i}` }),
    },
  };

  for (const [what, { path, change }] of Object.entries(RESOURCES)) {
    const atOnce = async (headers: Record<string, string>, isRemoval: (i: number) => boolean) => {
      const place = await path();
      const answers = await Promise.all(
        Array.from({ length: AT_ONCE }, (_, i) =>
          isRemoval(i)
            ? call(app, 'DELETE', place, { token: app.admin.token, headers })
            : call(app, 'PATCH', place, { token: app.admin.token, headers, body: change(i) }),
        ),
      );
      return { place, answers, through: answers.filter(({ status }) => status < 300) };
    };

    it(`${what} lets one of many concurrent changes with the same If-Match through`, async () => {
      const { place, answers, through } = await atOnce(IF_FIRST, () => false);
      expect(through, answers.map(({ status }) => status).join()).to.have.length(1);
      for (const { status } of answers) expect(status).to.be.oneOf([200, 412]);
      expect((await call(app, 'GET', place, { token: app.admin.token })).json.version).to.equal(2);
    });

    it(`${what} lets one of many concurrent changes and removals with the same If-Match through`, async () => {
      const { answers, through } = await atOnce(IF_FIRST, (i) => i % 2 === 0);
      expect(through, answers.map(({ status }) => status).join()).to.have.length(1);
      for (const { status } of answers) expect(status).to.be.oneOf([200, 204, 404, 412]);
    });

    it(`${what} counts every change without If-Match`, async () => {
      const { place, answers, through } = await atOnce({}, () => false);
      expect(through, answers.map(({ status }) => status).join()).to.have.length(AT_ONCE);
      const versions = through.map(({ json }) => json.version as number).toSorted((a, b) => a - b);
      expect(versions).to.deep.equal(through.map((_, i) => i + 2));
      expect((await call(app, 'GET', place, { token: app.admin.token })).json.version).to.equal(AT_ONCE + 1);
    });
  }
});

/**
 * Who may do what: every operation of the API document × every kind of caller × every kind of id. A new operation is
 * covered as soon as it is described.
 */
import { expect } from 'chai';
import { API } from '../../src/app.ts';
import type { Role } from '../../src/http/operation.ts';
import { signToken, tokenKey } from '../../src/users/tokens.ts';
import { type Principal, startTestApp, type TestApp } from '../support/app.ts';
import { type Described, describedOperations, DOCUMENT, exampleBody, requiredHeaders } from '../support/document.ts';
import { type Answer, call } from '../support/http.ts';
import { BODIES, createSomebody, type Parameters, RESOURCES, type Resource } from '../support/matrix.ts';
import { NEEDED } from '../support/needed.ts';

/** The media type of a body of PATCH /uploads/{id}. */
const OFFSET_OCTETS = 'application/offset+octet-stream';

const MISSING = 'a'.repeat(24);
const MALFORMED = [
  '0',
  'me',
  MISSING.slice(1),
  `${MISSING}a`,
  MISSING.toUpperCase(),
  '%7B%22$ne%22:null%7D',
  '%E0%A4%A',
  '..%2Fusers',
  '%00',
  '665f1c2ab7e4d1a2c3b4d5e6%0A',
  'x'.repeat(2_000),
];

const OPERATIONS = describedOperations(DOCUMENT).filter(({ address }) => address.startsWith(API));

/** Whether a document can be read by its owner, in its first version. @param path of an operation on it */
const isAtItsAddress =
  (path: string): NonNullable<Resource['isUntouched']> =>
  async (test, { token }, { id }) => {
    const { json } = await call(test, 'GET', `/${path.split('/')[1]!}/${id!}`, { token });
    return json.id === id && json.version === 1;
  };

const rolesOf = ({ operation }: Described): Role[] =>
  operation['x-access'] === 'user' ? ['admin', 'clinician'] : [operation['x-access'] as Role];
const resourceOf = ({ path }: Described): Resource | undefined =>
  path.includes('{id}') ? RESOURCES[path.split('/')[1]!] : undefined;

const bodyOf = (described: Described, sender: Principal): unknown =>
  BODIES[described.operation.operationId!]?.(sender) ?? exampleBody(DOCUMENT, described);

/** The code of a problem. @param otherwise if there is no body, as in every answer to HEAD */
const codeOf = ({ json, text }: Answer, otherwise: string): unknown => (text === '' ? otherwise : json.code);

/** The visible parts of an answer, without those that differ between any two answers. */
function visible({ status, headers, text }: { status: number; headers: Headers; text: string }): object {
  const requestId = headers.get('x-request-id')!;
  return {
    status,
    headers: [...headers].filter(([name]) => name !== 'x-request-id' && name !== 'date'),
    text: text.replaceAll(requestId, '…'),
  };
}

describe('the access matrix', function () {
  this.timeout(60_000);
  let test: TestApp;
  /** Tokens that are not accepted. */
  const rejected: Record<string, string | undefined> = {};

  before(async () => {
    test = await startTestApp();
    await createSomebody(test);
    const { id, token } = test.clinician;
    const { ver } = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { ver: number };
    const user = { id, tokenVersion: ver };
    const now = Date.now();
    expect(
      (await call(test, 'GET', '/auth/me', { token: signToken(tokenKey(test.config), user, 60, now) })).status,
      'a token made like the expired one',
    ).to.equal(200);

    const deactivated = await test.newUser('clinician');
    await call(test, 'PATCH', `/users/${deactivated.id}`, { token: test.admin.token, body: { isActive: false } });
    const loggedOut = await test.newUser('clinician');
    await call(test, 'POST', '/auth/logout', { token: loggedOut.token });
    Object.assign(rejected, {
      'nobody (no token)': undefined,
      'a garbage token': 'garbage',
      'a token of another key': signToken(
        tokenKey({ secretKey: 'another key that is long enough, too' }),
        user,
        60,
        now,
      ),
      'an expired token': signToken(tokenKey(test.config), user, 60, now - 61_000),
      'a deactivated user': deactivated.token,
      'a user who has logged out': loggedOut.token,
    });
  });
  after(() => test.close());

  const request = async (
    described: Described,
    parameters: Parameters,
    options: { token: string | undefined; body: unknown; headers?: Record<string, string> },
  ) => {
    const { method, path, operation } = described;
    const { token, headers, ...rest } = options;
    const binary = OFFSET_OCTETS in (operation.requestBody?.content ?? {});
    const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => parameters[name]!);
    const required = (operation.parameters ?? []).filter(
      (parameter) => parameter['in'] === 'query' && parameter['required'],
    ) as { name: string; example: string }[];
    const query = required.map(({ name, example }) => `${name}=${example}`).join('&');
    const answer = await call(test, method.toUpperCase(), query === '' ? address : `${address}?${query}`, {
      ...(token !== undefined && { token }),
      ...rest,
      ...(binary && { raw: 'abcd' }),
      headers: { ...requiredHeaders(described), ...(binary && { 'Content-Type': OFFSET_OCTETS }), ...headers },
    });
    expect(operation.responses, `the responses that ${method} ${path} describes (${answer.text})`).to.have.property(
      String(answer.status),
    );
    return answer;
  };

  const send = (
    described: Described,
    sender: Principal,
    parameters: Parameters,
    headers: Record<string, string> = {},
  ) => request(described, parameters, { token: sender.token, body: bodyOf(described, sender), headers });

  it('has a row for every operation of the code', () => {
    const declared = test.app.operations.map(
      ({ method, path, access }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')} ${access}`,
    );
    expect(
      OPERATIONS.map(({ method, path, operation }) => `${method} ${path} ${operation['x-access']}`),
    ).to.have.members(declared);
    expect(
      OPERATIONS.filter((described) => described.path.includes('{id}') && !resourceOf(described)).map(
        ({ path }) => path,
      ),
      'paths whose resource is not in RESOURCES',
    ).to.deep.equal([]);
  });

  for (const described of OPERATIONS) {
    const { method, path, operation } = described;
    const resource = resourceOf(described);
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
    const nowhere: Parameters = Object.fromEntries(names.map((name) => [name, name === 'name' ? 'II' : MISSING]));
    /** Each parameter of a path in turn, all others of an existing document. */
    const astray = (existing: Parameters, values: readonly string[]): Parameters[] =>
      names.flatMap((name) => values.map((value) => ({ ...existing, [name]: value })));

    describe(`${method.toUpperCase()} ${path}`, () => {
      if (operation['x-access'] === 'public') {
        it('is open to everybody, with any token', async () => {
          for (const [who, token] of Object.entries(rejected)) {
            const needed = (await NEEDED[operation.operationId!]?.(test)) ?? {};
            const body = bodyOf(described, test.clinician);
            const { status, text } = await request(described, {}, { token, body, ...needed });
            expect(status, `${who}: ${text}`).to.be.within(200, 299);
          }
        });
        return;
      }

      it('answers 401 to unauthenticated callers, whatever the id', async () => {
        const ids: Parameters[] = resource
          ? [await resource.make(test, test.clinician), nowhere, ...astray(nowhere, [MALFORMED[0]!])]
          : [{}];
        for (const [who, token] of Object.entries(rejected)) {
          for (const parameters of ids) {
            const answer = await request(described, parameters, { token, body: bodyOf(described, test.clinician) });
            expect(answer.status, who).to.equal(401);
            const code = token === undefined ? 'token-missing' : 'token-invalid';
            expect(codeOf(answer, code), who).to.equal(code);
            expect(answer.headers.get('www-authenticate'), who).to.match(/^Bearer/);
          }
        }
      });

      for (const role of (['admin', 'clinician'] as const).filter((some) => !rolesOf(described).includes(some))) {
        it(`answers 403 to the role ${role}, whatever the id`, async () => {
          const sender = role === 'admin' ? test.admin : test.clinician;
          const ids = resource
            ? [await resource.make(test, test.clinician), nowhere, ...astray(nowhere, MALFORMED)]
            : [{}];
          const answers = [];
          for (const parameters of ids) answers.push(await send(described, sender, parameters));
          expect(answers[0]!.status).to.equal(403);
          expect(codeOf(answers[0]!, 'role-forbidden')).to.equal('role-forbidden');
          for (const answer of answers) expect(visible(answer)).to.deep.equal(visible(answers[0]!));
        });
      }

      for (const role of rolesOf(described)) {
        it(`works for the role ${role}${resource?.isOwned ? ', on their own' : ''}`, async () => {
          const sender = await test.newUser(role);
          const { status, text } = await send(described, sender, (await resource?.make(test, sender)) ?? {});
          expect(status, text).to.be.within(200, 299);
        });

        if (!resource) continue;
        const isOwned = resource.isOwned && !(role === 'admin' && resource.isAdmins);
        it(`gives role ${role} the same 404 for a ${isOwned ? 'foreign, ' : ''}missing or malformed id`, async () => {
          const sender = role === 'admin' ? test.admin : test.clinician;
          const missing = await send(described, sender, nowhere);
          expect(missing.status).to.equal(404);
          expect(codeOf(missing, 'not-found')).to.equal('not-found');
          const own = await resource.make(test, sender);
          const ids: Parameters[] = [...astray(own, [MISSING, ...MALFORMED]), ...astray(nowhere, MALFORMED)];
          const foreign = isOwned ? await resource.make(test, test.other) : null;
          if (foreign) ids.push(foreign);
          // What belongs to another one than the path says.
          if (names.length > 1 && !names.includes('name')) {
            const another = await resource.make(test, sender);
            ids.push({ ...another, id: own['id']! });
          }
          for (const parameters of ids) {
            for (const headers of [{}, { 'If-Match': '"999"' }]) {
              expect(
                visible(await send(described, sender, parameters, headers)),
                JSON.stringify(parameters),
              ).to.deep.equal(visible(missing));
            }
          }
          if (foreign) {
            const isUntouched = resource.isUntouched ?? isAtItsAddress(path);
            expect(await isUntouched(test, test.other, foreign), 'the foreign one is untouched').to.equal(true);
          }
        });
      }
    });
  }
});

/** What public operations need to succeed, made anew for each request: cookies and links that can be used once. */
import { API } from '../../src/app.ts';
import type { TestApp } from './app.ts';
import { call } from './http.ts';
import { Visitor } from './visitor.ts';

interface Needed {
  headers?: Record<string, string>;
  body?: unknown;
}

/** By the id of the operation. */
export const NEEDED: Readonly<Record<string, (test: TestApp) => Promise<Needed>>> = {
  refreshSession: async (test) => {
    const visitor = new Visitor(test);
    await visitor.logIn(await test.newUser('clinician'));
    return { headers: { Origin: test.url, Cookie: visitor.cookieFor(`${API}/auth/session/refresh`) } };
  },
  resetPassword: async (test) => {
    const { id } = await test.newUser('clinician');
    const { json } = await call(test, 'POST', `/users/${id}/password-reset`, { token: test.admin.token });
    return { body: { token: json.token as string, password: 'a better password' } };
  },
};

/** One application for a group of tests, and a new clinician for each test. */
import { type Principal, startTestApp, type TestApp } from './app.ts';
import { type Answer, call } from './http.ts';
import { type Part, upload } from './multipart.ts';

export class NewClinician {
  #app: TestApp | null = null;
  #owner: Principal | null = null;

  /** Called inside `describe`. */
  constructor() {
    before(async () => (this.#app = await startTestApp()));
    after(async () => this.#app?.close());
    beforeEach(async () => (this.#owner = await this.app.newUser('clinician')));
  }

  get app(): TestApp {
    return this.#app!;
  }

  get token(): string {
    return this.#owner!.token;
  }

  get = (path: string): Promise<Answer> => call(this.app, 'GET', path, { token: this.token });

  /** Uploads one file as the body of the request. */
  post = (raw: Uint8Array, query = '', type = 'application/octet-stream'): Promise<Answer> =>
    call(this.app, 'POST', `/ecgs${query}`, { token: this.token, raw, headers: { 'Content-Type': type } });

  /** Uploads files as the parts of a form. */
  upload = (parts: readonly Part[], query = ''): Promise<Answer> => upload(this.app, this.token, parts, query);
}

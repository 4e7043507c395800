/** A browser as far as sessions are concerned: it keeps cookies, and sends them where they belong. */
import { API } from '../../src/app.ts';
import type { Principal } from './app.ts';
import { type Answer, call } from './http.ts';

/** A cookie as it was set. */
export interface Kept {
  value: string;
  path: string;
  /** Lower case: `httponly`, `samesite=strict`, … */
  flags: string[];
}

export class Visitor {
  readonly cookies = new Map<string, Kept>();
  readonly #app: { url: string };
  readonly #headers: Record<string, string>;

  /** @param headers of every request; a page of the service sends its Origin */
  constructor(app: { url: string }, headers: Record<string, string> = { Origin: app.url }) {
    this.#app = app;
    this.#headers = headers;
  }

  async call(method: string, path: string, options: Parameters<typeof call>[3] = {}): Promise<Answer> {
    const cookie = this.cookieFor(`${API}${path}`);
    const headers = { ...this.#headers, ...(cookie !== '' && { Cookie: cookie }), ...options.headers };
    const answer = await call(this.#app, method, path, { ...options, headers });
    for (const text of answer.headers.getSetCookie()) this.#keep(text);
    return answer;
  }

  logIn({ email, password }: Pick<Principal, 'email' | 'password'>): Promise<Answer> {
    return this.call('POST', '/auth/session', { body: { email, password } });
  }

  refresh(): Promise<Answer> {
    return this.call('POST', '/auth/session/refresh');
  }

  /** The value of the header Cookie. @param address without a query */
  cookieFor(address: string): string {
    return [...this.cookies]
      .filter(([, { path }]) => address === path || address.startsWith(`${path}/`))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
  }

  /** Another tab or a thief: with the cookies of this moment. */
  copy(): Visitor {
    const copied = new Visitor(this.#app, this.#headers);
    for (const [name, kept] of this.cookies) copied.cookies.set(name, kept);
    return copied;
  }

  #keep(text: string): void {
    const [pair = '', ...attributes] = text.split(';').map((part) => part.trim());
    const [name = '', value = ''] = pair.split('=', 2);
    const path = attributes.find((one) => one.startsWith('Path='))?.slice('Path='.length) ?? '/';
    const flags = attributes.filter((one) => !one.startsWith('Path=')).map((one) => one.toLowerCase());
    if (flags.includes('max-age=0')) this.cookies.delete(name);
    else this.cookies.set(name, { value, path, flags });
  }
}

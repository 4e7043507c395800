/** Recordings of eight samples whose scale is stated, omitted or set later. */
import type { TestApp } from './app.ts';
import { type Answer, call } from './http.ts';

export const SIGNAL = [3, -3, 5, -5, 900, -900, 1, 0];

export interface Channel {
  name: string;
  samplingRate: number | null;
  unit: string | null;
  gain: number;
  zeroLevel: number;
  calibrated: boolean;
}

export const first = (answer: Answer): Channel => answer.json.channels[0];

/** A clinician's requests about such recordings. */
export interface ScaleCalls {
  post: (about: object, query?: string) => Promise<Answer>;
  get: (path: string) => Promise<Answer>;
  patch: (id: string, body: object, version?: number) => Promise<Answer>;
  sheet: (id: string) => Promise<string>;
}

export function scaleCalls(app: () => TestApp): ScaleCalls {
  const asked = async (method: string, path: string, options: Parameters<typeof call>[3] = {}): Promise<Answer> =>
    call(app(), method, path, { token: app().clinician.token, ...options });
  const get = async (path: string): Promise<Answer> => asked('GET', path);
  return {
    get,
    post: async (about, query = '') =>
      asked('POST', `/ecgs?duplicate=allow${query.replace('?', '&')}`, {
        body: { samplingRate: 100, leads: [{ name: 'II', signal: SIGNAL }], ...about },
      }),
    patch: async (id, body, version) =>
      asked('PATCH', `/ecgs/${id}`, { body, headers: version === undefined ? {} : { 'If-Match': `"${version}"` } }),
    sheet: async (id) => (await get(`/ecgs/${id}/ecg.svg`)).text,
  };
}

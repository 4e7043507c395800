/** The API's client. Its paths, parameters and answers are typed by the API document (`schema.ts`). */
import createClient from 'openapi-fetch';
import { renewSession } from '../session/renew.ts';
import { tellsChanges } from './changes.ts';
import { API } from './paths.ts';
import type { components, paths } from './schema.ts';

/** The schemas of the API document, by name: `Schemas['Ecg']`. */
export type Schemas = components['schemas'];

/** The methods of the API. Answers come as `{ data, error, response }`; pass them to `answered` (`failure.ts`). */
export const api = createClient<paths>({ baseUrl: API, credentials: 'same-origin', fetch: fetchRenewed });
api.use(tellsChanges);

/** Fetches; if the short access cookie has expired, the session is renewed once and the request is sent again. */
export async function fetchRenewed(request: Request): Promise<Response> {
  const again = request.clone();
  const response = await fetch(request);
  if (response.status !== 401 || !(await renewSession().catch(() => false))) return response;
  return fetch(again);
}

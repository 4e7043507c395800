/** Requests of the tus protocol, as far as tests make them by hand. */
import { randomBytes } from 'node:crypto';
import type { Principal, TestApp } from './app.ts';
import { type Answer, call } from './http.ts';

export const TUS = { 'Tus-Resumable': '1.0.0' };
const BYTES = { 'Content-Type': 'application/offset+octet-stream' };

export type Owner = Pick<Principal, 'token'>;
type Server = Pick<TestApp, 'url'>;

export const metadataOf = (name: string): string => `filename ${Buffer.from(name).toString('base64')}`;

/** Begins an upload. */
export const begin = (
  app: Server,
  { token }: Owner,
  length: number | string,
  name: string | null = null,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  call(app, 'POST', '/uploads', {
    token,
    headers: {
      ...TUS,
      'Upload-Length': String(length),
      ...(name !== null && { 'Upload-Metadata': metadataOf(name) }),
      ...headers,
    },
  });

/** Begins an upload and returns its id. */
export async function begun(app: Server, owner: Owner, length: number, name: string | null = null): Promise<string> {
  const { status, headers, text } = await begin(app, owner, length, name);
  const id = headers.get('location')?.split('/').at(-1);
  if (status !== 201 || id === undefined) throw new Error(`The upload could not be begun: ${status} ${text}`);
  return id;
}

export const ask = (app: Server, { token }: Owner, id: string): Promise<Answer> =>
  call(app, 'HEAD', `/uploads/${id}`, { token, headers: TUS });

export const offsetOf = async (app: Server, owner: Owner, id: string): Promise<number> =>
  Number((await ask(app, owner, id)).headers.get('upload-offset') ?? NaN);

/** Sends bytes of an upload. */
export const patch = (
  app: Server,
  { token }: Owner,
  id: string,
  offset: number,
  raw: Uint8Array,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  call(app, 'PATCH', `/uploads/${id}`, {
    token,
    raw,
    headers: { ...TUS, ...BYTES, 'Upload-Offset': String(offset), ...headers },
  });

/** Uploads a whole file and returns its id. */
export async function uploadedFile(
  app: Server,
  owner: Owner,
  bytes: Uint8Array,
  name: string | null = null,
): Promise<string> {
  const id = await begun(app, owner, bytes.length, name);
  const { status, text } = await patch(app, owner, id, 0, bytes);
  if (status !== 204) throw new Error(`The upload was answered with ${status}: ${text}`);
  return id;
}

/** Makes a recording of uploads. */
export const record = (
  app: Server,
  { token }: Owner,
  uploads: readonly string[],
  more: Record<string, unknown> = {},
  query = '',
): Promise<Answer> => call(app, 'POST', `/ecgs${query}`, { token, body: { uploads, ...more } });

export const readUpload = (app: Server, { token }: Owner, id: string): Promise<Answer> =>
  call(app, 'GET', `/uploads/${id}`, { token });

/** Bytes that no compression and no mistake could make by chance. */
export const noise = (length: number): Buffer => randomBytes(length);

/** Imports over HTTP: sent, and followed to their end. */
import { expect } from 'chai';
import type { Collection, Connection } from 'mongoose';
import type { StoredImport } from '../../src/imports/model.ts';
import type { Principal, TestApp } from './app.ts';
import { type Answer, call } from './http.ts';

/** What is stored, past the model. */
export const importCollection = (database: Connection): Collection<StoredImport> => database.collection('imports');

export type Sent = string | Uint8Array;

/** The form that carries a file, and fields before it. */
export function form(file: Sent, fields: Record<string, string> = {}): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  data.set('file', new Blob([file], { type: 'text/csv' }), 'things.csv');
  return data;
}

/** How the rows of an import are counted. */
export const counts = (total: number, created: number, updated: number, unchanged: number, failed: number) => ({
  total,
  ok: created + updated,
  created,
  updated,
  unchanged,
  failed,
});

/** Sends a file to be imported. */
export const send = async (app: TestApp, by: Principal, file: Sent, fields?: Record<string, string>): Promise<Answer> =>
  call(app, 'POST', '/imports', { token: by.token, body: form(file, fields) });

/** The import once it has ended. */
// oxlint-disable-next-line no-explicit-any -- tests look into answers freely
export async function ended(app: TestApp, by: Principal, id: string): Promise<any> {
  // Its events end with it.
  await call(app, 'GET', `/imports/${id}/events`, { token: by.token });
  return (await call(app, 'GET', `/imports/${id}`, { token: by.token })).json;
}

/** Imports a file, and answers the import once it has ended. */
// oxlint-disable-next-line no-explicit-any -- as above
export async function imported(app: TestApp, by: Principal, file: Sent, fields?: Record<string, string>): Promise<any> {
  const answer = await send(app, by, file, fields);
  expect(answer.status, answer.text).to.equal(202);
  return ended(app, by, answer.json.id);
}

/** Sends imports over HTTP and follows them to their end. */
import { expect } from 'chai';
import type { Collection, Connection } from 'mongoose';
import type { StoredImport } from '../../src/imports/model.ts';
import type { Principal, TestApp } from './app.ts';
import { type Answer, call } from './http.ts';

/** What is stored, past the model. */
export const importCollection = (database: Connection): Collection<StoredImport> => database.collection('imports');

export type Sent = string | Uint8Array;

/** A form with the fields followed by the file. */
export function form(file: Sent, fields: Record<string, string> = {}): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  data.set('file', new Blob([file], { type: 'text/csv' }), 'things.csv');
  return data;
}

/** The row counts of an import. */
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

/** The import after it has ended. */
// oxlint-disable-next-line no-explicit-any -- tests look into answers freely
export async function ended(app: TestApp, by: Principal, id: string): Promise<any> {
  // The event stream ends with the import.
  await call(app, 'GET', `/imports/${id}/events`, { token: by.token });
  return (await call(app, 'GET', `/imports/${id}`, { token: by.token })).json;
}

/** Imports a file, and returns the import after it has ended. */
// oxlint-disable-next-line no-explicit-any -- as above
export async function imported(app: TestApp, by: Principal, file: Sent, fields?: Record<string, string>): Promise<any> {
  const answer = await send(app, by, file, fields);
  expect(answer.status, answer.text).to.equal(202);
  return ended(app, by, answer.json.id);
}

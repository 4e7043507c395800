/** What the access matrix needs: how to create a document of each resource, and bodies that fit the sender. */
import { Types } from 'mongoose';
import { type Principal, type TestApp } from './app.ts';
import { call } from './http.ts';
import { atr } from './marks.ts';
import { begun } from './uploads.ts';
import { Visitor } from './visitor.ts';

export type Parameters = Record<string, string>;

export interface Resource {
  /** Creates one and returns the parameters of its paths. @param owner a user who may create it */
  make: (test: TestApp, owner: Principal) => Promise<Parameters>;
  /** False if everybody who may use an operation may use it on all of them. */
  isOwned: boolean;
  /** Whether admins may do to all of them what owners may do to their own. */
  isAdmins?: true;
  /** Whether somebody's own one is still as it was made; if omitted, it is read at its address. */
  isUntouched?: (test: TestApp, owner: Principal, made: Parameters) => Promise<boolean>;
}

const uploaded = async (test: TestApp, owner: Principal): Promise<string> =>
  (
    await call(test, 'POST', '/ecgs?duplicate=allow', {
      token: owner.token,
      body: { samplingRate: 500, leads: [{ name: 'II', signal: [1, -1, 2] }] },
    })
  ).json.id as string;

const annotationForm = (): FormData => {
  const form = new FormData();
  form.set('file', new Blob([Uint8Array.from(atr([[1, 1]]))]), 'a.atr');
  return form;
};

/** A recording with what readers can add to it. */
async function annotated(test: TestApp, { token }: Principal): Promise<Parameters> {
  const id = await uploaded(test, { token } as Principal);
  const idOf = async (path: string, body: unknown): Promise<string> =>
    (await call(test, 'POST', `/ecgs/${id}${path}`, { token, body })).json.id as string;
  const annotationId = await idOf('/annotations', { at: 0, text: 'a' });
  const fileId = await idOf('/annotations/files', annotationForm());
  await call(test, 'PUT', `/ecgs/${id}/comment`, { token, body: { text: 'a draft' } });
  return { id, name: 'II', annotationId, fileId };
}

/** A patient for bodies that refer to one. */
let somebody = '';

/** Creates it. */
export async function createSomebody(test: TestApp): Promise<void> {
  somebody = (await registered(test)).id;
}

/** A patient with one document of each kind. */
async function registered(
  test: TestApp,
): Promise<{ id: string; studyId: string; encounterId: string; conditionId: string }> {
  const post = async (path: string, body: object): Promise<string> =>
    (await call(test, 'POST', path, { token: test.admin.token, body })).json.id;
  const id = await post('/patients', { firstName: 'F', lastName: 'L', birthDate: '1944-04-23' });
  return {
    id,
    studyId: await post(`/patients/${id}/studies`, { urgencyLevel: 'LOW', type: 'ECG' }),
    encounterId: await post(`/patients/${id}/encounters`, { start: '2026-01-15' }),
    conditionId: await post(`/patients/${id}/conditions`, { code: '1', description: 'D', start: '2019-04-16' }),
  };
}

let attendances = 0;
const attendance = () => ({
  externalId: `A-${++attendances}`,
  client: { name: 'C' },
  technician: { name: 'T' },
  base: { name: 'B' },
  deadline: '2026-01-15',
});
const attended = async (test: TestApp) =>
  (await call(test, 'POST', '/attendances', { token: test.admin.token, body: attendance() })).json;

const csvForm = (): FormData => {
  const form = new FormData();
  form.set('file', new Blob(['a,b\n1,2\n'], { type: 'text/csv' }), 'a.csv');
  return form;
};
/** An import that has ended, so that its event stream ends, too. */
const imported = async (test: TestApp, owner: Principal): Promise<string> => {
  const { id } = (await call(test, 'POST', '/imports', { token: owner.token, body: csvForm() })).json as { id: string };
  await test.database
    .collection<{ _id: Types.ObjectId }>('imports')
    .updateOne({ _id: new Types.ObjectId(id) }, { $set: { state: 'cancelled' } });
  return id;
};

/** How to create resources with an id, by the first word of their paths. */
export const RESOURCES: Record<string, Resource> = {
  users: { isOwned: false, make: async (test) => ({ id: (await test.newUser('clinician')).id }) },
  ecgs: { isOwned: true, make: async (test, owner) => annotated(test, owner) },
  patients: { isOwned: false, make: async (test) => registered(test) },
  studies: { isOwned: false, make: async (test) => ({ id: (await registered(test)).studyId }) },
  attendances: { isOwned: false, make: async (test) => ({ id: (await attended(test)).id as string }) },
  clients: { isOwned: false, make: async (test) => ({ id: (await attended(test)).client.id as string }) },
  technicians: { isOwned: false, make: async (test) => ({ id: (await attended(test)).technician.id as string }) },
  bases: { isOwned: false, make: async (test) => ({ id: (await attended(test)).base.id as string }) },
  uploads: { isOwned: true, make: async (test, owner) => ({ id: await begun(test, owner, 4) }) },
  imports: { isOwned: true, isAdmins: true, make: async (test, owner) => ({ id: await imported(test, owner) }) },
  auth: {
    isOwned: true,
    make: async (test, owner) => ({ id: (await new Visitor(test).logIn(owner)).json.id as string }),
    isUntouched: async (test, owner, { id }) => {
      const { items } = (await call(test, 'GET', '/auth/sessions', { token: owner.token })).json;
      return items.some((one: { id: string }) => one.id === id);
    },
  },
};

/** Bodies that depend on the sender, or would conflict with another operation's example. */
export const BODIES: Record<string, (sender: Principal) => unknown> = {
  login: ({ email, password }) => ({ email, password }),
  beginSession: ({ email, password }) => ({ email, password }),
  changePassword: ({ password }) => ({ currentPassword: password, newPassword: `${password} anew` }),
  createStudy: () => ({ patient: somebody, urgencyLevel: 'LOW', type: 'ECG' }),
  createAttendance: () => attendance(),
  replaceAttendance: () => attendance(),
  changeUser: () => ({ fullName: 'Another Name' }),
  uploadImport: () => csvForm(),
  // The recordings here last milliseconds.
  createAnnotation: () => ({ at: 0, channel: 'II', text: 'the beginning' }),
  attachAnnotations: () => annotationForm(),
};

/** One request of every kind that creates something, for tests of `Idempotency-Key`. */
import type { Connection } from 'mongoose';
import type { TestApp } from './app.ts';
import { made, somebody } from './directory.ts';
import { type Answer, call } from './http.ts';
import { atr, fourSeconds } from './marks.ts';
import { multipart } from './multipart.ts';

/** What a request sends: JSON, or bytes with their headers. */
export type Sending = { body: unknown } | { raw: Uint8Array; headers: Record<string, string> };

/** A kind of request. Bodies with the same number are equal, and a boundary is another one each time. */
export interface Creation {
  path: string;
  sender: 'admin' | 'clinician';
  /** Where it creates one document. */
  collection: string;
  body: (n: number) => Sending;
}

let boundaries = 0;
const form = (parts: Parameters<typeof multipart>[0]): Sending => multipart(parts, `boundary-${++boundaries}`);

const recording = (n: number, more: object = {}) => ({
  samplingRate: 500,
  leads: [{ name: 'II', signal: [1, -1, 2, n] }],
  ...more,
});
const bytesOf = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

/** The file of an import as a browser would send it. */
function csv(n: number): Sending {
  const boundary = `boundary-${++boundaries}`;
  return {
    raw: Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="kind"\r\n\r\npatients\r\n` +
        `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n` +
        `Content-Type: text/csv\r\n\r\nId,First,Last,BirthDate\n${n},A,B,1944-04-23\n\r\n--${boundary}--\r\n`,
    ),
    headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
  };
}

const directory = (path: string, collection: string, body: (n: number) => object): Creation => ({
  path,
  sender: 'admin',
  collection,
  body: (n) => ({ body: body(n) }),
});
const ecg = (body: (n: number) => Sending, query = ''): Creation => ({
  path: `/ecgs${query}`,
  sender: 'clinician',
  collection: 'ecgs',
  body,
});
const study = (n: number): object => ({ urgencyLevel: 'LOW', type: 'ECG', bodyPart: `CHEST ${n}` });

/** @param patient of the directory, for what belongs to one. @param recordingId of `aRecording`, likewise */
export function creations(patient: string, recordingId: string): Record<string, Creation> {
  return {
    'a patient': directory('/patients', 'patients', (n) => somebody({ lastName: `Ratke ${n}` })),
    'a study': directory('/studies', 'studies', (n) => ({ patient, ...study(n) })),
    'a study of a patient': directory(`/patients/${patient}/studies`, 'studies', study),
    'an encounter': directory(`/patients/${patient}/encounters`, 'encounters', (n) => ({
      start: '2026-01-15',
      description: `Visit ${n}`,
    })),
    'a condition': directory(`/patients/${patient}/conditions`, 'conditions', (n) => ({
      code: String(n),
      description: 'D',
      start: '2019-04-16',
    })),
    'an attendance': directory('/attendances', 'attendances', (n) => ({
      externalId: `A-${n}`,
      client: { name: `Client ${n}` },
      technician: { name: `Technician ${n}` },
      base: { name: `Base ${n}` },
      deadline: '2026-01-15',
    })),
    'a user': directory('/users', 'users', (n) => ({
      email: `new-${n}@clinic.example`,
      fullName: 'New User',
      role: 'clinician',
      password: 'correct horse battery',
    })),
    'a recording': ecg((n) => ({ body: recording(n) })),
    'a recording of a patient': ecg((n) => ({ body: recording(n, { patient }) })),
    'a recording that is wanted twice': ecg((n) => ({ body: recording(n) }), '?duplicate=allow'),
    'a recording in a form': ecg((n) => form([{ file: 'a.json', bytes: bytesOf(recording(n)) }]), '?duplicate=allow'),
    'an annotation': {
      path: `/ecgs/${recordingId}/annotations`,
      sender: 'clinician',
      collection: 'ecgMarks',
      body: (n) => ({ body: { at: 1, text: `Remark ${n}` } }),
    },
    'a file of annotations': {
      path: `/ecgs/${recordingId}/annotations/files`,
      sender: 'clinician',
      collection: 'ecgAttachedAnnotations',
      body: (n) => ({
        raw: atr([[n % 400, 1 + (Math.floor(n / 400) % 9)]]),
        headers: { 'Content-Type': 'application/octet-stream' },
      }),
    },
    'a resumable upload': {
      path: '/uploads',
      sender: 'clinician',
      collection: 'uploads',
      body: (n) => ({
        raw: new Uint8Array(0),
        headers: { 'Tus-Resumable': '1.0.0', 'Upload-Length': String(1_000 + n) },
      }),
    },
    'an import': { path: '/imports', sender: 'clinician', collection: 'imports', body: csv },
  };
}

/** A patient, for `creations`. */
export const aPatient = (app: TestApp): Promise<string> => made(app, '/patients', somebody());

/** A recording of the clinician, for `creations`. */
export const aRecording = (app: Pick<TestApp, 'url' | 'clinician'>): Promise<string> =>
  fourSeconds(app, app.clinician.token, { leads: [{ name: 'II', signal: Array<number>(400).fill(1) }] });

/** Sends a request with a key. */
export const sendKeyed = (
  app: Pick<TestApp, 'url' | 'admin' | 'clinician'>,
  { path, sender, body }: Creation,
  n: number,
  key: string,
  token = app[sender].token,
): Promise<Answer> => {
  const sending = body(n);
  const headers = { 'Idempotency-Key': key, ...('headers' in sending && sending.headers) };
  return call(app, 'POST', path, { token, ...sending, headers });
};

/** The number of things of a kind. */
export const countOf = (database: Connection, { collection }: Creation): Promise<number> =>
  database.collection(collection).countDocuments(VISIBLE[collection] ?? {});

/** What does not exist for users: markers of removed recordings, and uploads of imports in progress. */
const VISIBLE: Readonly<Record<string, object>> = {
  ecgs: { version: { $gte: 1 } },
  imports: { state: { $nin: ['uploading', 'abandoned'] } },
};

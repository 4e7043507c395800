/** One upload of each kind that is stored in a different way, for tests of failures during its writes. */
import { expect } from 'chai';
import type { TestApp } from './app.ts';
import { aStudy, made, somebody } from './directory.ts';
import { call } from './http.ts';
import { dicomSending, jsonSending, send, type Sending, signalsOf, wfdbSending } from './sendings.ts';

/** An upload with new content each time. */
export interface UploadKind {
  name: string;
  /** Creates what it depends on, and returns what is to be sent. */
  prepare: (place: TestApp, id: string, seed: number) => Promise<Sending>;
  /** Possible statuses of its last answer. */
  ends: readonly number[];
  /** Some of its writes, so that each of them is known to occur. */
  writes: readonly string[];
}

/** Statuses of an upload that is stored, now or before. */
export const STORED = [200, 201];
const SHORT = { I: 300, II: 300 };

export const UPLOAD_KINDS: readonly UploadKind[] = [
  {
    name: 'of one recording',
    ends: STORED,
    writes: ['insert ecgBlocks', 'insert ecgOriginals.chunks', 'insert ecgOriginals.files', 'insert ecgs'],
    prepare: async (_, id, seed) => jsonSending(id, signalsOf(seed, SHORT)),
  },
  {
    name: 'of many blocks',
    ends: STORED,
    writes: ['insert ecgBlocks', 'insert ecgs'],
    prepare: async (_, id, seed) => jsonSending(id, signalsOf(seed, { I: 700_000, II: 100_000 })),
  },
  {
    name: 'of a patient and a study',
    ends: STORED,
    writes: ['insert ecgBlocks', 'findAndModify studies', 'update patients', 'insert ecgs', 'commitTransaction'],
    prepare: async (place, id, seed) => {
      const patient = await made(place, '/patients', somebody());
      const study = await made(place, `/patients/${patient}/studies`, aStudy());
      return jsonSending(id, signalsOf(seed, SHORT), { patient, study });
    },
  },
  {
    name: 'with annotations',
    ends: STORED,
    writes: ['insert ecgBlocks', 'insert ecgAnnotations', 'insert ecgs'],
    prepare: async (_, id, seed) => wfdbSending(id, signalsOf(seed, SHORT), 1_500),
  },
  {
    name: 'of several recordings of a patient',
    ends: STORED,
    writes: ['insert ecgBlocks', 'insert ecgs', 'commitTransaction'],
    prepare: async (place, id, seed) => {
      const patient = await made(place, '/patients', somebody());
      return dicomSending(id, signalsOf(seed, SHORT), { patient });
    },
  },
  {
    name: 'of which a part is there already',
    ends: STORED,
    writes: ['insert ecgs', 'delete ecgBlocks', 'update ecgs'],
    prepare: async (place, id, seed) => {
      const sending = await dicomSending(id, signalsOf(seed, SHORT));
      const { json } = await send(place, place.clinician.token, sending);
      await remove(place, json.siblings[0].id as string);
      return sending;
    },
  },
  {
    name: 'that is there already',
    ends: [200],
    writes: ['delete ecgBlocks', 'delete ecgAnnotations'],
    prepare: async (place, id, seed) => {
      const sending = await wfdbSending(id, signalsOf(seed, SHORT), 100);
      expect((await send(place, place.clinician.token, sending)).status).to.equal(201);
      return sending;
    },
  },
  {
    name: 'whose second id is taken',
    ends: [409],
    writes: ['insert ecgBlocks', 'delete ecgBlocks'],
    prepare: async (place, id, seed) => {
      const other = jsonSending(`${id}#2`, signalsOf(seed + 1, SHORT));
      expect((await send(place, place.clinician.token, other)).status).to.equal(201);
      return dicomSending(id, signalsOf(seed, SHORT));
    },
  },
];

/** Removes a recording. */
const remove = async ({ url, clinician }: TestApp, id: string): Promise<void> => {
  expect((await call({ url }, 'DELETE', `/ecgs/${id}`, { token: clinician.token })).status).to.equal(204);
};

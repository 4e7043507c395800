/**
 * Documents of the directory: created over HTTP or, for large numbers, stored directly in the form that the service
 * uses.
 */
import { Types } from 'mongoose';
import { studyModel } from '../../src/directory/studies/model.ts';
import { deriveStudy } from '../../src/directory/studies/store.ts';
import { created } from '../../src/directory/documents.ts';
import { NOTHING_KNOWN } from '../../src/directory/patients/fields.ts';
import { conditionTerms, patientModel, type StoredPatient } from '../../src/directory/patients/model.ts';
import { newPatient } from '../../src/directory/patients/store.ts';
import { Random } from '../../src/synth/random.ts';
import type { TestApp } from './app.ts';
import { call } from './http.ts';

/** The minimal body of a patient. */
export const somebody = (more: object = {}): object => ({
  firstName: 'Terrilyn',
  lastName: 'Ratke',
  birthDate: '1944-04-23',
  ...more,
});
export const aStudy = (more: object = {}): object => ({ urgencyLevel: 'HIGH', type: 'ECG', ...more });

/** Creates a document and returns its id. */
export async function made(app: TestApp, path: string, body: object, token = app.admin.token): Promise<string> {
  const answer = await call(app, 'POST', path, { token, body });
  if (answer.status !== 201) throw new Error(`POST ${path} was answered with ${answer.status}: ${answer.text}`);
  return answer.json.id as string;
}

const FIRST = ['Ana', 'Bruno', 'Clara', 'Davi', 'Elisa', 'Fábio', 'Gisele', 'Hugo'];
const LAST = ['Almeida', 'Barros', 'Cardoso', 'Dias', 'Esteves', 'Fonseca', 'Gomes', 'Horta'];
const CITIES = ['Wareham', 'Boston', 'Hull', 'São Paulo'];
const CONDITIONS: [string, string][] = [
  ['40055000', 'Chronic sinusitis (disorder)'],
  ['44054006', 'Diabetes mellitus type 2 (disorder)'],
  ['160903007', 'Full-time employment (finding)'],
] as const;

/** Patients with two studies each; no two have the same name and birth date. */
export async function manyPatients(app: TestApp, count: number, seed: number): Promise<StoredPatient[]> {
  const random = new Random(seed, 'patients');
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random.uniform() * items.length)]!;
  const by = new Types.ObjectId();
  const patients = Array.from({ length: count }, (_, i): StoredPatient => {
    const at = new Date(Date.UTC(2026, 0, 1) + i * 1000);
    const fields = {
      ...NOTHING_KNOWN,
      firstName: pick(FIRST),
      lastName: `${pick(LAST)}${i}`,
      sex: pick(['female', 'male'] as const),
      isActive: random.uniform() < 0.9,
      birthDate: new Date(Date.UTC(1930, 0, 1 + Math.floor(random.uniform() * 30_000))).toISOString().slice(0, 10),
      identifiers: [{ system: 'seed', value: `p-${i}` }],
      ssn: `900-10-${String(i + 1).padStart(4, '0')}`,
      address: {
        line: null,
        city: pick(CITIES),
        state: 'Massachusetts',
        county: null,
        fips: null,
        zip: null,
        country: null,
        lat: null,
        lon: null,
      },
    };
    return {
      ...newPatient(fields, by, at),
      conditionTerms: [conditionTerms(...pick(CONDITIONS))],
      counts: { studies: 2, encounters: 0, conditions: 0 },
    };
  });
  await patientModel(app.database).collection.insertMany(patients);
  const studies = patients.flatMap(({ _id: patient }, i) =>
    [0, 1].map((n) => {
      const study = {
        _id: new Types.ObjectId(),
        patient,
        urgencyLevel: pick(['HIGH', 'MID', 'LOW'] as const),
        type: pick(['ECG', 'XRAY']),
        bodyPart: pick(['CHEST', null]),
        description: null,
        performedAt: new Date(Date.UTC(2026, 0, 1 + i, n)),
      };
      return { ...study, ...deriveStudy(study), ...created(by, new Date()) };
    }),
  );
  await studyModel(app.database).collection.insertMany(studies);
  return patients;
}

/** A text without accents and case. */
export const plain = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();

/**
 * Seeded patients as they are stored: names made of syllables, a few dozen towns, three conditions and up to three
 * studies each.
 */
import { type Connection, Types } from 'mongoose';
import { created } from '../src/directory/documents.ts';
import { NOTHING_KNOWN } from '../src/directory/patients/fields.ts';
import { conditionTerms, patientModel, type StoredPatient } from '../src/directory/patients/model.ts';
import { newPatient } from '../src/directory/patients/store.ts';
import { type StoredStudy, studyModel } from '../src/directory/studies/model.ts';
import { deriveStudy } from '../src/directory/studies/store.ts';
import { directory } from '../src/database/migrations/0003-directory.ts';
import { Random } from '../src/synth/random.ts';

export const SYLLABLES = ['ba', 'ce', 'di', 'fo', 'gu', 'la', 'me', 'ni', 'ro', 'su'] as const;
export const CITIES = 20;
export const STATES = 5;
export const SYSTEM = 'bench';
/** Codes and descriptions as Synthea writes them. */
export const CONDITIONS = [
  ['160903007', 'Full-time employment (finding)'],
  ['73595000', 'Stress (finding)'],
  ['40055000', 'Chronic sinusitis (disorder)'],
  ['44054006', 'Diabetes mellitus type 2 (disorder)'],
  ['59621000', 'Essential hypertension (disorder)'],
  ['55822004', 'Hyperlipidemia (disorder)'],
  ['162864005', 'Body mass index 30+ - obesity (finding)'],
  ['195662009', 'Acute viral pharyngitis (disorder)'],
  ['271737000', 'Anemia (disorder)'],
  ['414545008', 'Ischemic heart disease (disorder)'],
  ['49436004', 'Atrial fibrillation (disorder)'],
  ['66383009', 'Gingivitis (disorder)'],
] as const;
const BATCH = 2_000;
const DAY_MS = 86_400_000;

const digits = (value: number, count: number): string => String(value).padStart(count, '0');
export const ssnOf = (i: number): string =>
  [`9${digits(i % 100, 2)}`, digits(Math.floor(i / 100) % 100, 2), digits(Math.floor(i / 10_000), 4)].join('-');
export const identifierOf = (i: number): string => `patient-${i}`;

/** Fills an empty directory. Indexes are built afterwards, which is faster than updating them row by row. */
export async function seedPatients(database: Connection, count: number, seed: number): Promise<void> {
  const [patients, studies] = [patientModel(database).collection, studyModel(database).collection];
  for (const collection of [patients, studies]) await collection.dropIndexes();
  const all = seeded(count, seed);
  for (let made = 0; made < count; made += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, count - made) }, () => all.next().value as Seeded);
    await patients.insertMany(
      batch.map(({ patient }) => patient),
      { ordered: false },
    );
    await studies.insertMany(
      batch.flatMap((one) => one.studies),
      { ordered: false },
    );
  }
  if (!database.db) throw new Error('the database is not connected');
  await directory.up(database.db);
}

interface Seeded {
  patient: StoredPatient;
  studies: StoredStudy[];
}

function* seeded(count: number, seed: number): Generator<Seeded, void, void> {
  const random = new Random(seed, 'patients');
  const among = (limit: number): number => Math.floor(random.uniform() * limit);
  const pick = <Item>(items: readonly Item[]): Item => items[among(items.length)] as Item;
  const word = (): string => {
    const text = Array.from({ length: 3 + among(2) }, () => pick(SYLLABLES)).join('');
    return text.charAt(0).toUpperCase() + text.slice(1);
  };
  const by = new Types.ObjectId();
  for (let i = 0; i < count; i++) {
    const at = new Date(Date.UTC(2025, 0, 1) + i * 60_000);
    const birthDate = new Date(Date.UTC(1930, 0, 1) + among(32_000) * DAY_MS).toISOString().slice(0, 10);
    const city = among(CITIES);
    const patient = newPatient(
      {
        ...NOTHING_KNOWN,
        identifiers: [{ system: SYSTEM, value: identifierOf(i) }],
        prefix: pick(['Mr.', 'Mrs.', null]),
        firstName: word(),
        middleName: pick([word(), null]),
        lastName: word(),
        birthDate,
        sex: pick(['female', 'male']),
        ssn: ssnOf(i),
        phone: `555-${String(among(10_000)).padStart(4, '0')}`,
        isActive: random.uniform() < 0.9,
        address: {
          line: `${among(900)} ${word()} Street`,
          city: `City ${city}`,
          state: `State ${city % STATES}`,
          county: null,
          fips: null,
          zip: String(10_000 + city),
          country: 'US',
          lat: 42,
          lon: -71,
        },
        maritalStatus: pick(['single', 'married', null]),
        race: 'white',
        ethnicity: 'nonhispanic',
        healthcareExpenses: among(1e6),
        healthcareCoverage: among(1e6),
        income: among(1e5),
      },
      by,
      at,
    );
    const conditions = new Set([0, 0, 0].map(() => pick(CONDITIONS)));
    const studies = Array.from({ length: among(4) }, (): StoredStudy => {
      const study = {
        _id: new Types.ObjectId(),
        patient: patient._id,
        urgencyLevel: pick(['HIGH', 'MID', 'LOW'] as const),
        type: pick(['ECG', 'XRAY', 'MRI']),
        bodyPart: pick(['CHEST', 'HEAD', null]),
        description: null,
        performedAt: new Date(Date.UTC(2025, 0, 1) + among(365 * 1_440) * 60_000),
      };
      return { ...study, ...deriveStudy(study), ...created(by, at) };
    });
    yield {
      patient: {
        ...patient,
        conditionTerms: [...conditions].map(([code, text]) => conditionTerms(code, text)),
        counts: { studies: studies.length, encounters: 0, conditions: 0 },
      },
      studies,
    };
  }
}

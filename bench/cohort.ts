/**
 * The distribution of crossings per second over 100,000 recordings with 12 leads: how long it takes, by which plan, and
 * how much of it is reading the recordings' documents.
 */
import type { Types } from 'mongoose';
import { pino } from 'pino';
import { NOTHING_KNOWN } from '../src/directory/patients/fields.ts';
import { patientModel, type StoredPatient } from '../src/directory/patients/model.ts';
import { newPatient } from '../src/directory/patients/store.ts';
import { connect } from '../src/database/connect.ts';
import { ecgModel } from '../src/ecgs/store/model.ts';
import { Random } from '../src/synth/random.ts';
import { userModel } from '../src/users/model.ts';
import { report } from './report.ts';
import { sized } from './sized.ts';
import { LEADS, storedEcg } from './stored-ecgs.ts';
import { API, CREDENTIALS, withBench } from './support.ts';

const COUNT = sized(100_000, 2_000);
const PATIENTS = sized(20_000, 500);
const BATCH = 1_000;
const ROUNDS = sized(5, 1);

const random = new Random(9, 'cohort');
const whole = (below: number): number => Math.floor(random.uniform() * below);

function aPatient(by: Types.ObjectId): StoredPatient {
  const birthDate = new Date(Date.UTC(1930, 0, 1 + whole(30_000))).toISOString().slice(0, 10);
  const sex = whole(2) === 0 ? ('female' as const) : ('male' as const);
  const fields = { ...NOTHING_KNOWN, firstName: 'First', lastName: `Last${whole(1e6)}`, birthDate, sex };
  return newPatient({ ...fields, identifiers: [] }, by, new Date());
}

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

const QUERIES = {
  all: '',
  'one lead': '?lead=II',
  'one year': '?dateFrom=2024-01-01&dateTo=2025-01-01',
  'by sex': '?groupBy=sex',
  'women of 40 to 49': '?sex=female&ageFrom=40&ageTo=49',
} as const;

await withBench(async (bench) => {
  const service = await bench.startService();
  const database = await connect(bench.uri('service_1'), pino({ level: 'silent' }));
  bench.own({ stop: () => database.close() });
  const ecgs = ecgModel(database);
  const owner = (await userModel(database).findOne({ email: CREDENTIALS.email }).lean())?._id;
  if (!owner) throw new Error('there is no clinician');

  const seeding = await timed(async () => {
    const patients = Array.from({ length: PATIENTS }, () => aPatient(owner));
    await patientModel(database).collection.insertMany(patients, { ordered: false });
    const patientOf = (): string => patients[whole(PATIENTS)]?._id.toHexString() ?? '';
    for (let made = 0; made < COUNT; made += BATCH) {
      const batch = Array.from({ length: BATCH }, () => storedEcg(random, owner, { patient: patientOf() }));
      await ecgs.collection.insertMany(batch, { ordered: false });
    }
  });
  console.log(`${COUNT} recordings with ${LEADS.length} leads, made in ${(seeding / 1000).toFixed(0)} s`);

  const get = async (query: string): Promise<{ groups: { recordings: number }[] }> => {
    const response = await fetch(`${service.url}${API}/insights/cohort${query}`, {
      headers: { Authorization: `Bearer ${service.token}` },
    });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as { groups: { recordings: number }[] };
  };
  const { groups } = await get('');
  if (groups.some(({ recordings }) => recordings !== COUNT) || groups.length !== LEADS.length)
    throw new Error(`${groups.length} groups, of ${groups.map(({ recordings }) => recordings).join()} recordings`);

  const times: Record<string, number[]> = Object.fromEntries(Object.keys(QUERIES).map((what) => [what, []]));
  const reading: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [what, query] of Object.entries(QUERIES)) times[what]?.push(await timed(() => get(query)));
    const sum = { $sum: { $first: '$channels.summary.zeroCrossings' } };
    reading.push(await timed(() => ecgs.aggregate([{ $match: { owner } }, { $group: { _id: null, sum } }])));
    const told = Object.entries({ ...times, reading }).map(([what, all]) => `${what} ${all.at(-1)?.toFixed(0)} ms`);
    console.log(`  round ${round + 1}: ${told.join(', ')}`);
  }
  report('cohort', [
    {
      figure: 14,
      what: `crossings of ${COUNT} recordings with ${LEADS.length} leads`,
      ours: times['all'] ?? [],
      baseline: reading,
      unit: 'ms',
      against: 'reading one value of each of the same documents',
      compare: 'ratio',
      target: { atMost: 3 },
    },
  ]);
});

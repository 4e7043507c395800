/**
 * Lists of recordings: those of one of many owners, and those of an owner with many, compared with the lists of an
 * owner of 1,000 recordings who is the only one. BENCH_ONLY selects the queries whose line contains this text;
 * BENCH_FULL=1 has a million recordings of 1,000 owners, and 100,000 of one.
 *
 * The three are services on databases of one mongod, whose requests alternate one by one. The recordings are inserted
 * as documents without samples, which lists never read.
 */
import { type mongo, Types } from 'mongoose';
import { type EcgFilter, ecgModel, type StoredEcg } from '../src/ecgs/store/model.ts';
import { encodeCursor } from '../src/http/paging.ts';
import { Random } from '../src/synth/random.ts';
import { userModel } from '../src/users/model.ts';
import { alternate, shown, type Taken } from './alternate.ts';
import { inDatabase } from './disk.ts';
import { type Figure, median, quantile, report } from './report.ts';
import { sized } from './sized.ts';
import { storedChannels, storedEcg } from './stored-ecgs.ts';
import { API, type Bench, CREDENTIALS, type Service, withBench } from './support.ts';

const FEW = sized(1_000, 200);
const OWNERS = sized(50, 3, 1_000);
const MANY = sized(50_000, 2_000, 100_000);
const ONLY = process.env['BENCH_ONLY'] ?? '';
const ROUNDS = sized(3, 1);
/** Per query, round and side. */
const REQUESTS = sized(100, 4, 200);
const WARM_UP = 16;
const BATCH = 2_000;
const RECORDINGS_A_PATIENT = 10;
const RECORDINGS_A_STUDY = 2;
/** Of this many recordings one has notes, and one a format, of its own. */
const RARE = 500;
/** Where deep pages begin, and whose patients, studies and ids are looked for, as fractions of the recordings. */
const DEPTHS = [0.25, 0.5, 0.75, 0.95];

interface Side {
  name: string;
  service: Service;
  /** Recordings of the clinician who lists them. */
  count: number;
  /** The queries at `DEPTHS`. */
  deep: { byId: string[]; byDate: string[] };
}

const reference = (n: number, each: number): string =>
  Math.floor(n / each)
    .toString(16)
    .padStart(24, '0');
const externalId = (n: number): string => `recording-${n}`;

/** Fills the database. Indexes are built afterwards, which is faster than updating them row by row. */
async function seed(db: mongo.Db, clinician: Types.ObjectId, owners: number, count: number): Promise<void> {
  const ecgs = db.collection<StoredEcg>('ecgs');
  const random = new Random(5, 'lists');
  const channels = Array.from({ length: 64 }, () => storedChannels(random));
  const everyone = [clinician, ...Array.from({ length: owners - 1 }, () => new Types.ObjectId())];
  const indexes = (await ecgs.listIndexes().toArray()).filter(({ name }) => name !== '_id_');
  await ecgs.dropIndexes();
  const one = (i: number): StoredEcg => {
    const n = Math.floor(i / owners);
    return storedEcg(random, everyone[i % owners] as Types.ObjectId, {
      patient: reference(n, RECORDINGS_A_PATIENT),
      study: reference(n, RECORDINGS_A_STUDY),
      externalId: externalId(n),
      notes: n % RARE === 0 ? 'Syncope at night' : 'Routine before surgery',
      format: n % RARE === 1 ? 'aecg' : 'json',
      channels: channels[i % channels.length] as StoredEcg['channels'],
    });
  };
  for (let made = 0; made < owners * count; made += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, owners * count - made) }, (_, i) => one(made + i));
    await ecgs.insertMany(batch, { ordered: false });
  }
  await ecgs.createIndexes(indexes as mongo.IndexDescription[]);
}

async function sideOf(bench: Bench, name: string, owners: number, count: number): Promise<Side> {
  const service = await bench.startService();
  const start = performance.now();
  return inDatabase(bench, service, async (db, connection) => {
    const owner = (await userModel(connection).findOne({ email: CREDENTIALS.email }).lean())?._id;
    if (!owner) throw new Error('there is no clinician');
    await seed(db, owner, owners, count);
    const at = async (sort: Record<string, -1>): Promise<Pick<StoredEcg, '_id' | 'date'>[]> =>
      Promise.all(
        DEPTHS.map(async (depth) => {
          const filter: EcgFilter = { owner };
          const options = { sort, skip: Math.floor(depth * count), limit: 1 };
          const [found] = await ecgModel(connection).find(filter, { date: 1 }, options).lean();
          if (!found) throw new Error('the list is too short');
          return found;
        }),
      );
    const byId = (await at({ _id: -1 })).map(({ _id }) => `cursor=${encodeCursor(['-createdAt', _id.toHexString()])}`);
    const byDate = (await at({ date: -1, _id: -1 })).map(
      ({ _id, date }) =>
        `dateFrom=2020-01-01&cursor=${encodeCursor(['-date', date?.toISOString(), _id.toHexString()])}`,
    );
    const seconds = (performance.now() - start) / 1000;
    console.log(`${name}: ${count} recordings each of ${owners}, made in ${seconds.toFixed(0)} s`);
    return { name, service, count, deep: { byId, byDate } };
  });
}

/** Shown without a target: a total counts up to 10,000 recordings. */
const TOTAL = 'total';

interface Query {
  group: 'first page' | 'deep page' | 'filter' | 'search' | typeof TOTAL;
  name: string;
  /** The requests use them in turn. */
  variants: (side: Side) => string[];
}

const fixed = (group: Query['group'], query: string): Query => ({ group, name: query, variants: () => [query] });
const each = (name: string, query: (n: number) => string): Query => ({
  group: 'filter',
  name,
  variants: ({ count }) => DEPTHS.map((depth) => query(Math.floor(depth * count))),
});
const ofPatient = (n: number): string => `patient=${reference(n, RECORDINGS_A_PATIENT)}`;
const QUERIES: Query[] = [
  fixed('first page', 'limit=50'),
  fixed('first page', 'limit=200'),
  fixed('first page', 'limit=200&view=short'),
  fixed('first page', 'sort=-duration'),
  fixed('first page', 'dateFrom=2020-01-01'),
  { group: 'deep page', name: 'cursor=…', variants: ({ deep }) => deep.byId },
  { group: 'deep page', name: 'dateFrom=2020-01-01&cursor=…', variants: ({ deep }) => deep.byDate },
  fixed('filter', 'dateFrom=2022-03-01&dateTo=2023-03-01'),
  fixed('filter', 'dateTo=2021-01-01'),
  each('patient=…', ofPatient),
  each('patient=…&dateFrom=2022-01-01', (n) => `${ofPatient(n)}&dateFrom=2022-01-01`),
  each('study=…', (n) => `study=${reference(n, RECORDINGS_A_STUDY)}`),
  each('patient=…&study=…', (n) => `${ofPatient(n)}&study=${reference(n, RECORDINGS_A_STUDY)}`),
  each('externalId=…', (n) => `externalId=${externalId(n)}`),
  fixed('search', 'q=sync+ni'),
  fixed('search', 'q=sync&sort=date'),
  fixed('search', 'q=rout'),
  fixed('search', 'q=routine+before&sort=-date'),
  fixed('search', 'q=recording-1'),
  fixed('search', 'format=aecg'),
  fixed('search', 'format=aecg&sort=-duration'),
  fixed('search', 'lead=V3'),
  fixed('search', 'lead=V3&durationFrom=5&samplingRateTo=500&sort=-createdAt'),
  fixed('search', 'check=not-calibrated'),
  fixed('search', 'hasAnnotations=true'),
  fixed(TOTAL, 'total=true'),
];

const QUANTILES = [
  ['p50', 0.5],
  ['p99', 0.99],
] as const;

/** Measures a query, prints its line, and returns the quantiles of each round: per side, p50 and p99. */
async function measure({ group, name, variants }: Query, sides: readonly Side[]): Promise<number[][][]> {
  const lanes = sides.map((side) => ({
    service: side.service,
    paths: variants(side).map((query) => `${API}/ecgs?${query}`),
  }));
  await alternate(lanes, WARM_UP);
  const rounds: Taken[][] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await alternate(lanes, REQUESTS));
  const told = sides.map((side, n) => {
    const all = rounds.flatMap((round) => round[n]?.ms ?? []);
    return `${side.name} ${shown(all)} ms of ${((rounds[0]?.[n]?.items ?? 0) / REQUESTS).toFixed(0)}`;
  });
  console.log(`  ${group.padEnd(12)}${name.padEnd(40)}${told.join(', ')}`);
  return sides.map((_, n) => QUANTILES.map(([, part]) => rounds.map((round) => quantile(round[n]?.ms ?? [], part))));
}

await withBench(async (bench) => {
  const sides = [
    await sideOf(bench, 'few', 1, FEW),
    await sideOf(bench, 'many owners', OWNERS, FEW),
    await sideOf(bench, 'many of one', 1, MANY),
  ];
  const worst = new Map<string, Figure & { ratio: number }>();
  console.log(`  median / p99 of ${ROUNDS * REQUESTS} pages`);
  for (const query of QUERIES.filter(({ group, name }) => `${group} ${name}`.includes(ONLY))) {
    const [few = [], ...others] = await measure(query, sides);
    for (const [n, of] of [`${OWNERS * FEW} of ${OWNERS} owners`, `${MANY} of one owner`].entries()) {
      for (const [q, [quantileName]] of QUANTILES.entries()) {
        const [ours, baseline] = [others[n]?.[q] ?? [], few[q] ?? []];
        const ratio = median(ours.map((ms, round) => ms / (baseline[round] ?? NaN)));
        const key = `${n} ${query.group} ${quantileName}`;
        if (ratio <= (worst.get(key)?.ratio ?? 0)) continue;
        worst.set(key, {
          figure: 8,
          what: `${of}, ${query.group}, worst ${quantileName}: ${query.name}`,
          ours,
          baseline,
          unit: 'ms',
          against: `${FEW} recordings`,
          compare: 'ratio',
          target: query.group === TOTAL ? null : { atMost: 1.2 },
          ratio,
        });
      }
    }
  }
  report('lists', [...worst.values()]);
});

/**
 * Lists of 50,000 patients, and 200,000 with BENCH_FULL=1, compared with the same lists of 2,000, and a page with its
 * patients' studies compared with the page without them. BENCH_PATIENTS changes the larger number; BENCH_ONLY selects
 * the queries whose line contains this text.
 *
 * The two directories are two services on two databases of one mongod. Requests alternate one by one, so that other
 * load on the machine affects both equally.
 */
import type { Connection, mongo } from 'mongoose';
import { pino } from 'pino';
import { connect } from '../src/database/connect.ts';
import { ALL } from '../src/directory/order.ts';
import { patientModel, type StoredPatient } from '../src/directory/patients/model.ts';
import { PATIENT_ORDERS, type PatientOrder } from '../src/directory/patients/schema.ts';
import { encodeCursor } from '../src/http/paging.ts';
import { alternate, type Lane, shown, type Taken } from './alternate.ts';
import { CONDITIONS, identifierOf, seedPatients, ssnOf, SYLLABLES } from './patients.ts';
import { type Figure, median, quantile, report } from './report.ts';
import { sized } from './sized.ts';
import { API, type Bench, type Service, withBench } from './support.ts';

const MANY = Number(process.env['BENCH_PATIENTS'] ?? sized(50_000, 4_000, 200_000));
const FEW = 2_000;
const ONLY = process.env['BENCH_ONLY'] ?? '';
const ROUNDS = sized(1, 1, 3);
/** Per query, round and side. */
const REQUESTS = Number(process.env['BENCH_REQUESTS'] ?? sized(100, 4));
const WARM_UP = 16;
/** Where deep pages begin, as fractions of the list. */
const DEPTHS = [0.25, 0.5, 0.75, 0.95];
const PAGE = 100;

interface Side {
  count: number;
  service: Service;
  database: Connection;
}

/** Shown without a target: a large set that no index has in the requested order. */
const BEYOND = 'search in another order';

/** One query in a few variants, which the requests use in turn. */
interface Query {
  group: 'first page' | 'deep page' | 'filter' | 'search' | typeof BEYOND;
  name: string;
  variants: (side: Side) => Promise<string[]> | string[];
}

const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

function opened({ db }: Connection): mongo.Db {
  if (!db) throw new Error('the database is not connected');
  return db;
}

async function sideOf(bench: Bench, number: number, count: number): Promise<Side> {
  const service = await bench.startService();
  const database = await connect(bench.uri(`service_${number}`), pino({ level: 'silent' }));
  bench.own({ stop: () => database.close() });
  const start = performance.now();
  await seedPatients(database, count, 4);
  const { size, totalIndexSize, avgObjSize } = (await opened(database).command({ collStats: 'patients' })) as {
    size: number;
    totalIndexSize: number;
    avgObjSize: number;
  };
  console.log(
    `${count} patients, seeded in ${((performance.now() - start) / 1000).toFixed(0)} s: documents ${mib(size)} ` +
      `(${avgObjSize} bytes each), indexes ${mib(totalIndexSize)}`,
  );
  return { count, service, database };
}

/** The requests of a side. */
const laneOf = ({ service }: Side, queries: readonly string[]): Lane => ({
  service,
  paths: queries.map((query) => `${API}/patients?${query}`),
});

/** Cursors at some depths of an order. */
async function cursors({ database, count }: Side, sign: string, order: PatientOrder): Promise<string[]> {
  const field = `orders.${order}`;
  return Promise.all(
    DEPTHS.map(async (depth) => {
      const [patient] = await patientModel(database)
        .find({ facets: ALL }, { orders: 1 })
        .sort({ [field]: 1 })
        .hint(`by-${order}`)
        .skip(Math.floor(depth * count))
        .limit(1)
        .lean<Pick<StoredPatient, 'orders'>[]>();
      return encodeCursor([`${sign}${order}`, patient?.orders[order]]);
    }),
  );
}

const fixed = (group: Query['group'], ...variants: string[]): Query => ({
  group,
  name: variants[0] ?? '',
  variants: () => variants,
});
const [rare, common] = [CONDITIONS[2], CONDITIONS[11]];
const QUERIES: Query[] = [
  ...PATIENT_ORDERS.flatMap((order) => [fixed('first page', `sort=${order}`), fixed('first page', `sort=-${order}`)]),
  ...PATIENT_ORDERS.flatMap((order) =>
    ['', '-'].map((sign): Query => ({
      group: 'deep page',
      name: `sort=${sign}${order}&cursor=…`,
      variants: async (side) =>
        (await cursors(side, sign, order)).map((cursor) => `sort=${sign}${order}&cursor=${cursor}`),
    })),
  ),
  fixed('filter', 'sex=female', 'sex=male'),
  fixed('filter', 'isActive=false'),
  fixed('filter', 'city=City%203', 'city=City%207', 'city=city%2012'),
  fixed('filter', 'state=State%201', 'state=state%204'),
  fixed('filter', 'birthDateFrom=1980-01-01', 'birthDateFrom=1950-06-01'),
  fixed('filter', 'birthDateTo=1990-12-31', 'birthDateTo=1960-01-01'),
  fixed('filter', 'birthDateFrom=1960-01-01&birthDateTo=1964-12-31', 'birthDateFrom=1980-01-01&birthDateTo=1984-12-31'),
  fixed('filter', 'city=City%203&sex=female&isActive=true'),
  fixed('filter', 'birthDateFrom=1960-01-01&birthDateTo=1964-12-31&sex=male'),
  fixed('search', ...SYLLABLES.map((syllable) => `q=${syllable}`)),
  fixed('search', ...SYLLABLES.map((syllable) => `q=${syllable}%20${syllable.slice(0, 1)}`)),
  fixed('search', 'q=ba%20ce', 'q=di%20fo', 'q=gu%20la'),
  fixed('search', 'q=ba&sex=female', 'q=ce&sex=male'),
  {
    group: 'search',
    name: 'q=(an SSN)',
    variants: ({ count }) => DEPTHS.map((depth) => `q=${ssnOf(Math.floor(depth * count))}`),
  },
  {
    group: 'search',
    name: 'q=(an identifier)',
    variants: ({ count }) => DEPTHS.map((depth) => `q=${identifierOf(Math.floor(depth * count))}`),
  },
  fixed('search', `condition=${rare[0]}`, `condition=${common[0]}`),
  fixed('search', 'condition=sinusitis', 'condition=gingivitis'),
  fixed('search', 'condition=chronic%20sinusitis', 'condition=heart%20disease'),
  fixed('search', 'condition=disorder'),
  fixed('search', `condition=${rare[0]}&city=City%203`),
  fixed('search', `condition=${rare[0]}&q=ba`),
  fixed(BEYOND, 'q=ba&sort=birthDate', 'q=ce&sort=-birthDate'),
  fixed(BEYOND, 'q=ba%20ce&sort=-createdAt', 'q=di%20fo&sort=createdAt'),
  fixed(BEYOND, `condition=${rare[0]}&sort=-updatedAt`),
  fixed(BEYOND, 'birthDateFrom=1960-01-01&birthDateTo=1964-12-31&sort=name'),
];

/** What mongod's profiler records of requests in the collections of the directory. */
async function profiled(
  side: Side,
  paths: readonly string[],
): Promise<{ operations: number; keys: number; documents: number }> {
  const db = opened(side.database);
  await db.command({ profile: 2 });
  await alternate([laneOf(side, paths)], 2 * paths.length);
  await db.command({ profile: 0 });
  const ns = { $in: ['patients', 'studies'].map((name) => `${db.databaseName}.${name}`) };
  const seen = await db
    .collection<{ ns: string; keysExamined?: number; docsExamined?: number }>('system.profile')
    .find({ ns })
    .toArray();
  await db.dropCollection('system.profile');
  const each = (value: (operation: (typeof seen)[number]) => number): number =>
    seen.reduce((sum, operation) => sum + value(operation), 0) / (2 * paths.length);
  return {
    operations: each(() => 1),
    keys: each(({ keysExamined = 0 }) => keysExamined),
    documents: each(({ docsExamined = 0 }) => docsExamined),
  };
}

/** Measures a query, prints its line, and returns the p99 of each round. */
async function measure(
  { group, name, variants }: Query,
  many: Side,
  few: Side,
): Promise<{ ours: number[]; baseline: number[] }> {
  const sides = await Promise.all([many, few].map(async (side) => ({ side, paths: await variants(side) })));
  const read = await Promise.all(sides.map(({ side, paths }) => profiled(side, paths)));
  const lanes = sides.map(({ side, paths }) => laneOf(side, paths));
  await alternate(lanes, WARM_UP);
  const rounds: Taken[][] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await alternate(lanes, REQUESTS));
  const of = (n: number): { all: number[]; p99: number[]; items: string } => ({
    all: rounds.flatMap((sidesOfRound) => sidesOfRound[n]?.ms ?? []),
    p99: rounds.map((sidesOfRound) => quantile(sidesOfRound[n]?.ms ?? [], 0.99)),
    items: ((rounds[0]?.[n]?.items ?? 0) / REQUESTS).toFixed(0),
  });
  const [ours, baseline] = [of(0), of(1)];
  const ratios =
    `p50 ${(median(ours.all) / median(baseline.all)).toFixed(2)} ×, ` +
    `p99 ${(quantile(ours.all, 0.99) / quantile(baseline.all, 0.99)).toFixed(2)} ×`;
  const examined = read
    .map(({ keys, documents }) => `${keys.toFixed(0)} keys and ${documents.toFixed(0)} documents`)
    .join(', ');
  console.log(
    `  ${group.padEnd(24)}${name.padEnd(56)}${shown(ours.all)} ms of ${ours.items}, ` +
      `${shown(baseline.all)} ms of ${baseline.items}: ${ratios}; reads ${examined}`,
  );
  return { ours: ours.p99, baseline: baseline.p99 };
}

async function withStudies(side: Side): Promise<Figure[]> {
  const [plain, including] = [`limit=${PAGE}`, `limit=${PAGE}&include=studies`] as [string, string];
  const [{ operations: queries }, { operations: without }] = [
    await profiled(side, [including]),
    await profiled(side, [plain]),
  ];
  const both = [including, plain].map((path) => laneOf(side, [path]));
  await alternate(both, WARM_UP);
  const [ours, baseline]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    const [a, b] = (await alternate(both, REQUESTS)) as [Taken, Taken];
    ours.push(median(a.ms));
    baseline.push(median(b.ms));
    console.log(
      `  ${PAGE} patients with studies ${shown(a.ms)} ms, without ${shown(b.ms)} ms; ${queries} and ${without} queries`,
    );
  }
  return [
    {
      figure: 9,
      what: `a page of ${PAGE} with include=studies`,
      ours,
      baseline,
      unit: 'ms',
      against: 'the page without',
      compare: 'ratio',
      target: { atMost: 1.5 },
    },
    {
      figure: 9,
      what: 'its queries, getMore counted',
      ours: [queries],
      baseline: [0],
      unit: 'queries',
      against: 'none',
      compare: 'difference',
      target: { atMost: 2 },
    },
  ];
}

await withBench(async (bench) => {
  const few = await sideOf(bench, 1, FEW);
  const many = await sideOf(bench, 2, MANY);
  const worst = new Map<string, { name: string; ours: number[]; baseline: number[]; ratio: number }>();
  console.log(`  median / p99 of ${ROUNDS * REQUESTS} pages of 50 each, ${MANY} patients and ${FEW}`);
  for (const query of QUERIES.filter(({ group, name }) => `${group} ${name}`.includes(ONLY))) {
    const { ours, baseline } = await measure(query, many, few);
    const ratio = median(ours.map((ms, round) => ms / (baseline[round] ?? NaN)));
    if (ratio > (worst.get(query.group)?.ratio ?? 0))
      worst.set(query.group, { name: query.name, ours, baseline, ratio });
  }
  report('directory', [
    ...[...worst]
      .filter(([group]) => group !== BEYOND)
      .map(([group, { name, ours, baseline }]): Figure => ({
        figure: 9,
        what: `${group} of ${MANY} patients, worst: ${name}`,
        ours,
        baseline,
        unit: 'ms',
        against: `p99 with ${FEW}`,
        compare: 'ratio',
        target: { atMost: 2 },
      })),
    ...('include=studies'.includes(ONLY) ? await withStudies(many) : []),
  ]);
});

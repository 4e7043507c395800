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
import { alternate, type Lane, shown, type Taken } from './alternate.ts';
import { BEYOND, QUERIES, type Query, type Side } from './directory-queries.ts';
import { seedPatients } from './patients.ts';
import { type Figure, median, quantile, report } from './report.ts';
import { sized } from './sized.ts';
import { API, type Bench, withBench } from './support.ts';

const MANY = Number(process.env['BENCH_PATIENTS'] ?? sized(50_000, 4_000, 200_000));
const FEW = 2_000;
const ONLY = process.env['BENCH_ONLY'] ?? '';
const ROUNDS = sized(1, 1, 3);
/** Per query, round and side. */
const REQUESTS = Number(process.env['BENCH_REQUESTS'] ?? sized(100, 4));
const WARM_UP = 16;
const PAGE = 100;

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

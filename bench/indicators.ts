/**
 * The indicators of a year with 1,000,000 attendances, by technician: how long they take, by which plan, and how much
 * of it is reading the index.
 */
import { pino } from 'pino';
import { ClinicZone } from '../src/calendar/clinic-zone.ts';
import { indicatorStages } from '../src/attendances/indicators.ts';
import { attendanceModel, type StoredAttendance } from '../src/attendances/model.ts';
import { connect } from '../src/database/connect.ts';
import { attendances as migration } from '../src/database/migrations/0004-attendances.ts';
import { seededAttendances } from '../test/support/attendances.ts';
import { report } from './report.ts';
import { sized } from './sized.ts';
import { API, withBench } from './support.ts';

const COUNT = sized(1_000_000, 20_000);
const BATCH = 10_000;
const ROUNDS = sized(5, 1);
const PLAN = {
  seed: 4,
  count: COUNT,
  clients: 20_000,
  technicians: 200,
  bases: 30,
  from: new Date('2026-01-01'),
  to: new Date('2027-01-01'),
};
const YEAR = { from: '2026-01-01', to: '2026-12-31' };

/** Part of a plan as the database explains it. */
interface Stage {
  stage?: string;
  indexName?: string;
  inputStage?: Stage;
  [name: string]: unknown;
}

/** The stages of a plan from the last to the first, with the statistics of the index scan. */
function stagesOf(plan: Stage): string {
  const own = `${plan.stage ?? '?'}${plan.indexName === undefined ? '' : ` of "${plan.indexName}"`}`;
  return plan.inputStage ? `${own} ← ${stagesOf(plan.inputStage)}` : own;
}

/** The first plan anywhere in an explanation. */
function winningPlan(explained: unknown): Stage | null {
  if (typeof explained !== 'object' || explained === null) return null;
  const { winningPlan: found, ...rest } = explained as { winningPlan?: { queryPlan?: Stage } & Stage };
  if (found) return found.queryPlan ?? found;
  return (
    Object.values(rest)
      .map(winningPlan)
      .find((plan) => plan !== null) ?? null
  );
}

const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

await withBench(async (bench) => {
  const service = await bench.startService();
  const database = await connect(bench.uri('service_1'), pino({ level: 'silent' }));
  bench.own({ stop: () => database.close() });
  const attendances = attendanceModel(database);

  const seeding = await timed(async () => {
    const all = await seededAttendances(database, PLAN);
    // Building indexes from existing rows is faster than updating them row by row.
    await attendances.collection.dropIndexes();
    for (let made = 0; made < COUNT; made += BATCH)
      await attendances.collection.insertMany(
        Array.from({ length: BATCH }, () => all.next().value as StoredAttendance),
        { ordered: false },
      );
    if (database.db) await migration.up(database.db);
  });
  const sizes = (await database.db?.command({ collStats: 'attendances' })) as {
    size: number;
    indexSizes: Record<string, number>;
  };
  console.log(
    `${COUNT} attendances of ${PLAN.technicians} technicians in one year, made in ${(seeding / 1000).toFixed(0)} s: ` +
      `documents ${mib(sizes.size)}, the index "deadline" ${mib(sizes.indexSizes['deadline'] ?? 0)}`,
  );

  const get = async (groupBy: string): Promise<{ groups: { total: number }[] }> => {
    const response = await fetch(
      `${service.url}${API}/attendances/indicators?from=${YEAR.from}&to=${YEAR.to}&groupBy=${groupBy}`,
      { headers: { Authorization: `Bearer ${service.token}` } },
    );
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as { groups: { total: number }[] };
  };
  const { groups } = await get('technician');
  const total = groups.reduce((sum, group) => sum + group.total, 0);
  if (total !== COUNT || groups.length !== PLAN.technicians)
    throw new Error(`${groups.length} groups of ${total} attendances in all`);

  const stages = await indicatorStages(database, new ClinicZone('UTC'), { ...YEAR, groupBy: 'technician' });
  const plan = winningPlan(await attendances.collection.aggregate(stages).explain('queryPlanner'));
  console.log(`  plan: ${plan ? stagesOf(plan) : 'none found'}`);

  const [match = {}] = stages as object[];
  const times: Record<'technician' | 'base' | 'month' | 'none' | 'keys', number[]> = {
    technician: [],
    base: [],
    month: [],
    none: [],
    keys: [],
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const groupBy of ['technician', 'base', 'month', 'none'] as const)
      times[groupBy].push(await timed(() => get(groupBy)));
    times.keys.push(
      await timed(() =>
        attendances.collection
          .aggregate([match, { $group: { _id: null, count: { $sum: 1 } } }], { hint: 'deadline' })
          .toArray(),
      ),
    );
    console.log(
      `  round ${round + 1}: ${Object.entries(times)
        .map(([what, all]) => `${what} ${all.at(-1)?.toFixed(0)} ms`)
        .join(', ')}`,
    );
  }
  console.log(
    '  limited by one processor of mongod, which walks the keys of the period one after the other: `keys` is ' +
      'that walk alone',
  );
  report('indicators', [
    {
      figure: 13,
      what: `indicators of ${COUNT} attendances by technician`,
      ours: times.technician,
      baseline: times.keys,
      unit: 'ms',
      against: 'counting the same keys of the same index',
      compare: 'ratio',
      target: { atMost: 5 },
    },
  ]);
});

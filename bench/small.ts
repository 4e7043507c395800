/** Small uploads and insight reads per second, compared with a simple implementation on the same mongod. */
import { join } from 'node:path';
import { type LoadGenerator, startLoadGenerator } from './load.ts';
import { processorMs, serve, type Served } from './processes.ts';
import { writeSmall } from './recordings.ts';
import { report } from './report.ts';
import { sized } from './sized.ts';
import { API, type Bench, ROOT, withBench } from './support.ts';

const ROUNDS = sized(5, 1);
const SECONDS = sized(3, 1);
const UPLOADERS = 8;
const READERS = 32;

/** One of the two servers that are compared. */
interface Side extends Served {
  name: string;
  /** Null for the baseline, which requires none. */
  token: string | null;
  prefix: string;
  uploads: number[];
  reads: number[];
  ids: string[];
}

async function sidesOf(bench: Bench): Promise<Side[]> {
  const service = await bench.startService();
  const baseline = bench.own(
    await serve(['--import=tsx', join(ROOT, 'bench', 'baseline', 'server.ts')], ROOT, {
      NODE_ENV: 'production',
      MONGODB_URI: bench.uri('baseline'),
    }),
  );
  return [
    { ...service, name: 'service', prefix: API, uploads: [], reads: [], ids: [] },
    { ...baseline, name: 'baseline', token: null, prefix: '', uploads: [], reads: [], ids: [] },
  ];
}

/** Runs one load on one side and prints its cost. Returns requests per second. */
async function measure(
  side: Side,
  load: LoadGenerator,
  files: readonly string[] | null,
  seconds: number,
  mongodPid: number,
): Promise<number> {
  const { url, token, prefix } = side;
  const send = files
    ? { post: `${prefix}/ecgs`, files }
    : { get: side.ids.map((id) => `${prefix}/ecgs/${id}/insights`) };
  const before = [side.pid, mongodPid].map(processorMs);
  const outcome = await load.run({
    url,
    token,
    connections: files ? UPLOADERS : READERS,
    seconds,
    requests: 100_000,
    send,
    paced: null,
  });
  const [own, mongod] = [side.pid, mongodPid].map((pid, i) =>
    ((processorMs(pid) - (before[i] as number)) / outcome.requests).toFixed(2),
  );
  if (files) side.ids = outcome.ids;
  const { perSecond, p50, p99 } = outcome;
  console.log(
    `  ${side.name.padEnd(8)} ${files ? 'uploads' : 'reads'} ${perSecond.toFixed(0)}/s, p50 ${p50.toFixed(1)} ms, ` +
      `p99 ${p99.toFixed(1)} ms; processor each: ${own} ms, mongod ${mongod} ms`,
  );
  return perSecond;
}

await withBench(async (bench) => {
  const sides = await sidesOf(bench);
  const load = bench.own(startLoadGenerator());
  const files = writeSmall(bench.folder, UPLOADERS);
  console.log(`12 × 5,000 samples: uploads over ${UPLOADERS} connections, insight reads over ${READERS}`);

  console.log('  warming up');
  for (const side of sides) {
    await measure(side, load, files, SECONDS, bench.mongodPid);
    await measure(side, load, null, SECONDS, bench.mongodPid);
  }
  console.log('  measuring');
  for (const kind of ['uploads', 'reads'] as const) {
    for (let round = 0; round < ROUNDS; round++) {
      for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
        side[kind].push(await measure(side, load, kind === 'uploads' ? files : null, SECONDS, bench.mongodPid));
      }
    }
  }

  const [service, baseline] = sides as [Side, Side];
  const plain = 'koa-body JSON, number arrays in mongoose, no log-in';
  report('small', [
    {
      figure: 4,
      what: `uploads of 12 × 5,000, ${UPLOADERS} connections`,
      ours: service.uploads,
      baseline: baseline.uploads,
      unit: '1/s',
      against: plain,
      compare: 'ratio',
      target: { atLeast: 3 },
    },
    {
      figure: 4,
      what: `their insight reads, ${READERS} connections`,
      ours: service.reads,
      baseline: baseline.reads,
      unit: '1/s',
      against: plain,
      compare: 'ratio',
      target: { atLeast: 10 },
    },
  ]);
});

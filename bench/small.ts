/**
 * Small uploads, in JSON as Python writes it, and insight reads per second: compared in turn with the version of
 * `today.ts` and with a simple implementation on the same mongod.
 *
 * PEER=http://127.0.0.1:9101 compares with another service as well, which runs already on this machine, with its own
 * database: it takes the same JSON at POST /ecgs and answers with 201 and an `id`, and answers
 * GET /ecgs/{id}/insights. PEER_TOKEN is the bearer token that it wants. The strongest peer that we know is FastAPI
 * under uvicorn with uvloop and httptools, with orjson and numpy, which counts once at the upload and keeps each lead
 * as bytes in PostgreSQL through asyncpg.
 */
import { join } from 'node:path';
import { type LoadGenerator, startLoadGenerator } from './load.ts';
import { processorMs, serve } from './processes.ts';
import { writeSmallAsPython } from './recordings.ts';
import { type Figure, report } from './report.ts';
import { sized } from './sized.ts';
import { API, type Bench, ROOT, withBench } from './support.ts';
import { OF_TODAY } from './today.ts';

const PEER = process.env['PEER'] ?? '';
const ROUNDS = sized(5, 1);
const SECONDS = sized(3, 1, 5);
const WARM_UP_SECONDS = sized(5, 1);
const UPLOADERS = 8;
const READERS = 32;

/** One of the servers that are compared. */
interface Side {
  name: string;
  url: string;
  /** Null if it is not ours. */
  pid: number | null;
  /** Null for the baseline, which requires none. */
  token: string | null;
  prefix: string;
  uploads: number[];
  reads: number[];
  ids: string[];
}

interface Aims {
  against: string;
  uploads: number;
  reads: number;
}
const AIMS: Record<string, Aims> = {
  [OF_TODAY]: { against: OF_TODAY, uploads: 1.4, reads: 1.5 },
  baseline: { against: 'koa-body JSON, number arrays in mongoose, no log-in', uploads: 3, reads: 10 },
  peer: { against: 'the peer', uploads: 2, reads: 6 },
};

/** The service first. */
async function sidesOf(bench: Bench): Promise<Side[]> {
  const service = await bench.startService();
  const today = await bench.startToday();
  const baseline = bench.own(
    await serve(['--import=tsx', join(ROOT, 'bench', 'baseline', 'server.ts')], ROOT, {
      NODE_ENV: 'production',
      MONGODB_URI: bench.uri('baseline'),
    }),
  );
  const peer = { url: PEER, pid: null, token: process.env['PEER_TOKEN'] ?? null };
  const sides = [
    { ...service, name: 'service', prefix: API },
    ...(today ? [{ ...today, name: OF_TODAY, prefix: API }] : []),
    { ...baseline, name: 'baseline', token: null, prefix: '' },
    ...(PEER ? [{ ...peer, name: 'peer', prefix: '' }] : []),
  ];
  return sides.map((side) => ({ ...side, uploads: [], reads: [], ids: [] }));
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
  /** Null of a process that is not ours. */
  const processor = (): (number | null)[] =>
    [side.pid, mongodPid].map((pid) => (pid === null ? null : processorMs(pid)));
  const before = processor();
  const outcome = await load.run({
    url,
    token,
    connections: files ? UPLOADERS : READERS,
    seconds,
    requests: 100_000,
    send,
    paced: null,
  });
  const [own, mongod] = processor().map((ms, i) =>
    ms === null ? '?' : ((ms - (before[i] as number)) / outcome.requests).toFixed(2),
  );
  if (files) side.ids = outcome.ids;
  const { perSecond, p50, p99 } = outcome;
  console.log(
    `  ${side.name.padEnd(15)} ${files ? 'uploads' : 'reads'} ${perSecond.toFixed(0)}/s, p50 ${p50.toFixed(1)} ms, ` +
      `p99 ${p99.toFixed(1)} ms; processor each: ${own} ms, mongod ${mongod} ms`,
  );
  return perSecond;
}

await withBench(async (bench) => {
  const sides = await sidesOf(bench);
  const load = bench.own(startLoadGenerator());
  const files = writeSmallAsPython(bench.folder, UPLOADERS);
  console.log(`12 × 5,000 samples: uploads over ${UPLOADERS} connections, insight reads over ${READERS}`);

  console.log('  warming up');
  for (const side of sides) {
    await measure(side, load, files, WARM_UP_SECONDS, bench.mongodPid);
    await measure(side, load, null, WARM_UP_SECONDS, bench.mongodPid);
  }
  console.log('  measuring');
  for (const kind of ['uploads', 'reads'] as const) {
    for (let round = 0; round < ROUNDS; round++) {
      for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
        side[kind].push(await measure(side, load, kind === 'uploads' ? files : null, SECONDS, bench.mongodPid));
      }
    }
  }

  const [service, ...others] = sides as [Side, ...Side[]];
  report(
    'small',
    others.flatMap((side): Figure[] => {
      const { against, uploads, reads } = AIMS[side.name] as Aims;
      const common = { figure: 5, unit: '1/s', against, compare: 'ratio' } as const;
      return [
        {
          ...common,
          what: `uploads of 12 × 5,000, ${UPLOADERS} connections`,
          ours: service.uploads,
          baseline: side.uploads,
          target: { atLeast: uploads },
        },
        {
          ...common,
          what: `their insight reads, ${READERS} connections`,
          ours: service.reads,
          baseline: side.reads,
          target: { atLeast: reads },
        },
      ];
    }),
  );
});

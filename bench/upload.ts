/** Large uploads: their time compared with parsing alone, their memory, and how they slow down other users' reads. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { startLoadGenerator } from './load.ts';
import { memory, processorMs } from './processes.ts';
import { writeLarge, writeSmall } from './recordings.ts';
import { report } from './report.ts';
import { upload } from './send.ts';
import { sized } from './sized.ts';
import { API, type Bench, ROOT, type Service, withBench } from './support.ts';

const MB = 1_000_000;
const LARGE_BYTES = sized(100, 2) * MB;
const HUGE_BYTES = sized(600, 12) * MB;
const ROUNDS = sized(7, 1);
const READ_ROUNDS = sized(3, 1);
/** Other users' reads: far below the service's capacity, so that any delay is caused by the upload. */
const READERS = { connections: 4, paced: 200 };

/** Milliseconds of the baseline in a fresh process; NaN if it fails, with its reason. */
function parse(file: string): { ms: number; said: string } {
  const said = execFileSync(process.execPath, [join(ROOT, 'bench', 'baseline', 'parse.mjs'), file], {
    encoding: 'utf8',
  }).trim();
  return { ms: Number(said), said };
}

async function time(
  service: Service,
  file: string,
  mongodPid: number,
): Promise<{ ours: number[]; baseline: number[] }> {
  await upload(service, file);
  const ours: number[] = [];
  const baseline: number[] = [];
  const processor = (): number[] => [service.pid, mongodPid].map(processorMs);
  const before = processor();
  for (let round = 0; round < ROUNDS; round++) {
    const measure = [async () => ours.push(await upload(service, file)), async () => baseline.push(parse(file).ms)];
    for (const one of round % 2 === 0 ? measure : measure.toReversed()) await one();
    console.log(
      `  round ${round + 1}: upload ${ours[round]?.toFixed(0)} ms, JSON.parse ${baseline[round]?.toFixed(0)} ms`,
    );
  }
  const [own, mongod] = processor().map((ms, i) => ((ms - (before[i] as number)) / ROUNDS).toFixed(0));
  console.log(`  processor each upload: service ${own} ms, mongod ${mongod} ms`);
  return { ours, baseline };
}

/** p99 of paced insight reads, alternately idle and during an upload. */
async function readsBeside(bench: Bench, service: Service, file: string): Promise<{ idle: number[]; busy: number[] }> {
  const load = bench.own(startLoadGenerator());
  const { url, token } = service;
  const { ids } = await load.run({
    url,
    token,
    connections: 1,
    seconds: 10,
    requests: 20,
    send: { post: `${API}/ecgs`, files: writeSmall(bench.folder, 1) },
    paced: null,
  });
  const reads = { url, token, ...READERS, requests: 1e6, send: { get: ids.map((id) => `${API}/ecgs/${id}/insights`) } };
  await load.run({ ...reads, seconds: 2 });
  const idle: number[] = [];
  const busy: number[] = [];
  let seconds = 5;
  for (let round = 0; round < READ_ROUNDS; round++) {
    const alone = await load.run({ ...reads, seconds });
    const reading = load.run({ ...reads, seconds: 60 });
    const ms = await upload(service, file);
    load.cut();
    const beside = await reading;
    idle.push(alone.p99);
    busy.push(beside.p99);
    seconds = Math.min(10, ms / 1000);
    console.log(
      `  round ${round + 1}: idle p50 ${alone.p50.toFixed(2)} p99 ${alone.p99.toFixed(2)} ms ` +
        `(${alone.requests} reads), ` +
        `beside an upload of ${ms.toFixed(0)} ms p50 ${beside.p50.toFixed(2)} p99 ${beside.p99.toFixed(2)} ms ` +
        `(${beside.requests} reads)`,
    );
  }
  return { idle, busy };
}

await withBench(async (bench) => {
  const large = join(bench.folder, 'large.json');
  const huge = join(bench.folder, 'huge.json');
  console.log(
    `Uploads of ${(writeLarge(large, LARGE_BYTES) / MB).toFixed(1)} MB and ` +
      `${(writeLarge(huge, HUGE_BYTES) / MB).toFixed(1)} MB, 12 leads each`,
  );

  const service = await bench.startService();
  const idle = memory(service.pid).now;
  const ms = await upload(service, huge);
  const { peak } = memory(service.pid);
  console.log(
    `  memory: ${idle.toFixed(0)} MiB idle, ${peak.toFixed(0)} MiB at most in an upload of ${ms.toFixed(0)} ms; ` +
      `JSON.parse of the same file: ${parse(huge).said}`,
  );
  const timed = await time(service, large, bench.mongodPid);
  const reads = await readsBeside(bench, service, huge);

  report('upload', [
    {
      figure: 2,
      what: '100 MB upload, first byte to 201',
      ...timed,
      unit: 'ms',
      against: 'JSON.parse(readFileSync(file)) alone',
      compare: 'ratio',
      target: { atMost: 0.5 },
    },
    {
      figure: 2,
      what: '600 MB upload, peak memory',
      ours: [peak],
      baseline: [idle],
      unit: 'MiB',
      against: 'idle',
      compare: 'difference',
      target: { atMost: 100 },
    },
    {
      figure: 6,
      what: 'insight reads during that, p99',
      ours: reads.busy,
      baseline: reads.idle,
      unit: 'ms',
      against: 'idle',
      compare: 'ratio',
      target: { atMost: 3 },
    },
  ]);
});

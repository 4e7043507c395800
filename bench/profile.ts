/**
 * Where the service spends its time under one load: its CPU profile, by function and by file or package. Usage:
 * `npx tsx bench/profile.ts uploads | reads | large | import | day | deadBand | wfdb | edf | csv`
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attendancesFile } from './attendances-file.ts';
import { importFile } from './import-file.ts';
import { writeDay } from './day-files.ts';
import { type Load, startLoadGenerator } from './load.ts';
import { receive } from './receive.ts';
import { writeLarge, writeSmall } from './recordings.ts';
import { upload, uploadRecording } from './send.ts';
import { API, type Bench, type Service, withBench } from './support.ts';

const SECONDS = 10;
const LARGE_UPLOADS = 6;
const IMPORTED_ROWS = 40_000;
const READS_OF_THE_DAY = 8;
const ROWS = 30;
/** Entries of the profile that are not work of any function. */
const NOT_WORK = new Set(['(idle)', '(root)']);

/** The parts of V8's profile that are used here. */
interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
}

/** What is profiled. `prepare` uses a service that is not, on the same database; its result is passed on. */
interface Profiled {
  prepare?: (bench: Bench, service: Service) => Promise<readonly string[]>;
  work: (bench: Bench, service: Service, prepared: readonly string[]) => Promise<void>;
}

const ofTheDay = (path: string): Profiled => ({
  prepare: async ({ folder }, service) => [(await uploadRecording(service, writeDay(folder).day)).id],
  work: async (_bench, service, [id]) => {
    for (let i = 0; i < READS_OF_THE_DAY; i++) {
      const { seconds } = await receive(service, `${API}/ecgs/${id}/${path}`);
      console.log(`${path}: ${seconds.toFixed(2)} s`);
    }
  },
});

const loads: Record<string, Profiled> = {
  uploads: {
    work: async (bench, service) => {
      await small(bench, service, 8, (files) => ({ post: `${API}/ecgs`, files }), SECONDS);
    },
  },
  reads: {
    prepare: async (bench, service) => small(bench, service, 8, (files) => ({ post: `${API}/ecgs`, files }), 0.2),
    work: async (bench, service, ids) => {
      await small(bench, service, 32, () => ({ get: ids.map((id) => `${API}/ecgs/${id}/insights`) }), SECONDS);
    },
  },
  large: {
    work: async (bench, service) => {
      const file = join(bench.folder, 'large.json');
      writeLarge(file, 100_000_000);
      for (let i = 0; i < LARGE_UPLOADS; i++) await upload(service, file);
    },
  },
  import: {
    work: async (_bench, service) => {
      const { ms } = await importFile(service, attendancesFile(IMPORTED_ROWS, 1));
      console.log(`${IMPORTED_ROWS} rows, ${((1000 * IMPORTED_ROWS) / ms).toFixed(0)}/s`);
    },
  },
  day: {
    work: async ({ folder }, service) => {
      const { perSecond } = await uploadRecording(service, writeDay(folder).day);
      console.log(`${perSecond.toFixed(0)} MB/s`);
    },
  },
  deadBand: ofTheDay('insights?deadBand=0.05'),
  wfdb: ofTheDay('export?format=wfdb'),
  edf: ofTheDay('export?format=edf'),
  csv: ofTheDay('export?format=csv'),
};
const KINDS = Object.keys(loads).join(' | ');

async function small(
  bench: Bench,
  { url, token }: Service,
  connections: number,
  send: (files: string[]) => Load['send'],
  seconds: number,
): Promise<string[]> {
  const load = startLoadGenerator();
  const outcome = await load.run({
    url,
    token,
    connections,
    seconds,
    requests: 100_000,
    send: send(writeSmall(bench.folder, 8)),
    paced: null,
  });
  await load.stop();
  console.log(`${outcome.requests} requests, ${outcome.perSecond.toFixed(0)}/s`);
  return outcome.ids;
}

/** Milliseconds, summed up by a name of each sample's function. */
function spent(
  { nodes, samples, timeDeltas }: Profile,
  name: (frame: Profile['nodes'][number]['callFrame']) => string,
): Map<string, number> {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, name(callFrame)]));
  const sums = new Map<string, number>();
  samples.forEach((id, i) => {
    const key = names.get(id) as string;
    sums.set(key, (sums.get(key) ?? 0) + (timeDeltas[i] as number) / 1000);
  });
  return sums;
}

/** A file of the project, a third-party package, or Node.js. */
function place(url: string): string {
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)/g;
  return [...url.matchAll(inPackage)].at(-1)?.[1] ?? /dist\/(.*)$/.exec(url)?.[1] ?? url;
}

function show(title: string, sums: Map<string, number>): void {
  const rows = [...sums].filter(([name]) => !NOT_WORK.has(name)).toSorted((a, b) => b[1] - a[1]);
  const total = rows.reduce((sum, [, ms]) => sum + ms, 0);
  console.log(`\n${title} (${total.toFixed(0)} ms of work, ${(sums.get('(idle)') ?? 0).toFixed(0)} ms idle)`);
  for (const [name, ms] of rows.slice(0, ROWS))
    console.log(`${((100 * ms) / total).toFixed(1).padStart(6)} %  ${name}`);
}

const load = loads[process.argv[2] ?? ''];
if (!load) throw new Error(`Usage: npx tsx bench/profile.ts ${KINDS}`);
await withBench(async (bench) => {
  const first = await bench.startService();
  const prepared = (await load.prepare?.(bench, first)) ?? [];
  const service = await bench.startBeside(first, ['--cpu-prof', `--cpu-prof-dir=${bench.folder}`]);
  await first.stop();
  await load.work(bench, service, prepared);
  await service.stop();
  const file = readdirSync(bench.folder).find((name) => name.endsWith('.cpuprofile'));
  if (!file) throw new Error('the service has left no profile');
  const profile = JSON.parse(readFileSync(join(bench.folder, file), 'utf8')) as Profile;
  show(
    'by function',
    spent(profile, ({ functionName, url, lineNumber }) =>
      url ? `${functionName || '(anonymous)'}  ${place(url)}:${lineNumber + 1}` : functionName,
    ),
  );
  show(
    'by file or package',
    spent(profile, ({ functionName, url }) => (url ? place(url) : functionName)),
  );
});

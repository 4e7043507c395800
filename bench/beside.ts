/**
 * How much others notice of an upload of 1 GB while four more users upload recordings of 10 s, one after the other: how
 * late the event loop of the service is, and the time of insight reads and of a request that needs no database.
 * BENCH_FULL=1 does the same with 1 GB of JSON.
 *
 * The event loop is measured inside (`loop-delay.mjs`). The requests are measured from outside and at fixed times, so
 * that one that waits for the previous one counts with its wait. They include the time that the service and the
 * sending processes wait for a processor.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { writeDay } from './day-files.ts';
import { type LoadGenerator, type Outcome, startLoadGenerator } from './load.ts';
import { writeLarge, writeSmall } from './recordings.ts';
import { type Figure, report } from './report.ts';
import { upload, uploadRecording } from './send.ts';
import { FULL, sized } from './sized.ts';
import { API, type Bench, newClinician, ROOT, type Service, withBench } from './support.ts';

const ROUNDS = sized(2, 1, 3);
const IDLE_SECONDS = sized(10, 1);
const LONGEST_SECONDS = 300;
const USERS = 4;
const LARGE_BYTES = 1_000_000_000;
/**
 * Requests per second: few, so that any delay is caused by the uploads, and over so many connections that a late answer
 * hardly ever delays the next request.
 */
const PACED = { connections: 20, paced: 100 };

/** Another user's recordings and everything that is sent beside the upload. */
interface Loads {
  probe(seconds: number): Promise<Outcome>;
  read(seconds: number): Promise<Outcome>;
  write(seconds: number): Promise<Outcome>;
  /** Ends all of them. */
  cut(): void;
}

async function prepare(bench: Bench, { url }: Service): Promise<Loads> {
  const [probing, reading, writing] = [0, 1, 2].map(() => bench.own(startLoadGenerator())) as [
    LoadGenerator,
    LoadGenerator,
    LoadGenerator,
  ];
  const reader = await newClinician(url, 'reader@bench.example');
  const writers: string[] = [];
  for (let user = 1; user <= USERS; user++) writers.push(await newClinician(url, `writer-${user}@bench.example`));
  const send = { post: `${API}/ecgs`, files: writeSmall(bench.folder, USERS) };
  const { ids } = await writing.run({
    url,
    token: reader,
    connections: 1,
    seconds: 20,
    requests: 20,
    send,
    paced: null,
  });
  const get = ids.map((id) => `${API}/ecgs/${id}/insights`);
  const common = { url, requests: 1e6 };
  return {
    probe: async (seconds) => probing.run({ ...common, ...PACED, token: null, seconds, send: { get: ['/healthz'] } }),
    read: async (seconds) => reading.run({ ...common, ...PACED, token: reader, seconds, send: { get } }),
    write: async (seconds) =>
      writing.run({ ...common, token: writers, connections: USERS, seconds, send, paced: null }),
    cut() {
      for (const load of [probing, reading, writing]) load.cut();
    },
  };
}

/** How late the event loop of a service has been since the last call, in milliseconds. */
type LoopDelay = () => Promise<{ p50: number; p99: number }>;

/** Starts a service whose event loop is watched. */
async function startWatched(bench: Bench): Promise<{ service: Service; loopDelay: LoopDelay }> {
  const file = join(bench.folder, 'loop-delay.json');
  const watch = pathToFileURL(join(ROOT, 'bench', 'loop-delay.mjs'));
  watch.searchParams.set('file', file);
  const service = await bench.startService([`--import=${watch.href}`]);
  const loopDelay: LoopDelay = async () => {
    rmSync(file, { force: true });
    process.kill(service.pid, 'SIGUSR2');
    while (!existsSync(file)) await sleep(5);
    return JSON.parse(readFileSync(file, 'utf8')) as { p50: number; p99: number };
  };
  return { service, loopDelay };
}

const tell = ({ p50, p99, requests }: Outcome): string =>
  `p50 ${p50.toFixed(1)} p99 ${p99.toFixed(1)} ms of ${requests}`;

async function measure(
  what: string,
  loads: Loads,
  loopDelay: LoopDelay,
  large: () => Promise<unknown>,
): Promise<Figure[]> {
  const [late, probes, idle, busy]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let round = 1; round <= ROUNDS; round++) {
    const [probesAlone, readsAlone] = await Promise.all([loads.probe(IDLE_SECONDS), loads.read(IDLE_SECONDS)]);
    const beside = Promise.all([
      loads.probe(LONGEST_SECONDS),
      loads.read(LONGEST_SECONDS),
      loads.write(LONGEST_SECONDS),
    ]);
    await loopDelay();
    const start = performance.now();
    await large().finally(() => loads.cut());
    const seconds = (performance.now() - start) / 1000;
    const delay = await loopDelay();
    late.push(delay.p99);
    const [probed, read, written] = await beside;
    probes.push(probed.p99);
    idle.push(readsAlone.p99);
    busy.push(read.p99);
    console.log(
      `  ${what}, round ${round}: ${seconds.toFixed(1)} s, beside ${written.perSecond.toFixed(0)} small uploads a ` +
        `second; event loop p50 ${delay.p50.toFixed(1)} p99 ${delay.p99.toFixed(1)} ms late; ` +
        `/healthz ${tell(probed)}, idle ${tell(probesAlone)}; insight reads ${tell(read)}, ` +
        `idle ${tell(readsAlone)}`,
    );
  }
  return [
    {
      figure: 6,
      what: `delay of the event loop beside 1 GB of ${what} and ${USERS} users' uploads, p99`,
      ours: late,
      baseline: [],
      unit: 'ms',
      against: '',
      compare: 'value',
      target: { atMost: 20 },
    },
    {
      figure: 6,
      what: `/healthz beside 1 GB of ${what} and ${USERS} users' uploads, p99`,
      ours: probes,
      baseline: [],
      unit: 'ms',
      against: '',
      compare: 'value',
      target: null,
    },
    {
      figure: 6,
      what: `insight reads beside 1 GB of ${what} and ${USERS} users' uploads, p99`,
      ours: busy,
      baseline: idle,
      unit: 'ms',
      against: 'idle',
      compare: 'ratio',
      target: { atMost: 2 },
    },
  ];
}

await withBench(async (bench) => {
  const { day, hour } = writeDay(bench.folder);
  const { service, loopDelay } = await startWatched(bench);
  const loads = await prepare(bench, service);
  // Warms up everything that is measured.
  const [warmUp] = await Promise.all([loads.write(sized(5, 1)), loads.probe(1), loads.read(1)]);
  console.log(`  ${USERS} users' uploads alone: ${warmUp.perSecond.toFixed(0)} a second`);
  await uploadRecording(service, hour);
  const figures = await measure('WFDB', loads, loopDelay, async () => uploadRecording(service, day));
  if (FULL) {
    const json = join(bench.folder, 'large.json');
    writeLarge(json, LARGE_BYTES);
    figures.push(...(await measure('JSON', loads, loopDelay, async () => upload(service, json))));
  }
  report('beside', figures);
});

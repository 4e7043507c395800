/** How three hundred concurrent large reads slow down small reads, in one run on one service. */
import { Agent, get as ask, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startLoadGenerator } from './load.ts';
import { writeLarge, writeSmall } from './recordings.ts';
import { report } from './report.ts';
import { upload } from './send.ts';
import { sized } from './sized.ts';
import { API, withBench } from './support.ts';

const ROUNDS = sized(5, 1);
const SECONDS = sized(6, 1);
const LARGE_READS = 300;
/** Size of the recording whose leads are read: about eight minutes of twelve leads. */
const LARGE_BYTES = 16 << 20;
/** A low load: these reads alone keep no core busy. */
const READERS = { connections: 4, paced: 40 };

/** Milliseconds that a client waits after a 429 with Retry-After: 1. */
const TOLD_TO_WAIT_MS = 1_000;

/** Reads over `LARGE_READS` connections for a time. Returns how many answers were complete. */
async function readLarge(addresses: readonly string[], token: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: LARGE_READS });
  const headers = { Authorization: `Bearer ${token}` };
  const end = performance.now() + 1_000 * SECONDS;
  let whole = 0;
  const reader = async (_: unknown, turn: number): Promise<void> => {
    while (performance.now() < end) {
      const address = addresses[turn++ % addresses.length] as string;
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        ask(address, { agent, headers }, resolve).on('error', reject);
      });
      for await (const _piece of answer);
      if (answer.statusCode === 200) whole += 1;
      else if (answer.statusCode === 429) await sleep(TOLD_TO_WAIT_MS);
      else throw new Error(`${address} was answered with ${answer.statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: LARGE_READS }, reader));
  agent.destroy();
  return whole;
}

await withBench(async (bench) => {
  const service = await bench.startService();
  const { url, token } = service;
  const readers = bench.own(startLoadGenerator());
  const send = { post: `${API}/ecgs`, files: writeSmall(bench.folder, 8) };
  const { ids } = await readers.run({ url, token, connections: 8, seconds: 5, requests: 64, send, paced: null });
  const get = ids.map((id) => `${API}/ecgs/${id}/insights`);
  const reads = { url, token, ...READERS, requests: 1e6, send: { get }, seconds: SECONDS };
  const file = join(bench.folder, 'large.json');
  writeLarge(file, LARGE_BYTES);
  await upload(service, file);
  const latest = await fetch(`${url}${API}/ecgs?limit=1`, { headers: { Authorization: `Bearer ${token}` } });
  const { items } = (await latest.json()) as { items: { id: string }[] };
  const samples = ['I', 'II', 'V1', 'V6'].map((lead) => `${url}${API}/ecgs/${items[0]?.id}/channels/${lead}/samples`);
  await readers.run(reads);

  const [idle, busy]: [number[], number[]] = [[], []];
  for (let round = 1; round <= ROUNDS; round++) {
    const alone = await readers.run(reads);
    const [beside, read] = await Promise.all([readers.run(reads), readLarge(samples, token)]);
    idle.push(alone.p99);
    busy.push(beside.p99);
    console.log(
      `  round ${round}: reads idle p50 ${alone.p50.toFixed(2)} p99 ${alone.p99.toFixed(2)} ms, ` +
        `beside ${LARGE_READS} large reads p50 ${beside.p50.toFixed(2)} p99 ${beside.p99.toFixed(2)} ms; ` +
        `${(read / SECONDS).toFixed(0)} large reads a second`,
    );
  }
  report('large-reads', [
    {
      figure: 15,
      what: `insight reads beside ${LARGE_READS} large reads at a time, p99`,
      ours: busy,
      baseline: idle,
      unit: 'ms',
      against: 'idle',
      compare: 'ratio',
      target: { atMost: 100 },
    },
  ]);
});

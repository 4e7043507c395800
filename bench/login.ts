/** How fifty concurrent log-ins slow down other users' reads, in one run on one service. */
import { startLoadGenerator } from './load.ts';
import { writeSmall } from './recordings.ts';
import { report } from './report.ts';
import { sized } from './sized.ts';
import { API, CREDENTIALS, withBench } from './support.ts';

const ROUNDS = sized(7, 1);
const SECONDS = sized(8, 1);
const LOG_INS = 50;
/** A low load: these reads alone keep no core busy. */
const READERS = { connections: 4, paced: 40 };

await withBench(async (bench) => {
  const { url, token } = await bench.startService();
  const [readers, people] = [bench.own(startLoadGenerator()), bench.own(startLoadGenerator())];
  const files = writeSmall(bench.folder, 8);
  const send = { post: `${API}/ecgs`, files };
  const { ids } = await readers.run({ url, token, connections: 8, seconds: 5, requests: 64, send, paced: null });
  const get = ids.map((id) => `${API}/ecgs/${id}/insights`);
  const reads = { url, token, ...READERS, requests: 1e6, send: { get }, seconds: SECONDS };
  const logIns = { url, token: null, connections: LOG_INS, requests: 1e6, send: { logIn: CREDENTIALS }, paced: null };
  await readers.run(reads);
  await people.run({ ...logIns, seconds: 1 });

  const [idle, busy]: [number[], number[]] = [[], []];
  for (let round = 1; round <= ROUNDS; round++) {
    const alone = await readers.run(reads);
    const [beside, logged] = await Promise.all([readers.run(reads), people.run({ ...logIns, seconds: SECONDS })]);
    idle.push(alone.p99);
    busy.push(beside.p99);
    console.log(
      `  round ${round}: reads idle p50 ${alone.p50.toFixed(2)} p99 ${alone.p99.toFixed(2)} ms, ` +
        `beside ${LOG_INS} log-ins p50 ${beside.p50.toFixed(2)} p99 ${beside.p99.toFixed(2)} ms; ` +
        `${logged.perSecond.toFixed(0)} log-ins a second, p99 ${logged.p99.toFixed(0)} ms`,
    );
  }
  report('login', [
    {
      figure: 15,
      what: `insight reads beside ${LOG_INS} log-ins at a time, p99`,
      ours: busy,
      baseline: idle,
      unit: 'ms',
      against: 'idle',
      compare: 'ratio',
      target: { atMost: 2 },
    },
  ]);
});

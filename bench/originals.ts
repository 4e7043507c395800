/**
 * What it costs to keep uploaded files: uploads of 10 s 12-lead recordings (about 240 KB of JSON) per second with
 * KEEP_ORIGINALS at its default, in turn with none kept; and megabytes per second of larger files that are kept and
 * read back.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startLoadGenerator } from './load.ts';
import { processorMs } from './processes.ts';
import { receive } from './receive.ts';
import { writeLarge, writeSmall } from './recordings.ts';
import { report } from './report.ts';
import { sized } from './sized.ts';
import { API, type Service, withBench } from './support.ts';

const ROUNDS = sized(5, 1);
const SECONDS = sized(3, 1);
const UPLOADERS = 8;
/** Below the default limit. */
const LARGE_BYTES = sized(15_000_000, 1_000_000);

await withBench(async (bench) => {
  const off = join(bench.folder, 'off.env');
  writeFileSync(off, 'KEEP_ORIGINALS=0\n');
  const keeping = { service: await bench.startService(), small: [] as number[], large: [] as number[] };
  const none = {
    service: await bench.startService([`--env-file=${off}`]),
    small: [] as number[],
    large: [] as number[],
  };
  const load = bench.own(startLoadGenerator());
  const files = writeSmall(bench.folder, UPLOADERS);
  const large = join(bench.folder, 'large.json');
  const bytes = writeLarge(large, LARGE_BYTES);
  const whole = readFileSync(large);
  const uploadLarge = async ({ url, token, uploads: path }: Service): Promise<{ seconds: number; id: string }> => {
    const start = performance.now();
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}` },
      body: whole,
    });
    if (answer.status !== 201) throw new Error(`the upload was answered with ${answer.status}: ${await answer.text()}`);
    const { id } = (await answer.json()) as { id: string };
    return { seconds: (performance.now() - start) / 1000, id };
  };
  const uploads = async ({ url, token }: Service) =>
    load.run({
      url,
      token,
      connections: UPLOADERS,
      seconds: SECONDS,
      requests: 100_000,
      send: { post: `${API}/ecgs?duplicate=allow`, files },
      paced: null,
    });

  for (const { service } of [keeping, none]) await uploads(service);
  const reads: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const side of round % 2 === 0 ? [keeping, none] : [none, keeping]) {
      const processor = (): number[] => [side.service.pid, bench.mongodPid].map(processorMs);
      const before = processor();
      const { perSecond, requests } = await uploads(side.service);
      side.small.push(perSecond);
      const [own, mongod] = processor().map((ms, i) => ((ms - (before[i] as number)) / requests).toFixed(2));
      const name = side === keeping ? 'kept' : 'none kept';
      console.log(`  ${name}: ${perSecond.toFixed(0)}/s; processor each: ${own} ms, mongod ${mongod} ms`);
      const { seconds: taken, id } = await uploadLarge(side.service);
      side.large.push(bytes / 1e6 / taken);
      if (side !== keeping) continue;
      const { seconds } = await receive(side.service, `${API}/ecgs/${id}/original`);
      reads.push(bytes / 1e6 / seconds);
    }
  }
  const common = { figure: 0, against: 'none kept', compare: 'ratio', target: null } as const;
  report('originals', [
    {
      ...common,
      what: `uploads of 12 × 5,000 that are kept, ${UPLOADERS} connections`,
      unit: '1/s',
      ours: keeping.small,
      baseline: none.small,
    },
    {
      ...common,
      what: `uploads of ${(bytes / 1e6).toFixed(0)} MB that are kept, one after the other`,
      unit: 'MB/s',
      ours: keeping.large,
      baseline: none.large,
    },
    {
      ...common,
      compare: 'value',
      what: `uploaded files of ${(bytes / 1e6).toFixed(0)} MB, read again`,
      unit: 'MB/s',
      ours: reads,
      baseline: [],
    },
  ]);
});

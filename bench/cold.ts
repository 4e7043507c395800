/**
 * Small uploads in the first seconds of a fresh process compared with those of the same process later, when its code
 * has been compiled; for the version of `today.ts` as well.
 */
import { type LoadGenerator, startLoadGenerator } from './load.ts';
import { writeSmallAsPython } from './recordings.ts';
import { type Figure, report } from './report.ts';
import { sized } from './sized.ts';
import { API, type Service, withBench } from './support.ts';
import { OF_TODAY } from './today.ts';

const ROUNDS = sized(2, 1, 5);
const FIRST_SECONDS = sized(5, 1);
const WARM_UP_SECONDS = sized(10, 1);
const UPLOADERS = 8;

interface Speeds {
  first: number[];
  later: number[];
}

async function measure({ url, token }: Service, load: LoadGenerator, files: readonly string[]): Promise<number[]> {
  const perSecond: number[] = [];
  for (const seconds of [FIRST_SECONDS, WARM_UP_SECONDS, FIRST_SECONDS]) {
    const send = { post: `${API}/ecgs`, files };
    const outcome = await load.run({ url, token, connections: UPLOADERS, seconds, requests: 1e6, send, paced: null });
    perSecond.push(outcome.perSecond);
  }
  return perSecond;
}

await withBench(async (bench) => {
  const files = writeSmallAsPython(bench.folder, UPLOADERS);
  // The generator's own first seconds are spent on a service that is not measured.
  const load = bench.own(startLoadGenerator());
  const other = await bench.startService();
  await measure(other, load, files);
  await bench.drop(other);
  const speeds: Record<'service' | 'today', Speeds> = {
    service: { first: [], later: [] },
    today: { first: [], later: [] },
  };
  const sides = [
    ['service', async () => bench.startService()],
    ['today', async () => bench.startToday()],
  ] as const;
  for (let round = 0; round < ROUNDS; round++) {
    for (const [side, start] of round % 2 === 0 ? sides : sides.toReversed()) {
      const service = await start();
      if (!service) continue;
      const [first = NaN, , later = NaN] = await measure(service, load, files);
      speeds[side].first.push(first);
      speeds[side].later.push(later);
      console.log(
        `  ${side}: ${first.toFixed(0)} uploads/s in the first ${FIRST_SECONDS} s, ${later.toFixed(0)} after ` +
          `${FIRST_SECONDS + WARM_UP_SECONDS} s`,
      );
      await bench.drop(service);
    }
  }
  const what = `uploads in the first ${FIRST_SECONDS} s of a process`;
  const { service, today } = speeds;
  const later: Figure = {
    figure: 5,
    what,
    ours: service.first,
    baseline: service.later,
    unit: '1/s',
    against: 'the same process, warm',
    compare: 'ratio',
    target: null,
  };
  const compared: Figure = { ...later, baseline: today.first, against: `the same of ${OF_TODAY}` };
  report('cold', [later, ...(today.first.length > 0 ? [compared] : [])]);
});

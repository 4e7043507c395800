/**
 * A day of twelve leads at 100 Hz as ISHNE, uploaded over HTTP: bytes per second compared with the same samples as WFDB
 * format 16 in the same run, and the memory that the service uses.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { holter, writeHolter, writeIshne } from './holter-files.ts';
import { memory } from './processes.ts';
import { report } from './report.ts';
import { uploadRecording } from './send.ts';
import { sized } from './sized.ts';
import { withBench } from './support.ts';

const ROUNDS = sized(5, 1);

await withBench(async (bench) => {
  const day = holter(100, ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6']);
  const wfdb = (await writeHolter(day, 'wfdb', bench.folder)).toReversed();
  const ishne = join(bench.folder, 'holter.ecg');
  writeIshne(day, ishne);
  console.log(`A day of 12 leads at 100 Hz: ${(statSync(ishne).size / 1e6).toFixed(1)} MB`);
  const service = await bench.startService();

  const idle = memory(service.pid).now;
  await uploadRecording(service, [ishne]);
  const { peak } = memory(service.pid);
  console.log(`  memory: ${idle.toFixed(0)} MiB idle, ${peak.toFixed(0)} MiB at most in the first upload`);
  await uploadRecording(service, wfdb);

  const ours: number[] = [];
  const baseline: number[] = [];
  const turns = [
    async () => ours.push((await uploadRecording(service, [ishne])).perSecond),
    async () => baseline.push((await uploadRecording(service, wfdb)).perSecond),
  ];
  for (let round = 0; round < ROUNDS; round++) {
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
    console.log(
      `  round ${round + 1}: ISHNE ${ours[round]?.toFixed(0)} MB/s, WFDB format 16 ${baseline[round]?.toFixed(0)} MB/s`,
    );
  }

  report('ishne', [
    {
      figure: 2,
      what: 'ISHNE upload of 24 h × 12 × 100 Hz',
      ours,
      baseline,
      unit: 'MB/s',
      against: 'the same samples as WFDB format 16',
      compare: 'ratio',
      target: { atLeast: 0.9 },
    },
    {
      figure: 2,
      what: 'its peak memory',
      ours: [peak],
      baseline: [idle],
      unit: 'MiB',
      against: 'idle',
      compare: 'difference',
      target: { atMost: 150 },
    },
  ]);
});

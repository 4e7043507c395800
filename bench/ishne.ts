/**
 * A day of twelve leads at 100 Hz as ISHNE, uploaded over HTTP: bytes per second compared with the same samples as WFDB
 * format 16 in the same run, and the memory that the service uses.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { inTurn, peakMemory } from './day-upload.ts';
import { holter, writeHolter, writeIshne } from './holter-files.ts';
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

  const peak = await peakMemory(service, [ishne]);
  const uploadOf = (files: readonly string[]) => async () => (await uploadRecording(service, files)).perSecond;
  const wfdbTurn = { name: 'WFDB format 16', run: uploadOf(wfdb) };
  await wfdbTurn.run();
  const speeds = await inTurn(ROUNDS, { name: 'ISHNE', run: uploadOf([ishne]) }, wfdbTurn);

  report('ishne', [
    {
      figure: 2,
      what: 'ISHNE upload of 24 h × 12 × 100 Hz',
      ...speeds,
      against: 'the same samples as WFDB format 16',
      target: { atLeast: 0.9 },
    },
    peak,
  ]);
});

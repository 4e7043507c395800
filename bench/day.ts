/**
 * A day of twelve leads at 500 Hz: the speed of its upload, the memory that this takes, the bytes on disk, exports in
 * every format, counting with a dead band, and waveforms. Everything but waveforms is compared with the version of
 * `today.ts`, in turn with it. BENCH_ONLY=upload, exports, deadBand or waveform measures this alone.
 */
import { LEADS, RATE, SAMPLE_BYTES, SECONDS, writeDay, type DayFiles } from './day-files.ts';
import { deadBand, exports, waveforms } from './day-reads.ts';
import { folderBytes, onDisk } from './disk.ts';
import { memory, processorMs } from './processes.ts';
import { type Figure, report } from './report.ts';
import { uploadRecording } from './send.ts';
import { sized } from './sized.ts';
import { type Bench, type Service, withBench } from './support.ts';
import { OF_TODAY } from './today.ts';

const ONLY = process.env['BENCH_ONLY'] ?? '';
const isAsked = (part: string): boolean => ONLY === '' || ONLY === part;
const ROUNDS = isAsked('upload') ? sized(2, 1, 5) : 1;
const MB = 1e6;
const WHAT = `${(SECONDS / 3600).toFixed(1)} h × ${LEADS.length} × ${RATE} Hz`;

/** A fresh service with the day in its database, and what its upload has taken. */
interface Taken {
  service: Service;
  id: string;
  perSecond: number;
  /** MiB. */
  idle: number;
  peak: number;
  /** Bytes. */
  files: number;
  storage: number;
}

/** Uploads the day to a service that was just started, and is warmed up with the first hour. */
async function take(bench: Bench, name: string, service: Service, { day, hour }: DayFiles): Promise<Taken> {
  const idle = memory(service.pid).now;
  await uploadRecording(service, hour);
  const before = await onDisk(bench, service);
  const processor = (): number[] => [service.pid, bench.mongodPid].map(processorMs);
  const [own = 0, mongod = 0] = processor();
  const { id, perSecond, seconds } = await uploadRecording(service, day);
  const [ownAfter = 0, mongodAfter = 0] = processor();
  const { peak } = memory(service.pid);
  const after = await onDisk(bench, service);
  const [files, storage] = [after.files - before.files, after.storage - before.storage];
  console.log(
    `  ${name}: ${perSecond.toFixed(0)} MB/s, ${seconds.toFixed(1)} s; processor: service ` +
      `${((ownAfter - own) / 1000).toFixed(1)} s, mongod ${((mongodAfter - mongod) / 1000).toFixed(1)} s; memory ` +
      `${idle.toFixed(0)} MiB idle, ${peak.toFixed(0)} MiB at most; files of the database ` +
      `${(files / MB).toFixed(0)} MB, storageSize ${(storage / MB).toFixed(0)} MB, mongod's whole folder ` +
      `${(folderBytes(bench) / MB).toFixed(0)} MB`,
  );
  return { service, id, perSecond, idle, peak, files, storage };
}

const start = {
  ours: async (bench: Bench) => bench.startService(),
  today: async (bench: Bench) => bench.startToday(),
};

function uploadFigures(ours: readonly Taken[], today: readonly Taken[]): Figure[] {
  const of = (takings: readonly Taken[], field: 'perSecond' | 'peak' | 'idle' | 'files' | 'storage'): number[] =>
    takings.map((taken) => taken[field] / (field === 'files' || field === 'storage' ? MB : 1));
  const beside = { against: OF_TODAY, compare: 'ratio' } as const;
  const compared: Figure[] = [
    {
      ...beside,
      figure: 1,
      what: `files of the database after ${WHAT}`,
      ours: of(ours, 'files'),
      baseline: of(today, 'files'),
      unit: 'MB',
      target: { atMost: 0.6 },
    },
    {
      ...beside,
      figure: 1,
      what: 'storageSize of its collections',
      ours: of(ours, 'storage'),
      baseline: of(today, 'storage'),
      unit: 'MB',
      target: null,
    },
    {
      ...beside,
      figure: 2,
      what: `WFDB upload of ${WHAT}`,
      ours: of(ours, 'perSecond'),
      baseline: of(today, 'perSecond'),
      unit: 'MB/s',
      target: { atLeast: 1.5 },
    },
  ];
  return [
    ...(today.length === 0 ? [] : compared),
    {
      figure: 2,
      what: 'its peak memory',
      ours: of(ours, 'peak'),
      baseline: of(ours, 'idle'),
      unit: 'MiB',
      against: 'idle',
      compare: 'difference',
      target: { atMost: 100 },
    },
  ];
}

await withBench(async (bench) => {
  const files = writeDay(bench.folder);
  console.log(`A day of ${LEADS.length} leads at ${RATE} Hz, ${(SAMPLE_BYTES / MB).toFixed(0)} MB of samples`);
  const taken: Record<keyof typeof start, Taken[]> = { ours: [], today: [] };
  const sides =
    isAsked('upload') || isAsked('exports') || isAsked('deadBand') ? (['ours', 'today'] as const) : (['ours'] as const);
  for (let round = 1; round <= ROUNDS; round++) {
    for (const side of round % 2 === 1 ? sides : sides.toReversed()) {
      // Only the day of the last round is kept: each takes up to a gigabyte.
      for (const { service } of taken[side].slice(-1)) await bench.drop(service);
      const service = await start[side](bench);
      if (service) taken[side].push(await take(bench, `${side}, round ${round}`, service, files));
    }
  }
  const [ours, today] = [taken.ours.at(-1), taken.today.at(-1)];
  if (!ours) throw new Error('nothing was measured');
  const figures = isAsked('upload') ? uploadFigures(taken.ours, taken.today) : [];
  if (isAsked('exports')) figures.push(...(await exports(ours, today)));
  if (isAsked('deadBand') && today) figures.push(...(await deadBand(ours, today)));
  if (today) await bench.drop(today.service);
  if (isAsked('waveform')) figures.push(...(await waveforms(bench, ours)));
  report('day', figures);
});

/** A day of a recording, uploaded over HTTP: the memory that the service uses, and the speed beside something else. */
import { memory } from './processes.ts';
import type { Figure } from './report.ts';
import { uploadRecording } from './send.ts';
import type { Service } from './support.ts';

/** Uploads the files once, as the first upload of the service. */
export async function peakMemory(service: Service, files: readonly string[]): Promise<Figure> {
  const idle = memory(service.pid).now;
  await uploadRecording(service, files);
  const { peak } = memory(service.pid);
  console.log(`  memory: ${idle.toFixed(0)} MiB idle, ${peak.toFixed(0)} MiB at most in the first upload`);
  return {
    figure: 2,
    what: 'its peak memory',
    ours: [peak],
    baseline: [idle],
    unit: 'MiB',
    against: 'idle',
    compare: 'difference',
    target: { atMost: 150 },
  };
}

/** What is measured in turn: a name for people, and a run that answers with megabytes a second. */
export interface Turn {
  name: string;
  run: () => Promise<number>;
}

/** Megabytes a second of both, by rounds; they take turns in going first. */
export async function inTurn(
  rounds: number,
  one: Turn,
  other: Turn,
): Promise<{ ours: number[]; baseline: number[]; unit: string; compare: 'ratio' }> {
  const ours: number[] = [];
  const baseline: number[] = [];
  const turns = [async () => ours.push(await one.run()), async () => baseline.push(await other.run())];
  for (let round = 0; round < rounds; round++) {
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
    console.log(
      `  round ${round + 1}: ${one.name} ${ours[round]?.toFixed(0)} MB/s, ` +
        `${other.name} ${baseline[round]?.toFixed(0)} MB/s`,
    );
  }
  return { ours, baseline, unit: 'MB/s', compare: 'ratio' };
}

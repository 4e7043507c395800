/**
 * The recordings that benchmarks send: synthetic 12-lead ECGs in the challenge's JSON, the same bytes on every machine.
 */
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { synthesizeChallengeJson } from '../src/synth/challenge-json.ts';
import type { EcgOptions } from '../src/synth/ecg.ts';

const RATE = 500;
/** A Holter recording at rest, with enough noise that digits do not repeat. */
const OPTIONS: Omit<EcgOptions, 'seed' | 'duration'> = { samplingRate: RATE, noise: 20, wander: 150, hum: 5 };
/** The placeholder that a load generator replaces with the number of a request. */
export const NUMBER = '000000000000';

/** Writes a 12-lead recording of about this size. Returns its exact size. */
export function writeLarge(file: string, bytes: number): number {
  // Estimated from one minute of the same recording.
  const minute = sizeOf(synthesizeChallengeJson({ ...OPTIONS, seed: 2, duration: 60 }, {}));
  return write(file, { seed: 2, duration: Math.round((60 * bytes) / minute) }, {});
}

/** Writes `count` different recordings of 12 × 5,000 samples whose id is `NUMBER`. Returns the files. */
export function writeSmall(folder: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const file = join(folder, `small-${i}.json`);
    write(
      file,
      { seed: 100 + i, duration: 10 },
      { id: NUMBER, date: '2026-01-15T09:30:00Z', samplingRate: RATE, unit: 'mV', gain: 1000 },
    );
    return file;
  });
}

/**
 * The same recordings as Python's json.dumps writes them, with a space after every comma and colon. Returns the files.
 */
export function writeSmallAsPython(folder: string, count: number): string[] {
  return writeSmall(folder, count).map((file) => {
    const written = file.replace(/\.json$/, '-python.json');
    writeFileSync(written, asPython(JSON.parse(readFileSync(file, 'utf8'))));
    return written;
  });
}

function asPython(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(asPython).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}: ${asPython(field)}`);
  return `{${fields.join(', ')}}`;
}

function write(
  file: string,
  options: Pick<EcgOptions, 'seed' | 'duration'>,
  header: Parameters<typeof synthesizeChallengeJson>[1],
): number {
  const out = openSync(file, 'w');
  let bytes = 0;
  for (const chunk of synthesizeChallengeJson({ ...OPTIONS, ...options }, header)) bytes += writeSync(out, chunk);
  closeSync(out);
  return bytes;
}

function sizeOf(chunks: Iterable<Uint8Array>): number {
  let bytes = 0;
  for (const chunk of chunks) bytes += chunk.length;
  return bytes;
}

/** Recordings written by our encoders, as cases for the independent readers. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatById } from '../../src/formats/registry.ts';
import { encodeFiles, writable } from '../../test/support/formats.ts';
import { type CheckedFormat, randomRecording } from './random-recordings.ts';

/** The readers' report; see check.py. */
export interface Checked {
  files: number;
  channels: number;
  samples: number;
  marks: number;
  /** The largest deviation of a physical value, in stored units. */
  worst: number;
  differences: string[];
}

/** A file of values as check.py and write.py exchange them. */
export const VALUES = 'digits';
/** The file that describes a case. */
export const CASE = 'case.json';

/** Writes the recordings of these seeds, each into a folder of its own. */
export async function writeRandom(format: CheckedFormat, count: number, folder: string): Promise<void> {
  const { encode } = formatById(format);
  if (!encode) throw new Error(`${format} is not written`);
  for (let seed = 1; seed <= count; seed++) {
    const { channels, about } = randomRecording(format, seed);
    const files = await encodeFiles(encode, writable(channels, about));
    const described = channels.map(({ values, ...channel }) => ({ ...channel, samples: values.length }));
    const place = saveCase(join(folder, `${format}-${seed}`), files, {
      what: `${format}, seed ${seed}`,
      format,
      channels: described,
      annotations: about.annotations,
      date: about.date,
    });
    writeFileSync(
      join(place, VALUES),
      Float64Array.from(channels.flatMap(({ values }) => Array.from(values, (value) => value ?? NaN))),
    );
  }
}

/** @returns the folder */
export function saveCase(folder: string, files: Readonly<Record<string, Uint8Array>>, described: object): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  writeFileSync(join(folder, CASE), JSON.stringify(described));
  return folder;
}

/** Recordings written by our encoders, as cases for the independent readers. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runsOf } from '../../src/formats/common/frames.ts';
import { converted, DecimalSearch, needsConversion, readConverted } from '../../src/formats/common/whole-digits.ts';
import { formatById } from '../../src/formats/registry.ts';
import type { Integers } from '../../src/formats/types.ts';
import { markerOf } from '../../src/signal/samples.ts';
import { encodeFiles, writable, type Written } from '../../test/support/formats.ts';
import { uniform } from '../../test/support/signals.ts';
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
/** The file of the physical values that readers must find, in the same order. */
export const PHYSICAL = 'physical';
/** The file that describes a case. */
export const CASE = 'case.json';

/** Decimal places of the samples of a channel, for formats that store integers only. */
const PLACES = [0, 0, 1, 3];

/**
 * Writes the recordings of these seeds, each into a folder of its own. For formats of integers, half of the channels
 * have decimals.
 */
export async function writeRandom(format: CheckedFormat, count: number, folder: string): Promise<void> {
  const { encode, integers } = formatById(format);
  if (!encode) throw new Error(`${format} is not written`);
  for (let seed = 1; seed <= count; seed++) {
    const { channels: whole, about } = randomRecording(format, seed);
    const random = uniform(seed);
    const channels = whole.map((channel) => {
      const places = integers === undefined ? 0 : (PLACES[Math.floor(random() * PLACES.length)] as number);
      const values = Array.from(channel.values, (value) => (value === null ? null : Number(`${value}e-${places}`)));
      return { ...channel, values };
    });
    const given = writable(channels, about);
    const { recording, read } = integers === undefined ? given : await inIntegers(given, integers);
    const files = await encodeFiles(encode, { recording, read });
    const described = recording.channels.map(({ name, samplingRate, unit, gain, zeroLevel, samples }) => ({
      name,
      samplingRate,
      unit,
      gain,
      zeroLevel,
      samples,
    }));
    const place = saveCase(join(folder, `${format}-${seed}`), files, {
      what: `${format}, seed ${seed}`,
      format,
      channels: described,
      annotations: about.annotations,
      date: about.date,
    });
    const physical = channels.flatMap(({ values, gain, zeroLevel }) =>
      values.map((value) => (value === null ? NaN : (value - zeroLevel) / gain)),
    );
    writeFileSync(join(place, PHYSICAL), Float64Array.from(physical));
    writeFileSync(join(place, VALUES), Float64Array.from(await digitsOf({ recording, read })));
  }
}

/** The recording as the service hands it to the encoder of a format of integers. */
async function inIntegers({ recording, read }: Written, integers: Integers): Promise<Written> {
  const searches = recording.channels.map((channel) =>
    needsConversion(channel, integers) ? new DecimalSearch(channel, integers) : null,
  );
  for (const [number, search] of searches.entries())
    if (search) for await (const samples of runsOf(read, number)) search.push(samples);
  const conversions = searches.map((search) => search?.conversion ?? null);
  const channels = recording.channels.map((channel, number) => {
    const conversion = conversions[number];
    return conversion ? converted(channel, conversion) : channel;
  });
  return { recording: { ...recording, channels }, read: readConverted(read, channels, conversions) };
}

/** The stored values of all channels, NaN where missing. */
async function digitsOf({ recording, read }: Written): Promise<number[]> {
  const digits: number[] = [];
  for (const number of recording.channels.keys()) {
    for await (const samples of runsOf(read, number)) {
      const marker = markerOf(samples);
      for (const value of samples) digits.push(value === marker ? NaN : value);
    }
  }
  return digits;
}

/** @returns the folder */
export function saveCase(folder: string, files: Readonly<Record<string, Uint8Array>>, described: object): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  writeFileSync(join(folder, CASE), JSON.stringify(described));
  return folder;
}

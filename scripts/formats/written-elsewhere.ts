/**
 * Files written by wfdb, pyedflib and pydicom, read by our decoders and compared with the results of those programs'
 * readers.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatById, formatOf } from '../../src/formats/registry.ts';
import { type Annotation, type FormatId, HEAD_BYTES } from '../../src/formats/types.ts';
import { type DecodedWhole, decodeFiles } from '../../test/support/formats.ts';
import { type Checked, VALUES } from './written-here.ts';

/** Maximum deviation of a physical value: in stored units, and relative to the value. */
const TOLERANCE = 1e-6;
const RELATIVE_TOLERANCE = 1e-9;
/** Maximum deviation of a mark in seconds: pyedflib counts in units of 100 µs. */
const TIME_TOLERANCE = 1e-4;

/** The case.json of write.py. */
interface Case {
  main: string;
  recordings: {
    date: string | null;
    annotations: Annotation[];
    channels: { name: string; samplingRate: number; unit: string; samples: number }[];
  }[];
}

/** Reads every case of a folder. */
export async function readWritten(format: FormatId, folder: string): Promise<Checked> {
  const { decode } = formatById(format);
  if (!decode) throw new Error(`${format} is not read`);
  const checked: Checked = { files: 0, channels: 0, samples: 0, marks: 0, worst: 0, differences: [] };
  for (const [number, name] of readdirSync(folder).entries()) {
    const place = join(folder, name);
    const files = Object.fromEntries(readdirSync(place).map((file) => [file, readFileSync(join(place, file))]));
    const { main, recordings } = JSON.parse(String(files['case.json'])) as Case;
    checked.files++;
    const differ = (what: string): number => checked.differences.push(`${name}: ${what}`);
    const recognised = formatOf((files[main] as Buffer).subarray(0, HEAD_BYTES))?.id;
    if (recognised !== format) differ(`is taken for ${recognised}`);
    const found = await decodeFiles(decode, files, main, number + 1).catch((error: unknown) => String(error));
    if (typeof found === 'string') {
      differ(found);
      continue;
    }
    if (found.length !== recordings.length) differ(`${found.length} recordings, not ${recordings.length}`);
    const [digits, physical] = [VALUES, 'physical'].map((file) => doubles(files[file] as Buffer)) as [
      Float64Array,
      Float64Array,
    ];
    let at = 0;
    for (const [part, wanted] of recordings.entries()) {
      const read = found[part];
      if (!read) break;
      if (read.recording.channels.length !== wanted.channels.length)
        differ(`${read.recording.channels.length} channels, not ${wanted.channels.length}`);
      if (read.recording.date !== wanted.date) differ(`the date ${read.recording.date}, not ${wanted.date}`);
      for (const what of differentMarks(read.annotations, wanted.annotations)) differ(what);
      checked.marks += wanted.annotations.length;
      for (const [i, channel] of wanted.channels.entries()) {
        const to = at + channel.samples;
        checked.worst = Math.max(
          checked.worst,
          compare(read, i, channel, digits.subarray(at, to), physical.subarray(at, to), differ),
        );
        checked.channels++;
        checked.samples += channel.samples;
        at = to;
      }
    }
  }
  return checked;
}

const doubles = (bytes: Buffer): Float64Array => new Float64Array(new Uint8Array(bytes).buffer);

/** @returns the largest deviation of a physical value, in stored units */
function compare(
  { recording, digits }: DecodedWhole,
  i: number,
  wanted: Case['recordings'][number]['channels'][number],
  stored: Float64Array,
  physical: Float64Array,
  differ: (what: string) => void,
): number {
  const channel = recording.channels[i];
  const values = digits[i];
  if (!channel || !values) return 0;
  for (const key of ['name', 'samplingRate', 'unit'] as const)
    if (channel[key] !== wanted[key]) differ(`${wanted.name}: ${key} ${channel[key]}, not ${wanted[key]}`);
  if (
    values.length !== stored.length ||
    values.some((value, at) => value !== stored[at] && !(Number.isNaN(value) && Number.isNaN(stored[at])))
  )
    differ(`${wanted.name}: other digits`);
  let worst = 0;
  let isOff = false;
  for (const [at, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    const off = Math.abs(
      ((value - (channel.zeroLevel ?? 0)) / (channel.gain ?? 1) - (physical[at] as number)) * (channel.gain ?? 1),
    );
    worst = Math.max(worst, off);
    isOff ||= !(off <= TOLERANCE + Math.abs(value) * RELATIVE_TOLERANCE);
  }
  if (isOff) differ(`${wanted.name}: physical values are off by ${worst} stored units`);
  return worst;
}

function differentMarks(found: readonly Annotation[], wanted: readonly Annotation[]): string[] {
  if (found.length !== wanted.length) return [`${found.length} marks, not ${wanted.length}`];
  return wanted.flatMap((mark, i) => {
    const read = found[i] as Annotation;
    return Math.abs(read.at - mark.at) <= TIME_TOLERANCE && said(read) === said(mark)
      ? []
      : [`the mark ${JSON.stringify(read)}, not ${JSON.stringify(mark)}`];
  });
}

const said = ({ duration, channel, code, text }: Annotation): string => JSON.stringify([duration, channel, code, text]);

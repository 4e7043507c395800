/**
 * Feeds damaged files to the decoders for a given time; the tests do the same with fixed cases. At the first failure it
 * saves the files and prints how to reproduce the case. Usage:
 * `npm run fuzz [-- --format=edf --seconds=60 --seed=1 --case=1234]`. By default, every format runs for one minute;
 * with a case, only that one runs.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatById } from '../src/formats/registry.ts';
import { FORMAT_IDS, type FormatId } from '../src/formats/types.ts';
import { fuzzDecoder, FuzzFailure, type FuzzSeed } from '../test/support/fuzz.ts';
import { aecgSeeds } from '../test/unit/formats/aecg/fuzz-seeds.ts';
import { atcSeeds } from '../test/unit/formats/atc/fuzz-seeds.ts';
import { csvSeeds } from '../test/unit/formats/csv/fuzz-seeds.ts';
import { dicomSeeds } from '../test/unit/formats/dicom/fuzz-seeds.ts';
import { edfSeeds } from '../test/unit/formats/edf/fuzz-seeds.ts';
import { fhirSeeds } from '../test/unit/formats/fhir/fuzz-seeds.ts';
import { ishneSeeds } from '../test/unit/formats/ishne/fuzz-seeds.ts';
import { jsonSeeds } from '../test/unit/formats/json/fuzz-seeds.ts';
import { scpSeeds } from '../test/unit/formats/scp/fuzz-seeds.ts';
import { museSeeds } from '../test/unit/formats/muse/fuzz-seeds.ts';
import { philipsSeeds } from '../test/unit/formats/philips/fuzz-seeds.ts';
import { wfdbSeeds } from '../test/unit/formats/wfdb/fuzz-seeds.ts';

const SEEDS: Readonly<Record<FormatId, () => FuzzSeed[] | Promise<FuzzSeed[]>>> = {
  json: jsonSeeds,
  wfdb: wfdbSeeds,
  edf: edfSeeds,
  dicom: dicomSeeds,
  aecg: aecgSeeds,
  scp: scpSeeds,
  muse: museSeeds,
  philips: philipsSeeds,
  fhir: fhirSeeds,
  csv: csvSeeds,
  ishne: ishneSeeds,
  atc: atcSeeds,
};
/** Cases between two checks of the clock. */
const ROUND = 1_000;

const { values } = parseArgs({
  options: {
    format: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string' },
    case: { type: 'string' },
  },
});
const seconds = whole('seconds', values.seconds);
// Without a given seed, a new one is chosen and printed.
const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : whole('seed', values.seed);
const only = values.case === undefined ? null : whole('case', values.case);
const formats = values.format === undefined ? FORMAT_IDS : FORMAT_IDS.filter((id) => id === values.format);
if (formats.length === 0) throw new Error(`--format must be one of ${FORMAT_IDS.join(', ')}`);

function whole(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${option} must be a whole number`);
  return Number(text);
}

for (const id of formats) {
  try {
    console.log(`${id.padEnd(7)} seed ${seed}: ${await fuzz(id)}`);
  } catch (error) {
    if (!(error instanceof FuzzFailure)) throw error;
    console.log(`${error.message}\n`, error.cause ?? '');
    const again = `npm run fuzz -- --format=${id} --seed=${error.seed} --case=${error.number}`;
    console.log(`Its files are in ${keep(error)}; to repeat: ${again}`);
    process.exitCode = 1;
  }
}

async function fuzz(id: FormatId): Promise<string> {
  const format = formatById(id);
  const seeds = await SEEDS[id]();
  const total = { cases: 0, accepted: 0, syntax: 0, content: 0, slowestMs: 0 };
  const end = performance.now() + seconds * 1000;
  for (let isOver = false; !isOver; isOver = only !== null || performance.now() >= end) {
    const { cases, accepted, refused, slowestMs } = await fuzzDecoder(format, seeds, {
      cases: only === null ? ROUND : 1,
      seed,
      from: only ?? total.cases,
    });
    total.cases += cases;
    total.accepted += accepted;
    total.syntax += refused.syntax;
    total.content += refused.content;
    total.slowestMs = Math.max(total.slowestMs, slowestMs);
  }
  const invalid = `${total.syntax} not of the format, ${total.content} with invalid content`;
  const slowest = `the slowest took ${total.slowestMs.toFixed(0)} ms`;
  return `${total.cases} cases, ${total.accepted} accepted, ${invalid}; ${slowest}`;
}

function keep({ files }: FuzzFailure): string {
  const folder = mkdtempSync(join(tmpdir(), 'leadwire-fuzz-'));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  return folder;
}

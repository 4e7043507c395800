/**
 * The speed of the decoders: a day of two leads at 250 Hz in WFDB, EDF, DICOM and ISHNE, in turn with the independent reader
 * on the same file within every round. The reader is called in two ways: as usual, which returns physical values, and
 * for the digits of each channel only, as ours does. The sums must be the same. Needs python3 with venv.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pythonWithReaders } from '../scripts/formats/python.ts';
import { formatById } from '../src/formats/registry.ts';
import type { DecoderLimits, FormatId } from '../src/formats/types.ts';
import { filesOf, holter, packed212, writeHolter, writeIshne } from './holter-files.ts';
import { startPython } from './python.ts';
import { type Figure, median, report } from './report.ts';
import { sized } from './sized.ts';

const ROUNDS = sized(5, 1);
const LIMITS: DecoderLimits = { maxChannels: 256, maxNameLength: 200, maxMetadataBytes: 1 << 20, maxDepth: 32 };

interface Case {
  what: string;
  format: FormatId;
  against: string;
  path: string;
  atLeast: number;
  /** If the reader is called for digits only; the same if it is omitted. */
  digitsAtLeast?: number;
}

/**
 * Reads every sample of a file once. Returns the seconds and the sum; the sum is calculated separately, as in the
 * baseline.
 */
async function decode({ format, path }: Case, withSum: boolean): Promise<{ seconds: number; sum: number }> {
  const decoder = formatById(format).decode;
  if (!decoder) throw new Error(`${format} is not read`);
  let sum = 0;
  const start = performance.now();
  for await (const event of decoder(filesOf(join(path, '..'), basename(path)), LIMITS)) {
    if (withSum && event.kind === 'samples') for (const value of event.samples) sum += value;
  }
  return { seconds: (performance.now() - start) / 1000, sum };
}

const python = startPython(pythonWithReaders(), [join(import.meta.dirname, 'formats_readers.py')]);
const folder = mkdtempSync(join(tmpdir(), 'leadwire-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

/** A folder for one of the files. */
function place(name: string): string {
  const made = join(folder, name);
  mkdirSync(made);
  return made;
}

async function makeCases(): Promise<{ cases: Case[]; samples: number }> {
  const day = holter(250, ['II', 'V5']);
  const samples = day.leads.reduce((total, lead) => total + lead.samples.length, 0);
  const [header] = (await writeHolter(day, 'wfdb', place('wfdb-16'))).slice(-1) as [string];
  const narrow = place('wfdb-212');
  writeFileSync(join(narrow, 'holter.dat'), packed212(day));
  writeFileSync(
    join(narrow, 'holter.hea'),
    `holter 2 250 ${samples / 2}\n${day.leads.map(() => 'holter.dat 212 1000/mV').join('\n')}\n`,
  );
  const [edf] = (await writeHolter(day, 'edf', place('edf'))) as [string];
  const [dicom] = (await writeHolter(day, 'dicom', place('dicom'))) as [string];
  const deflated = join(place('deflated'), 'holter.dcm');
  await python.ask(`deflate\t${dicom}\t${deflated}`);
  const ishne = join(place('ishne'), 'holter.ecg');
  writeIshne(day, ishne);
  return {
    samples,
    cases: [
      { what: 'WFDB format 16', format: 'wfdb', against: 'wfdb.rdrecord', path: header, atLeast: 3 },
      {
        what: 'WFDB format 212',
        format: 'wfdb',
        against: 'wfdb.rdrecord',
        path: join(narrow, 'holter.hea'),
        atLeast: 3,
      },
      { what: 'EDF', format: 'edf', against: 'pyedflib', path: edf, atLeast: 1 },
      { what: 'DICOM', format: 'dicom', against: 'pydicom and numpy', path: dicom, atLeast: 1 },
      { what: 'DICOM, deflated', format: 'dicom', against: 'pydicom and numpy', path: deflated, atLeast: 1 },
      { what: 'ISHNE', format: 'ishne', against: 'ishneholterlib', path: ishne, atLeast: 3, digitsAtLeast: 1 },
    ],
  };
}

const tell = (of: readonly number[]): string =>
  `${median(of).toFixed(0)} (${Math.min(...of).toFixed(0)}–${Math.max(...of).toFixed(0)})`;

const { cases, samples } = await makeCases();
const figures: Figure[] = [];
for (const one of cases) {
  const rates = { ours: [] as number[], usual: [] as number[], digits: [] as number[] };
  const ask = async (how: '' | ' digits'): Promise<{ rate: number; result: number }> => {
    const { ns, result } = await python.ask(`${one.format}${how}\t${one.path}`);
    return { rate: samples / (ns / 1000), result };
  };
  // The first round warms up, and shows that both read the same values.
  const [{ sum }, { result }] = [await decode(one, true), await ask(' digits')];
  if (sum !== result) throw new Error(`${one.what}: the samples add up to ${sum}, and for ${one.against} to ${result}`);
  const turns = [
    async () => rates.ours.push(samples / ((await decode(one, false)).seconds * 1e6)),
    async () => rates.usual.push((await ask('')).rate),
    async () => rates.digits.push((await ask(' digits')).rate),
  ];
  for (let round = 0; round < ROUNDS; round++)
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
  console.log(
    `  ${one.what}: ${tell(rates.ours)} M samples/s; ` +
      `${one.against} ${tell(rates.usual)}, for digits alone ${tell(rates.digits)}`,
  );
  const common = {
    figure: 11,
    ours: rates.ours,
    unit: 'M samples/s',
    compare: 'ratio',
  } as const;
  figures.push({
    ...common,
    what: `decoding of ${one.what}, 24 h`,
    baseline: rates.usual,
    target: { atLeast: one.atLeast },
    against: `${one.against}, with physical values`,
  });
  figures.push({
    ...common,
    what: `decoding of ${one.what}, 24 h`,
    baseline: rates.digits,
    target: { atLeast: one.digitsAtLeast ?? one.atLeast },
    against: `${one.against}, digits alone`,
  });
}
python.stop();
report('formats', figures);

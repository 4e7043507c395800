/**
 * The speed of the decoders: a day of two leads at 250 Hz in the formats of Holter recorders, and long sheets in those
 * of carts, in turn with an independent reader of the same file within every round. Readers of Holter formats are
 * called in two ways: as usual, which returns physical values, and for the digits of each channel only, as ours does.
 * The sums of the digits must be the same. Both are measured in processor time of all threads, so that other work on
 * the machine counts little. Needs python3 with venv. BENCH_ONLY=holter or carts measures these formats alone.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pythonWithReaders } from '../scripts/formats/python.ts';
import { formatById } from '../src/formats/registry.ts';
import type { DecoderLimits, FormatId } from '../src/formats/types.ts';
import { writeCartFiles } from './cart-files.ts';
import { filesOf, holter, packed212, writeHolter, writeIshne } from './holter-files.ts';
import { startPython } from './python.ts';
import { type Figure, median, report } from './report.ts';
import { sized } from './sized.ts';

const ONLY = process.env['BENCH_ONLY'] ?? '';
const ROUNDS = sized(5, 1);
/** Samples of a file that its readers read as often as we do. */
const SHORT_FILE = 100_000;
const LIMITS: DecoderLimits = { maxChannels: 256, maxNameLength: 200, maxMetadataBytes: 1 << 20, maxDepth: 32 };

/** An independent reader. */
interface Reader {
  name: string;
  /** Its call in formats_readers.py. */
  call: string;
  /** Our speed is to be so many times its own. */
  atLeast: number;
  /** Whether it returns digits, which must be ours. */
  isDigital: boolean;
}

interface Case {
  what: string;
  format: FormatId;
  path: string;
  /** Of all leads. */
  samples: number;
  /** How often we read it in a round, and readers if it is short: it would be over too soon. */
  times: number;
  readers: Reader[];
  /** The speed to reach beside any other reader, in million samples a second. */
  speed?: number;
}

/** Seconds of processor time of this process, with all its threads. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/**
 * Reads every sample of a file. Returns the seconds of processor time of one reading, and the sum; the sum is
 * calculated separately, as in the baseline.
 */
async function decode({ format, path, times }: Case, withSum: boolean): Promise<{ seconds: number; sum: number }> {
  const decoder = formatById(format).decode;
  if (!decoder) throw new Error(`${format} is not read`);
  let sum = 0;
  const start = processorTime();
  for (let reading = 0; reading < times; reading++)
    for await (const event of decoder(filesOf(join(path, '..'), basename(path)), LIMITS)) {
      if (withSum && event.kind === 'samples') for (const value of event.samples) sum += value;
    }
  return { seconds: (processorTime() - start) / times, sum: sum / times };
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

/** A reader in both ways. */
const both = (name: string, format: FormatId, atLeast: number, digitsAtLeast = atLeast): Reader[] => [
  { name: `${name}, with physical values`, call: format, atLeast, isDigital: false },
  { name: `${name}, digits alone`, call: `${format} digits`, atLeast: digitsAtLeast, isDigital: true },
];
const digital = (name: string, call: string): Reader => ({ name, call, atLeast: 3, isDigital: true });

/** A day of two leads. */
async function holterCases(): Promise<Case[]> {
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
  const wfdb = both('wfdb.rdrecord', 'wfdb', 3);
  const pydicom = both('pydicom and numpy', 'dicom', 1);
  const common = { samples, times: 1 };
  return [
    { ...common, what: 'WFDB format 16', format: 'wfdb', path: header, readers: wfdb },
    { ...common, what: 'WFDB format 212', format: 'wfdb', path: join(narrow, 'holter.hea'), readers: wfdb },
    { ...common, what: 'EDF', format: 'edf', path: edf, readers: both('pyedflib', 'edf', 1) },
    { ...common, what: 'DICOM', format: 'dicom', path: dicom, readers: pydicom },
    { ...common, what: 'DICOM, deflated', format: 'dicom', path: deflated, readers: pydicom },
    { ...common, what: 'ISHNE', format: 'ishne', path: ishne, readers: both('ishneholterlib', 'ishne', 3, 1) },
  ];
}

/** Sheets of eight or twelve leads: of minutes, and of ten seconds as they are, where most of a file is not samples. */
function cartCases(): Case[] {
  const { scp, muse, xli, plain, atc } = writeCartFiles(place('carts'), sized(300, 10));
  const sheet = writeCartFiles(place('sheets'), 10);
  const ecgdatakit = (format: string): Reader => digital('ecgdatakit', `${format} ecgdatakit`);
  return [
    { ...scp, what: 'SCP-ECG', format: 'scp', times: 10, readers: [ecgdatakit('scp')], speed: 20 },
    { ...muse, what: 'GE MUSE', format: 'muse', times: 15, readers: [ecgdatakit('muse')] },
    { ...sheet.muse, what: 'GE MUSE, ten seconds', format: 'muse', times: 100, readers: [ecgdatakit('muse')] },
    {
      ...xli,
      what: 'Philips, XLI',
      format: 'philips',
      times: 3,
      readers: [digital('sierraecg', 'philips sierraecg'), ecgdatakit('philips')],
      speed: 20,
    },
    // sierraecg fails on files without compression.
    { ...plain, what: 'Philips, plain', format: 'philips', times: 10, readers: [ecgdatakit('philips')], speed: 20 },
    {
      ...sheet.plain,
      what: 'Philips, plain, ten seconds',
      format: 'philips',
      times: 100,
      readers: [ecgdatakit('philips')],
    },
    { ...atc, what: 'Kardia ATC', format: 'atc', times: 10, readers: [digital('struct', 'atc')] },
  ];
}

const tell = (of: readonly number[]): string =>
  `${median(of).toPrecision(3)} (${Math.min(...of).toPrecision(3)}–${Math.max(...of).toPrecision(3)})`;

/** Our speed and that of a reader in a file, by rounds, in million samples a second. */
interface Speeds {
  ours: number[];
  readers: { reader: Reader; speeds: number[] }[];
}

async function measure(one: Case): Promise<Speeds> {
  const ours: number[] = [];
  const readers = one.readers.map((reader) => ({ reader, speeds: [] as number[] }));
  const ask = ({ call }: Reader) => python.ask(`${call}\t${one.path}`);
  const nanoseconds = async (reader: Reader): Promise<number> => {
    const readings = one.samples < SHORT_FILE ? one.times : 1;
    let ns = 0;
    for (let reading = 0; reading < readings; reading++) ns += (await ask(reader)).ns;
    return ns / readings;
  };
  // The first round warms up, and shows that all read the same values.
  const { sum } = await decode(one, true);
  for (const { reader } of readers) {
    const { result } = await ask(reader);
    if (reader.isDigital && sum !== result)
      throw new Error(`${one.what}: the samples add up to ${sum}, and for ${reader.name} to ${result}`);
  }
  const turns = [
    async () => ours.push(one.samples / ((await decode(one, false)).seconds * 1e6)),
    ...readers.map(
      ({ reader, speeds }) =>
        async () =>
          speeds.push(one.samples / ((await nanoseconds(reader)) / 1000)),
    ),
  ];
  for (let round = 0; round < ROUNDS; round++)
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
  return { ours, readers };
}

function figuresOf(one: Case, { ours, readers }: Speeds): Figure[] {
  const common = { figure: 11, ours, unit: 'M samples/s', what: `decoding of ${one.what}` };
  const ratios = readers.map(({ reader, speeds }): Figure => ({
    ...common,
    baseline: speeds,
    target: { atLeast: reader.atLeast },
    compare: 'ratio',
    against: reader.name,
  }));
  if (one.speed === undefined) return ratios;
  return [...ratios, { ...common, baseline: [], against: '', target: { atLeast: one.speed }, compare: 'value' }];
}

const cases = [...('holter'.includes(ONLY) ? await holterCases() : []), ...('carts'.includes(ONLY) ? cartCases() : [])];
const figures: Figure[] = [];
for (const one of cases) {
  const speeds = await measure(one);
  const others = speeds.readers.map(({ reader, speeds: of }) => `${reader.name} ${tell(of)}`).join('; ');
  console.log(`  ${one.what}: ${tell(speeds.ours)} M samples/s; ${others}`);
  figures.push(...figuresOf(one, speeds));
}
python.stop();
report('formats', figures);

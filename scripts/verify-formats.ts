/**
 * Verifies the formats against independent programs: readers and validators examine what we write, we read what other
 * programs and scripts write, and real recordings pass through the whole service. Digits, physical values, rates, units
 * and marks must agree. Needs python3 with venv, Java with Maven, dicom3tools, dcmtk and biosig-tools. Usage:
 * `npm run verify:formats [-- recordings in each direction, default 200]`
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FormatId } from '../src/formats/types.ts';
import { recordingsDir } from '../test/support/recordings.ts';
import { readByJavascript } from './formats/javascript.ts';
import { pythonWithEcg2dcm, pythonWithReaders, runPython } from './formats/python.ts';
import { CHECKED_FORMATS } from './formats/random-recordings.ts';
import { exportReal } from './formats/real-recordings.ts';
import { validateDicom, validateFhir, type Validated } from './formats/validators.ts';
import { readWritten } from './formats/written-elsewhere.ts';
import { type Checked, writeRandom } from './formats/written-here.ts';

const count = Number(process.argv[2] ?? 200);
if (!Number.isInteger(count) || count < 1)
  throw new Error('Usage: npm run verify:formats [-- recordings each way, default 200]');
/** The scripts that write files independently of our code, by format. */
const WRITERS: Readonly<Partial<Record<FormatId, string>>> = {
  wfdb: 'write.py',
  edf: 'write.py',
  dicom: 'write.py',
  scp: 'write_scp.py',
  muse: 'write_muse.py',
  philips: 'write_philips.py',
  ishne: 'write_ishne.py',
  atc: 'write_atc.py',
};
/** Maximum number of differences shown per format. */
const SHOWN = 10;

let differences = 0;

function tell(title: string, checked: Readonly<Record<string, Checked>>): void {
  console.log(`\n${title}`);
  for (const [format, { files, channels, samples, marks, worst, differences: found }] of Object.entries(checked)) {
    differences += found.length;
    const off = worst === 0 ? '' : `, physical values within ${worst.toExponential(1)} stored units`;
    console.log(
      `  ${format.padEnd(7)} ${files} files, ${channels} channels, ${samples} samples, ${marks} marks${off}: ` +
        `${found.length} differences`,
    );
    for (const difference of found.slice(0, SHOWN)) console.log(`         ${difference}`);
    if (found.length > SHOWN) console.log(`         and ${found.length - SHOWN} more`);
  }
}

/** Runs `work` in a temporary folder. */
async function within<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'leadwire-formats-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const recordings = recordingsDir();
const python = pythonWithReaders();
const begun = performance.now();

/** Prints what a program finds wrong with files. */
function tellErrors(program: string, { files, errors }: Validated): void {
  differences += errors.length;
  console.log(`  ${program}: ${files} files, ${errors.length} errors`);
  for (const error of errors.slice(0, SHOWN)) console.log(`         ${error}`);
}

/** Validates the exports in a folder of cases and reads them with the JavaScript libraries. */
async function examine(folder: string): Promise<void> {
  tellErrors('dciodvfy and dcmftest', await validateDicom(folder));
  tellErrors("HL7's FHIR validator", await validateFhir(folder));
  for (const [library, found] of Object.entries(await readByJavascript(folder))) tellErrors(library, found);
}

await within(async (folder) => {
  for (const format of CHECKED_FORMATS) await writeRandom(format, count, folder);
  tell(
    'Written here, read by independent readers',
    await runPython<Record<string, Checked>>(python, 'check.py', [folder]),
  );
  await examine(folder);
});

await within(async (folder) => {
  const checked: Record<string, Checked> = {};
  for (const [format, script] of Object.entries(WRITERS) as [FormatId, string][]) {
    const place = join(folder, format);
    mkdirSync(place);
    await runPython(python, script, [format, place, String(count)]);
    checked[format] = await readWritten(format, place);
  }
  tell('Written by independent programs, read here', checked);
  tellErrors(
    'ecg2dcm',
    await runPython<Validated>(pythonWithEcg2dcm(), 'muse_by_ecg2dcm.py', [
      join(folder, 'muse'),
      ...(recordings === null ? [] : [join(recordings, 'muse')]),
    ]),
  );
});

if (recordings === null) console.log('\nNo real recordings: RECORDINGS_DIR is not set.');
else {
  await within(async (folder) => {
    const { uploads, exports, refused, failed } = await exportReal(recordings, folder);
    tell(
      'Real recordings, uploaded and exported over HTTP, against their originals',
      await runPython<Record<string, Checked>>(python, 'check.py', [folder]),
    );
    await examine(folder);
    console.log(
      `  ${uploads} uploads, ${exports} exports; ${refused.length} refused with a reason, ${failed.length} failed`,
    );
    for (const reason of failed) console.log(`         ${reason}`);
    for (const reason of refused) console.log(`         refused: ${reason}`);
    differences += failed.length;
  });
}

console.log(`\n${differences} differences, after ${((performance.now() - begun) / 1000).toFixed(0)} s`);
process.exitCode = differences === 0 ? 0 : 1;

/** Exports in the folders of cases, examined by the validators of their standards. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from './python.ts';
import type { CheckedFormat } from './random-recordings.ts';
import { CASE, PHYSICAL, VALUES } from './written-here.ts';

const HERE = join(import.meta.dirname, 'fhir');
/** Files that are passed to a command at once. */
const AT_ONCE = 200;
const MOST_PRINTED = 256 << 20;
const execute = promisify(execFile);

export interface Validated {
  files: number;
  errors: string[];
}

/** What dciodvfy of 2022 calls an error though the standard allows it; see `docs/formats.md`. */
const NO_ERRORS: readonly RegExp[] = [
  // It does not know General 32-bit ECGs.
  /^Error - Information Object Not found/,
];

/** Errors of dciodvfy (dicom3tools), and files that dcmftest (dcmtk) does not take for DICOM. */
export async function validateDicom(folder: string): Promise<Validated> {
  const files = filesOf(folder, 'dicom');
  const errors: string[] = [];
  for (const file of files) {
    // It exits with 1 after an error, and prints all of it to standard error.
    const { stderr } = await execute('dciodvfy', [file]).catch((error: { stderr?: string }) => {
      if (typeof error.stderr !== 'string' || error.stderr === '') throw error;
      return { stderr: error.stderr };
    });
    for (const line of stderr.split('\n'))
      if (line.startsWith('Error') && !NO_ERRORS.some((known) => known.test(line))) errors.push(`${file}: ${line}`);
  }
  for (let from = 0; from < files.length; from += AT_ONCE) {
    const some = files.slice(from, from + AT_ONCE);
    const { stdout } = await execute('dcmftest', some).catch((error: { stdout?: string }) => ({
      stdout: error.stdout ?? '',
    }));
    const good = stdout.split('\n').filter((line) => line.startsWith('yes:')).length;
    if (good !== some.length) errors.push(`dcmftest: ${stdout}`);
  }
  return { files: files.length, errors };
}

/** Errors of HL7's validator for FHIR R4, which Maven fetches once. */
export async function validateFhir(folder: string): Promise<Validated> {
  const files = filesOf(folder, 'fhir');
  const list = join(folder, 'fhir-files');
  writeFileSync(list, files.join('\n'));
  const { stdout } = await execute('java', ['-Xmx2g', '-cp', await classPath(), join(HERE, 'Validate.java'), list], {
    maxBuffer: MOST_PRINTED,
  });
  const errors = stdout.split('\n').filter((line) => line.startsWith('error\t') || line.startsWith('fatal\t'));
  if (!stdout.includes(`${files.length} files`)) errors.push(`The validator ended early: ${stdout.slice(-500)}`);
  return { files: files.length, errors };
}

/** The files of the cases of a format that writes one file. */
function filesOf(folder: string, format: CheckedFormat): string[] {
  const places = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name));
  return places.flatMap((place) => {
    const about = JSON.parse(readFileSync(join(place, CASE), 'utf8')) as { format: CheckedFormat };
    if (about.format !== format) return [];
    return readdirSync(place)
      .filter((name) => ![CASE, PHYSICAL, VALUES].includes(name))
      .map((name) => join(place, name));
  });
}

/** The class path of the validator, kept in a folder named after its list of packages. */
async function classPath(): Promise<string> {
  const packages = readFileSync(join(HERE, 'pom.xml'));
  const version = createHash('sha256').update(packages).digest('hex').slice(0, 12);
  const place = join(cacheFolder(), `fhir-validator-${version}`);
  const file = join(place, 'class-path');
  if (!existsSync(file)) {
    mkdirSync(place, { recursive: true });
    copyFileSync(join(HERE, 'pom.xml'), join(place, 'pom.xml'));
    await execute('mvn', ['-q', '-B', '-f', place, 'dependency:build-classpath', `-Dmdep.outputFile=${file}`]);
  }
  return readFileSync(file, 'utf8').trim();
}

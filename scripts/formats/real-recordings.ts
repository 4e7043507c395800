/**
 * The real recordings of RECORDINGS_DIR: uploaded over HTTP, exported in every format, and saved as cases for the
 * independent readers.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { formatById } from '../../src/formats/registry.ts';
import { startTestApp, type TestApp } from '../../test/support/app.ts';
import { call } from '../../test/support/http.ts';
import { stopServer } from '../../test/support/mongo.ts';
import { upload } from '../../test/support/multipart.ts';
import { idsOf } from '../../test/support/sendings.ts';
import { unzip } from '../../test/support/zip.ts';
import { CHECKED_FORMATS, type CheckedFormat } from './random-recordings.ts';
import { saveCase } from './written-here.ts';

export interface Exported {
  uploads: number;
  exports: number;
  /** Recordings that cannot be read or do not fit a format, with the reason. */
  refused: string[];
  /** Unexpected failures. */
  failed: string[];
}

export interface Source {
  format: 'wfdb' | 'edf' | 'dicom' | 'json' | 'aecg' | 'scp' | 'muse' | 'philips';
  /** The file that the independent reader opens. */
  file: string;
  /** All files to send, the main one first. */
  files: string[];
}

/** Valid reasons to refuse a real recording. */
const KNOWN = new RegExp(
  [
    'FLAC',
    'sampling rate of .* is unknown',
    '(?:WFDB|EDF|FHIR|aECG) needs a sampling rate',
    'cannot mark missing samples',
    'aECG has one sampling rate for all leads',
    'EDF has records of equal duration',
    'all channels have the same gaps',
    'cannot be written in the eight characters',
  ].join('|'),
);

/** Whether a recording is refused for one of these reasons. */
export const isKnown = ({ status, text }: { status: number; text: string }): boolean =>
  status === 422 && KNOWN.test(text);

/** Of recordings without a date, which DICOM needs. */
const DATE = '2026-01-15T09:30:00Z';

/** The files of a recording as the parts of an upload. */
export const partsOf = ({ files }: Source): { file: string; bytes: Buffer }[] =>
  files.map((file) => ({ file: basename(file), bytes: readFileSync(file) }));

/** @param folder of the recordings. @param target gets a folder for each export */
export async function exportReal(folder: string, target: string): Promise<Exported> {
  const report: Exported = { uploads: 0, exports: 0, refused: [], failed: [] };
  const refuse = (what: string, answer: { status: number; text: string }): void => {
    const reasons = isKnown(answer) ? report.refused : report.failed;
    reasons.push(`${what}: ${answer.status} ${(JSON.parse(answer.text) as { detail?: string }).detail}`);
  };
  const app = await startTestApp();
  try {
    for (const source of sourcesOf(folder)) {
      const name = source.file.slice(folder.length + 1);
      const answer = await upload(app, app.clinician.token, partsOf(source));
      if (answer.status !== 201) {
        refuse(name, answer);
        continue;
      }
      report.uploads++;
      const ids = idsOf(answer);
      for (const [group, id] of ids.entries()) {
        for (const format of CHECKED_FORMATS) {
          const what = `${name}${ids.length > 1 ? ` (${group + 1})` : ''} as ${format}`;
          const exported = await call(app, 'GET', `/ecgs/${id}/export?format=${format}&date=${DATE}`, {
            token: app.clinician.token,
          });
          if (exported.status !== 200) {
            refuse(what, exported);
            continue;
          }
          report.exports++;
          saveCase(join(target, what.replaceAll(/\W+/g, '-')), filesOf(exported, format), {
            what,
            format,
            source: { format: source.format, file: source.file, group },
            rounded: exported.headers.get('export-warnings')?.includes('rounded to steps') ?? false,
          });
        }
        await call(app, 'DELETE', `/ecgs/${id}`, { token: app.clinician.token });
      }
    }
  } finally {
    await stop(app);
  }
  return report;
}

async function stop(app: TestApp): Promise<void> {
  await app.close();
  await stopServer();
}

function filesOf(
  { headers, bytes }: Awaited<ReturnType<typeof call>>,
  format: CheckedFormat,
): Record<string, Uint8Array> {
  if (headers.get('content-type') === 'application/zip') return Object.fromEntries(unzip(Buffer.from(bytes)));
  return { [`recording${formatById(format).extensions[0]}`]: new Uint8Array(bytes) };
}

/** The extension of the recordings of a format, in the folder of its name. */
const EXTENSIONS = {
  edf: '.edf',
  dicom: '.dcm',
  json: '.json',
  aecg: '.xml',
  scp: '.scp',
  muse: '.xml',
  philips: '.xml',
} as const satisfies Partial<Record<Source['format'], string>>;

/** The recordings of every format in the folder. */
export const sourcesOf = (folder: string): Source[] => [
  ...wfdbSources(join(folder, 'wfdb')),
  ...(Object.keys(EXTENSIONS) as (keyof typeof EXTENSIONS)[]).flatMap((format) =>
    list(join(folder, format), EXTENSIONS[format])
      .filter((file) => basename(file) !== 'expected.json')
      .map((file): Source => ({ format, file, files: [file] })),
  ),
];

/** The WFDB recordings of a folder: each header with the files that it and the headers of its segments name. */
export const wfdbSources = (folder: string): Source[] =>
  list(folder, '.hea').map((file) => ({ format: 'wfdb', file, files: [...new Set([file, ...namedBy(file)])] }));

const list = (folder: string, extension: string): string[] =>
  (readdirSync(folder, { recursive: true }) as string[])
    .filter((file) => extname(file) === extension)
    .toSorted()
    .map((file) => join(folder, file));

function namedBy(header: string): string[] {
  const folder = join(header, '..');
  const [record = '', ...rest] = readFileSync(header, 'latin1')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const names = rest.map((line) => line.split(/\s/)[0] as string);
  const isMaster = (record.split(/\s/)[0] as string).includes('/');
  const files = isMaster
    ? names
        .filter((name) => name !== '~')
        .flatMap((name) => [join(folder, `${name}.hea`), ...namedBy(join(folder, `${name}.hea`))])
    : names.map((name) => join(folder, name));
  const marks = header.replace(/\.hea$/, '.atr');
  return readdirSync(folder).includes(basename(marks)) ? [...files, marks] : files;
}

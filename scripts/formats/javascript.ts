/** The JavaScript libraries that read our exports, installed once in the user's cache folder. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from './python.ts';
import type { Validated } from './validators.ts';

const HERE = join(import.meta.dirname, 'javascript');
const FILES = ['package.json', 'readers.js'] as const;
const MOST_PRINTED = 64 << 20;
const execute = promisify(execFile);

/** What dcmjs, dicom-parser and Medplum find in the cases of a folder. @throws Error if they cannot be run */
export async function readByJavascript(folder: string): Promise<Record<string, Validated>> {
  const hash = createHash('sha256');
  for (const name of FILES) hash.update(readFileSync(join(HERE, name)));
  const place = join(cacheFolder(), `javascript-${hash.digest('hex').slice(0, 12)}`);
  const ready = join(place, 'ready');
  if (!existsSync(ready)) {
    mkdirSync(place, { recursive: true });
    for (const name of FILES) copyFileSync(join(HERE, name), join(place, name));
    await execute('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: place });
    writeFileSync(ready, '');
  }
  const { stdout } = await execute(process.execPath, [join(place, 'readers.js'), folder], { maxBuffer: MOST_PRINTED });
  const report = JSON.parse(stdout) as Record<string, { files: number; differences: string[] }>;
  return Object.fromEntries(
    Object.entries(report).map(([name, { files, differences }]) => [name, { files, errors: differences }]),
  );
}

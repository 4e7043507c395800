/** The WFDB records of RECORDINGS_DIR, and those of tests, as files in memory. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Files } from '../../../support/formats.ts';

/** The value of a missing sample in each format. */
export const MISSING_DIGIT: Readonly<Record<string, number>> = {
  16: -32768,
  24: -8388608,
  32: -2147483648,
  61: -32768,
  80: -128,
  160: -32768,
  212: -2048,
  310: -512,
  311: -512,
};

/**
 * The header first, then every other file in the folder that is named by the record or one of its segments, and the
 * annotations. @param record such as `fixed1/v102s`
 */
export function recordFiles(folder: string, record: string): { files: Files; main: string } {
  const path = join(folder, 'wfdb', dirname(record));
  const main = `${basename(record)}.hea`;
  const wanted = new Set([main, `${basename(record)}.atr`]);
  for (const name of wanted) {
    if (!name.endsWith('.hea') || !existsSync(join(path, name))) continue;
    for (const [word] of readFileSync(join(path, name), 'latin1').matchAll(/^[^#\s]\S*/gm))
      for (const file of [word, `${word}.hea`]) wanted.add(file);
  }
  const there = readdirSync(path)
    .filter((name) => wanted.has(name))
    .toSorted();
  return {
    main,
    files: Object.fromEntries([main, ...there].map((name) => [name, readFileSync(join(path, name)) as Uint8Array])),
  };
}

export const text = (...lines: string[]): Uint8Array => Buffer.from(`${lines.join('\n')}\n`);

/**
 * The bytes of real recordings in the database: the WFDB records of the folder RECORDINGS_DIR, uploaded to the service
 * and to the version of `today.ts`. Counted are the documents with their samples and with what is derived from them.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordingsDir } from '../test/support/recordings.ts';
import { documentBytes } from './disk.ts';
import { type Figure, report } from './report.ts';
import { uploadForm } from './send.ts';
import { type Bench, type Service, withBench } from './support.ts';
import { OF_TODAY } from './today.ts';

const SUFFIX = '.hea';

/** The files of a record: its header, those that the header and the headers of its segments name, its annotations. */
function filesOf(header: string): string[] {
  const folder = join(header, '..');
  const [record = '', ...rest] = readFileSync(header, 'latin1')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const names = rest.map((line) => line.split(/\s/)[0] ?? '').filter((name) => name !== '~');
  const isMaster = (record.split(/\s/)[0] ?? '').includes('/');
  const named = isMaster
    ? names.flatMap((name) => filesOf(join(folder, `${name}${SUFFIX}`)))
    : names.map((name) => join(folder, name));
  const marks = header.replace(/\.hea$/, '.atr');
  return [...new Set([header, ...named, ...(existsSync(marks) ? [marks] : [])])].filter((file) => existsSync(file));
}

const sum = (sizes: ReadonlyMap<string, number>): number => [...sizes.values()].reduce((all, size) => all + size, 0);

async function compare(bench: Bench, folder: string, ours: Service, today: Service): Promise<Figure> {
  const headers = (readdirSync(folder, { recursive: true }) as string[])
    .filter((file) => file.endsWith(SUFFIX))
    .toSorted();
  const totals = { ours: 0, baseline: 0 };
  const before = { ours: 0, baseline: 0 };
  let taken = 0;
  for (const header of headers) {
    const files = filesOf(join(folder, header));
    const statuses = [await uploadForm(ours, files), await uploadForm(today, files)].map(({ status }) => status);
    const [bytes, todays] = [await documentBytes(bench, ours), await documentBytes(bench, today)];
    const [own, baseline] = [sum(bytes) - before.ours, sum(todays) - before.baseline];
    Object.assign(before, { ours: sum(bytes), baseline: sum(todays) });
    if (statuses.some((status) => status !== 201)) {
      console.log(`  ${header} is left out: answered with ${statuses.join(' and ')}`);
      continue;
    }
    taken += 1;
    totals.ours += own;
    totals.baseline += baseline;
    console.log(`  ${header}: ${own} bytes, ${OF_TODAY} ${baseline}: ${(own / baseline).toFixed(3)} ×`);
  }
  console.log(
    `  by collection: ${[...(await documentBytes(bench, ours))].map((one) => one.join(' ')).join(', ')} bytes`,
  );
  return {
    figure: 1,
    what: `documents of ${taken} real recordings`,
    ours: [totals.ours / 1e6],
    baseline: [totals.baseline / 1e6],
    unit: 'MB',
    against: OF_TODAY,
    compare: 'ratio',
    target: { atMost: 0.55 },
  };
}

const folder = recordingsDir();
if (folder === null) {
  console.log('  RECORDINGS_DIR names no folder of real recordings: nothing is measured');
  report('stored', []);
} else
  await withBench(async (bench) => {
    const today = await bench.startToday();
    report('stored', today === null ? [] : [await compare(bench, folder, await bench.startService(), today)]);
  });

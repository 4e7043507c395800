/**
 * Verifies docs/storage.md: real and synthetic recordings are uploaded to the service, stored packed and plain, and
 * read from the database by `read_blocks.py`, which shares no code with the service. Every sample must be the one that
 * an independent reader (wfdb, pyedflib, pydicom) finds in the original file. Needs python3 with venv. Usage:
 * `npm run verify:storage`
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BLOCK_ENCODINGS, type BlockEncoding } from '../src/ecgs/store/block-encoding.ts';
import { startTestApp, type TestApp } from '../test/support/app.ts';
import { blockLeads } from '../test/support/block-leads.ts';
import { call } from '../test/support/http.ts';
import { stopServer } from '../test/support/mongo.ts';
import { upload } from '../test/support/multipart.ts';
import { recordingsDir } from '../test/support/recordings.ts';
import { idsOf } from '../test/support/sendings.ts';
import { pythonWithReaders, runPython } from './formats/python.ts';
import { isKnown, partsOf, sourcesOf, wfdbSources } from './formats/real-recordings.ts';
import { type StoredBytes, storedBytes } from './formats/stored-bytes.ts';

/** The report of stored.py. */
interface Compared {
  recordings: number;
  channels: number;
  samples: number;
  differences: string[];
}

interface Case {
  what: string;
  ids: string[];
  format?: string;
  file: string;
  lengths?: number[];
}

/** Differences shown. */
const SHOWN = 20;

/** Uploads every recording. @returns what stored.py is to compare */
async function uploadAll(app: TestApp, recordings: string | null, folder: string): Promise<Case[]> {
  const { token } = app.clinician;
  const cases: Case[] = [];
  const sources = recordings === null ? [] : [...sourcesOf(recordings), ...wfdbSources(join(recordings, 'beats'))];
  for (const { format, file, ...source } of sources) {
    const answer = await upload(app, token, partsOf({ format, file, ...source }), '?duplicate=allow');
    if (isKnown(answer)) {
      console.log(`refused: ${file.slice(recordings?.length)}: ${(answer.json as { detail: string }).detail}`);
      continue;
    }
    if (answer.status !== 201) throw new Error(`${file}: ${answer.status} ${answer.text}`);
    cases.push({ what: file.slice(recordings?.length), ids: idsOf(answer), format, file });
  }
  const leads = blockLeads();
  const body = { samplingRate: 500, leads };
  const answer = await call(app, 'POST', '/ecgs', { token, body });
  if (answer.status !== 201) throw new Error(`the synthetic recording: ${answer.status} ${answer.text}`);
  const file = join(folder, 'synthetic');
  writeFileSync(file, Float64Array.from(leads.flatMap(({ signal }) => signal.map((value) => value ?? NaN))));
  const lengths = leads.map(({ signal }) => signal.length);
  return [...cases, { what: 'synthetic', ids: idsOf(answer), file, lengths }];
}

async function verify(blockEncoding: BlockEncoding, folder: string): Promise<Compared & { stored: StoredBytes }> {
  const app = await startTestApp({ blockEncoding });
  try {
    const cases = join(folder, `${blockEncoding}.json`);
    const uploaded = await uploadAll(app, recordings, folder);
    writeFileSync(cases, JSON.stringify(uploaded));
    const { host, port, name } = app.database;
    const uri = `mongodb://${host}:${port}/${name}?directConnection=true`;
    const compared = await runPython<Compared>(python, 'stored.py', [uri, cases]);
    const real = uploaded.filter(({ format }) => format !== undefined).flatMap(({ ids }) => ids);
    return { ...compared, stored: await storedBytes(app.database, real) };
  } finally {
    await app.close();
  }
}

const recordings = recordingsDir();
if (recordings === null) console.log('No real recordings: RECORDINGS_DIR is not set.');
const python = pythonWithReaders();
const begun = performance.now();
const folder = mkdtempSync(join(tmpdir(), 'leadwire-storage-'));
const bytes: StoredBytes[] = [];
let differences = 0;
try {
  for (const encoding of BLOCK_ENCODINGS) {
    const { recordings: count, channels, samples, stored, differences: found } = await verify(encoding, folder);
    console.log(
      `${encoding.padEnd(6)} ${count} recordings, ${channels} channels, ${samples} samples, ${stored.blocks} blocks, ` +
        `${stored.packed} of them packed: ${found.length} differences`,
    );
    for (const difference of found.slice(0, SHOWN)) console.log(`       ${difference}`);
    if (found.length > SHOWN) console.log(`       and ${found.length - SHOWN} more`);
    differences += found.length;
    if (stored.packed > 0 !== (encoding === 'packed')) {
      console.log(`       ${stored.packed} blocks are packed`);
      differences++;
    }
    bytes.push(stored);
  }
} finally {
  await stopServer();
  rmSync(folder, { recursive: true, force: true });
}
const [packed, plain] = bytes.map(({ real }) => real) as [number, number];
if (plain > 0)
  console.log(`The real recordings take ${packed} bytes packed and ${plain} plain: ${(packed / plain).toFixed(2)}`);
console.log(`${differences} differences, after ${((performance.now() - begun) / 1000).toFixed(0)} s`);
process.exitCode = differences === 0 ? 0 : 1;

/**
 * Writes the types of the API's client, `web/api/schema.ts`, from the API document of these sources. openapi-typescript
 * needs a TypeScript 5, which this project does not have; so npm fetches both for this one command.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestApp } from '../test/support/app.ts';
import { stopServer } from '../test/support/mongo.ts';
import { digestOf, SCHEMA_FILE } from './client-types/document.ts';

const test = await startTestApp();
const { document } = test.app;
await test.close();
await stopServer();

const folder = mkdtempSync(join(tmpdir(), 'client-types-'));
try {
  const from = join(folder, 'openapi.json');
  const to = join(folder, 'schema.ts');
  writeFileSync(from, JSON.stringify({ ...document, info: { title: 'Leadwire', version: '1' } }));
  const packages = ['--package=openapi-typescript@7.13.0', '--package=typescript@5.9.3'];
  execFileSync('npm', ['exec', '--yes', ...packages, '--', 'openapi-typescript', from, '--output', to], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
  });
  const about = `// Made by npm run client-types from the API document with the digest ${digestOf(document)}.`;
  writeFileSync(SCHEMA_FILE, `${about}\n${readFileSync(to, 'utf8')}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * Verifies the API document with independent programs: openapi-spec-validator finds no error in it, and the clients
 * that openapi-python-client and openapi-generator (Python, TypeScript) make of it log in and upload. Needs python3
 * with venv, Java and Maven. Usage: `npm run verify:clients`
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startTestApp } from '../test/support/app.ts';
import { stopServer } from '../test/support/mongo.ts';
import { pythonWith } from './formats/python.ts';

const HERE = import.meta.dirname;
const FIXTURES = join(HERE, '../fixtures');
const GENERATOR = '7.16.0';
const PACKAGE = 'leadwire_client';
/** What openapi-python-client cannot say by itself: that bytes are bytes, whatever they are called. */
const BYTES = 'application/octet-stream';
const PYTHON_CLIENT_SETTINGS = {
  content_type_overrides: {
    'application/offset+octet-stream': BYTES,
    'application/zip': BYTES,
    'application/pdf': BYTES,
    'image/png': BYTES,
    'image/svg+xml': BYTES,
  },
};

const execute = promisify(execFile);

/** Runs a program. @returns its standard output. @throws Error with all output if it fails */
async function run(program: string, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await execute(program, args, { maxBuffer: 64 << 20 });
  return `${stdout}${stderr}`;
}

/** The program of openapi-generator, which Maven puts into its own folder once. */
async function generator(): Promise<string> {
  const name = 'openapi-generator-cli';
  const place = join(homedir(), '.m2/repository/org/openapitools', name, GENERATOR, `${name}-${GENERATOR}.jar`);
  if (!existsSync(place))
    await run(
      'mvn',
      '--quiet',
      'dependency:get',
      `-Dartifact=org.openapitools:${name}:${GENERATOR}`,
      '-Dtransitive=false',
    );
  return place;
}

const expected = JSON.parse(readFileSync(join(FIXTURES, 'expected.json'), 'utf8')) as Record<
  string,
  Record<string, number>
>;
const crossings = (name: string): number[] => Object.values(expected[name] ?? {});
const OF_JSON = crossings('ecg-12lead-10s.json');
const OF_RECORD = crossings('ecg-2lead-30s.hea');

let failures = 0;

/** Compares the crossings that a client has printed. */
function compare(client: string, printed: string, right: readonly number[][]): void {
  const isRight = JSON.stringify(JSON.parse(printed)) === JSON.stringify(right);
  if (!isRight) failures++;
  console.log(`${client}: ${isRight ? 'logged in, uploaded and read the crossings' : `WRONG: ${printed}`}`);
}

const python = pythonWith(join(HERE, 'clients/requirements.txt'), 'clients');
const program = (name: string): string => join(python, '..', name);
const jar = await generator();
const folder = mkdtempSync(join(tmpdir(), 'leadwire-clients-'));
const test = await startTestApp();
try {
  const document = join(folder, 'openapi.json');
  writeFileSync(document, JSON.stringify(test.app.document));
  console.log(
    (await run(program('openapi-spec-validator'), document)).trim().replace(document, 'openapi-spec-validator'),
  );

  const settings = join(folder, 'settings.json');
  writeFileSync(
    settings,
    JSON.stringify({ ...PYTHON_CLIENT_SETTINGS, package_name_override: PACKAGE, post_hooks: [] }),
  );
  const made = ['--path', document, '--output-path', join(folder, 'a', PACKAGE), '--config', settings];
  const told = await run(program('openapi-python-client'), 'generate', '--meta', 'none', '--fail-on-warning', ...made);
  if (told.includes('WARNING')) failures++;
  for (const [language, to, more] of [
    ['python', 'b', ['--package-name', PACKAGE]],
    ['typescript-fetch', 'c', []],
  ] as const)
    await run('java', '-jar', jar, 'generate', '-g', language, '-i', document, '-o', join(folder, to), ...more);

  const api = `${test.url}/api/v1`;
  const about = async (client: string): Promise<readonly string[]> => {
    // Each client begins with nothing, so that it uploads.
    const user = await test.newUser('clinician');
    return [join(folder, client), api, user.email, user.password, FIXTURES];
  };
  compare('openapi-python-client', await run(python, join(HERE, 'clients/openapi_python.py'), ...(await about('a'))), [
    OF_JSON,
    OF_RECORD,
  ]);
  compare(
    'openapi-generator, python',
    await run(python, join(HERE, 'clients/openapi_generator.py'), ...(await about('b'))),
    [OF_JSON],
  );
  compare(
    'openapi-generator, typescript-fetch',
    await run(process.execPath, '--import', 'tsx', join(HERE, 'clients/openapi-generator.mts'), ...(await about('c'))),
    [OF_JSON],
  );
} finally {
  await test.close();
  await stopServer();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;

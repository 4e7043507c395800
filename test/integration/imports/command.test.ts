/** The command `npm run import`, against a running service. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { things } from '../../support/import-kind.ts';
import { TSX } from '../../support/tsx.ts';

const COMMAND = fileURLToPath(new URL('../../../scripts/import.ts', import.meta.url));

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

describe('npm run import', function () {
  this.timeout(60_000);
  let app: TestApp;
  let folder: string;

  before(async () => {
    app = await startTestApp({}, { importKinds: [things] });
    app.app.importWorker.start();
    folder = mkdtempSync(join(tmpdir(), 'leadwire-import-'));
  });
  after(async () => {
    await app.close();
    rmSync(folder, { recursive: true });
  });

  const run = async (text: string | null, ...words: string[]): Promise<Outcome> =>
    runAt(text, ['--url', app.url, ...words]);
  const runAt = async (text: string | null, words: string[], settings: NodeJS.ProcessEnv = {}): Promise<Outcome> => {
    const file = join(folder, 'things.csv');
    if (text !== null) writeFileSync(file, text);
    const env = { PATH: process.env['PATH'], LEADWIRE_PASSWORD: app.clinician.password, ...settings };
    const args = [
      `--import=${TSX}`,
      COMMAND,
      '--email',
      app.clinician.email,
      text === null ? join(folder, 'missing.csv') : file,
      ...words,
    ];
    return new Promise((resolve) => {
      execFile(process.execPath, args, { env, cwd: folder }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });
  };

  it('imports a file into a running service and reports on its rows', async () => {
    const { code, stdout } = await run('Key,Value\na,1\nb,2\n', '--kind', 'things');
    expect(stdout).to.equal(
      'things: completed 2 rows: 2 created, 0 updated, 0 unchanged, 0 failed; also created 2 parents\n',
    );
    expect(code).to.equal(0);
  });

  it('finds the service that the settings HOST and PORT name, also in .env', async () => {
    const { hostname, port } = new URL(app.url);
    const dryRun = ['--kind', 'things', '--dry-run'];
    expect(await runAt('Key,Value\na,1\n', dryRun, { HOST: hostname, PORT: port })).to.include({ code: 0 });
    writeFileSync(join(folder, '.env'), `HOST=${hostname}\nPORT=${port}\n`);
    expect(await runAt('Key,Value\na,1\n', dryRun)).to.include({ code: 0 });
    rmSync(join(folder, '.env'));
    const wrong = await runAt('Key,Value\n', [], { PORT: 'x' });
    expect(wrong.stderr).to.match(/^PORT must be a whole number .* \(it is "x"\)\n/);
    expect((await runAt('Key,Value\n', [], { PORT: '0' })).stderr).to.contain('Give its address with --url.');
  });

  it('ends with 1 and the errors if rows failed', async () => {
    const { code, stderr } = await run('Key,Value\na,1\nb,x\n', '--dry-run');
    expect(stderr).to.contain('  line 3: Value is no whole number: "x"\n');
    expect(code).to.equal(1);
  });

  it('says what is wrong with the command', async () => {
    expect(await run('Key,Value\n', '--kind', 'nothing')).to.include({
      code: 1,
      stderr:
        '422 One or more fields are not valid. Correct the fields that are named in errors.\n  /kind must be things\n',
    });
    expect((await run(null)).stderr).to.match(/missing\.csv cannot be read\.\n$/);
    expect((await run('', '--colour')).stderr).to.match(/Unknown option '--colour'[^]*Usage: npm run import/);
  });
});

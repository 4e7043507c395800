/** The command `npm run migrate`. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { tmpdir } from 'node:os';
import { expect } from 'chai';
import { MIGRATIONS } from '../../../src/database/migrations/index.ts';
import { testUri } from '../../support/mongo.ts';
import { TSX } from '../../support/tsx.ts';

const COMMAND = fileURLToPath(new URL('../../../src/database/migrate-command.ts', import.meta.url));

const all = (state: string) => MIGRATIONS.map(({ name }) => `${state}  ${name}`);

describe('npm run migrate', function () {
  this.timeout(120_000);
  let uri: string;
  before(async () => {
    uri = await testUri();
  });

  const migrate = async (...words: string[]): Promise<string[]> => {
    const env = {
      PATH: process.env['PATH'],
      MONGODB_URI: uri,
      SECRET_KEY: 'a key of the tests that is long enough',
      FIRST_SUPERUSER_PASSWORD: 'correct horse battery',
      LOG_LEVEL: 'silent',
    };
    const { stdout } = await promisify(execFile)(process.execPath, [`--import=${TSX}`, COMMAND, ...words], {
      cwd: tmpdir(),
      env,
    });
    return stdout.trimEnd().split('\n');
  };

  it('shows what has run, runs the rest, and reverts the newest', async () => {
    const newest = MIGRATIONS.at(-1)!.name;
    expect(await migrate('status')).to.deep.equal(all('pending'));
    expect(await migrate('up')).to.deep.equal(all('done   '));
    const down = await migrate('down');
    expect(down[0]).to.equal(`Undid ${newest}.`);
    expect(down.slice(1)).to.deep.equal([...all('done   ').slice(0, -1), `pending  ${newest}`]);
    expect(await migrate('up')).to.deep.equal(all('done   '));
  });

  it('shows its usage', async () => {
    const refusal = await migrate('sideways').catch((error: unknown) => error);
    expect(refusal).to.include({ code: 1, stderr: 'Usage: npm run migrate -- status|up|down\n' });
  });
});

/** Commands on a data folder whose embedded database is in use by a service. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { pino } from 'pino';
import { withDatabase } from '../../../src/database/for-command.ts';
import { MIGRATIONS } from '../../../src/database/migrations/index.ts';
import { logIn } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { testMongod } from '../../support/mongo.ts';
import { serviceEnv, type Started, startProgram } from '../../support/started.ts';

const log = pino({ level: 'silent' });
const all = (state: string): string => MIGRATIONS.map(({ name }) => `${state}  ${name}\n`).join('');

describe('a command beside a service with the embedded database', function () {
  this.timeout(300_000);
  let folder: string;
  let env: NodeJS.ProcessEnv;
  let service: Started;
  let url: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'leadwire-beside-'));
    env = serviceEnv(join(folder, 'data'), { MONGOD_BINARY: (await testMongod()).path, LOG_LEVEL: 'silent' });
    service = startProgram('main.ts', [], { cwd: folder, env });
    const lock = join(folder, 'data/service.lock');
    await eventually('the service has its folder', () => existsSync(lock), 60_000);
    // Even while it is starting: a command waits until the database is available.
    const early = startProgram('database/migrate-command.ts', ['status'], { cwd: folder, env });
    [, url = ''] = await service.says(/listens on (\S+)[^]*Stop/);
    expect([await early.ended, early.text()]).to.deep.equal([0, '']);
  });
  after(async () => {
    service.process.kill('SIGTERM');
    await service.ended;
    rmSync(folder, { recursive: true });
  });

  const run = async (
    program: string,
    ...args: string[]
  ): Promise<{ code: number | null; output: string; text: string }> => {
    const command = startProgram(program, args, { cwd: folder, env });
    const code = await command.ended;
    return { code, output: command.output(), text: command.text() };
  };

  it('shows the migrations, and applies new ones', async () => {
    expect(await run('database/migrate-command.ts', 'status')).to.deep.equal({
      code: 0,
      output: all('done   '),
      text: '',
    });
    expect(await run('database/migrate-command.ts', 'up')).to.deep.equal({ code: 0, output: all('done   '), text: '' });
  });

  it('reverts no migration while the service runs', async () => {
    const { code, output, text } = await run('database/migrate-command.ts', 'down');
    expect([code, output]).to.deep.equal([1, '']);
    expect(text).to.match(/^The service is running\. Stop it before you undo a migration[^\n]*\n$/);
    expect((await run('database/migrate-command.ts', 'status')).output).to.equal(all('done   '));
  });

  it('creates an admin, who can log in at once, and leaves the service running', async () => {
    const { code, output } = await run('users/create-admin.ts', '--email', 'boss@clinic.example');
    const [, password = ''] =
      /^Created the admin boss@clinic\.example\.\nPassword, shown only once: (\S+)\n$/.exec(output) ?? [];
    expect([code, password]).to.not.include('');
    expect(await logIn(url, 'boss@clinic.example', password)).to.be.a('string');
    expect((await fetch(`${url}/readyz`)).status).to.equal(200);
  });

  it('has the database to itself if no service runs, and other commands wait for it', async () => {
    const config = { dataDir: join(folder, 'alone'), mongodBinary: env['MONGOD_BINARY'] ?? null, mongodbUri: null };
    const { signal } = new AbortController();
    const order: string[] = [];
    const work = (name: string) =>
      withDatabase({ config, log, signal }, async (database, { isInService }) => {
        expect(isInService).to.equal(false);
        order.push(`${name} begins`);
        await database.collection('things').insertOne({ name });
        order.push(`${name} ends`);
      });
    await Promise.all(['first', 'second'].map(work));
    expect(order.map((entry) => entry.split(' ')[1])).to.deep.equal(['begins', 'ends', 'begins', 'ends']);
    expect(JSON.parse(readFileSync(join(config.dataDir, 'mongo.json'), 'utf8'))).to.have.property('port');
  });
});

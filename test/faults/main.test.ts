/** The service as a process: its first start, its output, its errors and how it ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { isAlive } from '../../src/database/instance-lock.ts';
import { eventually } from '../support/eventually.ts';
import { testMongod } from '../support/mongo.ts';
import { observe, serviceEnv, type Started } from '../support/started.ts';
import { TSX } from '../support/tsx.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

const logIn = async (url: string, email: string, password: string): Promise<number> => {
  const response = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  return response.status;
};

describe('the service as it is started', function () {
  this.timeout(120_000);
  let folder: string;
  let env: NodeJS.ProcessEnv;
  const children: ChildProcess[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'leadwire-main-'));
    env = serviceEnv(join(folder, 'data'), { MONGOD_BINARY: (await testMongod()).path, LOG_LEVEL: 'silent' });
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });
  after(() => rmSync(folder, { recursive: true }));

  const start = (settings: NodeJS.ProcessEnv = {}): Started => {
    const child = spawn(process.execPath, [`--import=${TSX}`, MAIN], {
      cwd: folder,
      env: { ...env, ...settings },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    children.push(child);
    return observe(child);
  };
  const mongodPid = (): number => Number(readFileSync(join(folder, 'data/mongo/mongod.lock'), 'utf8'));

  it('creates an admin at the first start, shows the password once, and accepts it at every start', async () => {
    const first = start();
    const [, url = '', password = ''] = await first.says(
      /listens on (\S+)[^]*admin@leadwire\.example, password (\S+)\n[^]*Stop/,
    );
    expect(await logIn(url, 'admin@leadwire.example', password)).to.equal(200);
    const mongod = mongodPid();
    first.process.kill('SIGTERM');
    expect(await first.ended).to.equal(0);
    expect(isAlive(mongod)).to.equal(false);

    const second = start();
    const [, again = ''] = await second.says(/listens on (\S+)[^]*password in .*secrets\.json[^]*Stop/);
    expect(second.text()).not.to.contain(password);
    expect(await logIn(again, 'admin@leadwire.example', password)).to.equal(200);
    // Ctrl-C in a terminal reaches a service under npm twice: from the terminal, and forwarded by npm.
    second.process.kill('SIGINT');
    await eventually('the first one is taken', () =>
      fetch(again).then(
        () => false,
        () => true,
      ),
    );
    second.process.kill('SIGINT');
    expect(await second.ended).to.equal(0);
    expect(mongodPid()).to.equal(0);
  });

  it('loads the directory at its first start while already listening, and continues at the next start', async () => {
    const settings = {
      LOAD_DIRECTORY: 'true',
      DATA_DIR: join(folder, 'first'),
      FIRST_SUPERUSER_PASSWORD: 'chosen by the test',
    };
    const first = start(settings);
    await first.says(/listens on/);
    first.process.kill('SIGTERM');
    expect(await first.ended).to.equal(0);

    const second = start(settings);
    const [, url = ''] = await second.says(/listens on (\S+)/);
    const login = await fetch(`${url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email: 'admin@leadwire.example', password: 'chosen by the test' }),
    });
    const { accessToken } = (await login.json()) as { accessToken: string };
    const read = async (path: string) =>
      (await (
        await fetch(`${url}/api/v1/${path}`, { headers: { Authorization: `Bearer ${accessToken}` } })
      ).json()) as { total: number; items: { state: string }[] };
    const completed = async () => (await read('imports')).items.filter(({ state }) => state === 'completed').length;
    await eventually('the directory is loaded', async () => (await completed()) === 5, 50_000);
    expect((await read('patients?total=true')).total).to.equal(100);
    second.process.kill('SIGTERM');
    expect(await second.ended).to.equal(0);
  });

  it('stops when the npm that started it is killed', async () => {
    const shell = spawn('/bin/sh', ['-c', `"${process.execPath}" "--import=${TSX}" "${MAIN}" & echo $! >&2; wait`], {
      cwd: folder,
      env: { ...env, npm_lifecycle_event: 'start' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    children.push(shell);
    const started = observe(shell);
    const [, pid = ''] = await started.says(/^(\d+)\n[^]*Stop/);
    shell.kill('SIGKILL');
    await started.ended;
    await eventually('mongod has ended', () => mongodPid() === 0, 6_000);
    expect(Number(pid)).to.be.greaterThan(0);
  });

  it('continues if its log cannot be written and nobody reads its output', async function () {
    if (process.platform !== 'linux') this.skip();
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [`--import=${TSX}`, MAIN], {
      cwd: folder,
      env: { ...env, LOG_LEVEL: 'info', DATA_DIR: join(folder, 'unlogged') },
      stdio: ['ignore', full, 'pipe'],
    });
    closeSync(full);
    children.push(child);
    const started = observe(child);
    const [, url = ''] = await started.says(/listens on (\S+)[^]*Stop/);
    child.stderr?.destroy();
    expect((await fetch(`${url}/readyz`)).status).to.equal(200);
    child.kill('SIGTERM');
    expect(await started.ended).to.equal(0);
  });

  it('reports in one line that its port is taken, and leaves no mongod behind', async () => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await once(occupant, 'listening');
    const { port } = occupant.address() as { port: number };
    const started = start({ PORT: String(port) });
    expect(await started.ended).to.equal(1);
    occupant.close();
    expect(started.text()).to.match(
      new RegExp(`^Cannot listen on 127\\.0\\.0\\.1, port ${port}: the port is already in use; .*\\n$`),
    );
    expect(mongodPid()).to.equal(0);
  });

  it('shows the passwords at the first start that gets as far as listening', async () => {
    const own = { DATA_DIR: join(folder, 'own') };
    const occupant = createServer().listen(0, '127.0.0.1');
    await once(occupant, 'listening');
    const early = start({ ...own, PORT: String((occupant.address() as { port: number }).port) });
    expect(await early.ended).to.equal(1);
    occupant.close();
    expect(early.text()).not.to.contain('password');
    const started = start(own);
    const [, url = '', password = ''] = await started.says(
      /listens on (\S+)[^]*admin@leadwire\.example, password (\S+)\n[^]*Stop/,
    );
    expect(await logIn(url, 'admin@leadwire.example', password)).to.equal(200);
    started.process.kill('SIGTERM');
    await started.ended;
  });

  it('reports in one line that its data folder is not a folder, and that a name in .env is not a setting', async () => {
    writeFileSync(join(folder, 'file'), '');
    writeFileSync(join(folder, '.env'), 'PROT=3000\n');
    const started = start({ DATA_DIR: join(folder, 'file') });
    expect(await started.ended).to.equal(1);
    rmSync(join(folder, '.env'));
    const [ignored, refused, ...rest] = started.text().split('\n');
    expect(ignored).to.equal('.env: PROT is not a setting and is ignored. Did you mean PORT?');
    expect(refused).to.match(/^The data folder .*file cannot be used: it is a file/);
    expect(rest).to.deep.equal(['']);
  });

  it('reports in one line what is damaged in its data folder, and which permissions it has restricted', async () => {
    const dataDir = join(folder, 'damaged');
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'secrets.json'), '{"secretKey":');
    chmodSync(join(dataDir, 'secrets.json'), 0o644);
    const started = start({ DATA_DIR: dataDir });
    expect(await started.ended).to.equal(1);
    expect(started.text()).to.match(/^\S+secrets\.json was open[^\n]*\n\S+secrets\.json is damaged:[^\n]*\n$/);

    rmSync(join(dataDir, 'secrets.json'));
    mkdirSync(join(dataDir, 'mongo'));
    writeFileSync(join(dataDir, 'mongo.json'), '{"user":"lead', { mode: 0o600 });
    const again = start({ DATA_DIR: dataDir });
    expect(await again.ended).to.equal(1);
    expect(again.text()).to.match(/^[^\n]*\n?\S+mongo\.json contains the password [^\n]* it is damaged\.[^\n]*\n$/);
  });

  it('lists mistakes in its settings and does not start', async () => {
    const started = start({ HOST: '0.0.0.0', PORT: 'x' });
    expect(await started.ended).to.equal(1);
    expect(started.text()).to.match(
      /^The settings have 3 mistakes:\n {2}- PORT .*\n {2}- SECRET_KEY .*\n {2}- FIRST_SUPERUSER_PASSWORD .*\n$/,
    );
  });
});

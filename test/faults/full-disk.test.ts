/** The service and its embedded database on a disk that fills up, and when there is space again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { isAlive } from '../../src/database/instance-lock.ts';
import { logIn } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';
import { type Answer, call } from '../support/http.ts';
import { testMongod } from '../support/mongo.ts';
import { uniform } from '../support/signals.ts';
import { skipWithout, type SmallDisk, smallDisk } from '../support/small-disk.ts';
import { serviceEnv } from '../support/started.ts';
import { TSX } from '../support/tsx.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const PASSWORD = 'chosen by the test';
/** mongod ends long before the last of them. */
const MOST_UPLOADS = 100;

const until = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
  await eventually(what, holds, 110_000);
};

const tellsOfFullDisk = (line: string): boolean => line.includes('the disk of the embedded database is full');

describe('the service on a full disk', function () {
  this.timeout(120_000);
  let disk: SmallDisk | null = null;
  let service: ChildProcess;
  let url = '';
  let token = '';
  const log: string[] = [];
  const acknowledged: string[] = [];

  before(async function () {
    this.timeout(180_000);
    disk = smallDisk(900);
    skipWithout(disk, this);
    const { path } = disk as SmallDisk;
    const env = serviceEnv(join(path, 'data'), {
      MONGOD_BINARY: (await testMongod()).path,
      FIRST_SUPERUSER_PASSWORD: PASSWORD,
      MIN_FREE_DISK_BYTES: '0',
    });
    service = spawn(process.execPath, [`--import=${TSX}`, MAIN], {
      cwd: path,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (!service.stdout) throw new Error('no output');
    createInterface(service.stdout).on('line', (line) => log.push(line));
    await until('the service listens', () => {
      if (service.exitCode !== null) throw new Error('the service has ended');
      return log.some((line) => line.includes('"listening"'));
    });
    const { port } = JSON.parse(log.find((line) => line.includes('"listening"')) as string) as { port: number };
    url = `http://127.0.0.1:${port}`;
    const admin = await logIn(url, 'admin@leadwire.example', PASSWORD);
    const doctor = { email: 'doctor@clinic.example', fullName: 'Doctor', role: 'clinician', password: PASSWORD };
    expect((await call({ url }, 'POST', '/users', { token: admin, body: doctor })).status).to.equal(201);
    token = await logIn(url, doctor.email, PASSWORD);
  });
  after(() => {
    service?.kill('SIGKILL');
    disk?.remove();
  });

  const says = async (text: string): Promise<void> => until(text, () => log.some((line) => line.includes(text)));
  const ready = async (): Promise<Answer['status']> => (await fetch(`${url}/readyz`)).status;
  /** Process id of the mongod that was started last. */
  const mongodPid = (): number => {
    const [, pid] = /.*"mongodPid":(\d+)/s.exec(log.join('\n')) ?? [];
    if (pid === undefined) throw new Error('the log names no mongod');
    return Number(pid);
  };
  const get = async (path: string): Promise<Answer> => call({ url }, 'GET', path, { token });
  const random = uniform(7);
  /** A recording of noise, which does not compress. */
  const upload = async (): Promise<Answer> => {
    const signal = Array.from({ length: 500_000 }, () => Math.floor(random() * 65_536) - 32_768);
    return call({ url }, 'POST', '/ecgs', { token, body: { samplingRate: 500, leads: [{ name: 'II', signal }] } });
  };

  it('answers 507, keeps running, and names the full disk in its log', async () => {
    (disk as SmallDisk).leave(140);
    let refused: Answer | null = null;
    for (let i = 0; i < MOST_UPLOADS && !refused; i++) {
      const answer = await upload();
      if (answer.status === 201) acknowledged.push(answer.json.id as string);
      else refused = answer;
    }
    expect(refused?.json).to.include({ status: 507, code: 'storage-full' });
    expect(refused?.json.detail)
      .to.contain('continues by itself')
      .and.not.contain((disk as SmallDisk).path);
    await says('the disk of the embedded database is full');
    expect(log.join('\n')).to.contain(`"dataDir":"${join((disk as SmallDisk).path, 'data')}"`);
    const began = performance.now();
    expect(await ready()).to.equal(503);
    expect((await get('/ecgs')).json).to.include({ status: 503, code: 'not-ready' });
    expect((await call({ url }, 'DELETE', `/ecgs/${'a'.repeat(24)}`, { token })).json).to.include({
      status: 507,
      code: 'storage-full',
    });
    expect((await fetch(`${url}/healthz`)).status).to.equal(200);
    expect(performance.now() - began).to.be.below(2_000);
  });

  it('recovers by itself when there is space, with everything that it had acknowledged', async () => {
    rmSync(join((disk as SmallDisk).path, 'filler-1'));
    await until('the service is ready', async () => (await ready()) === 200);
    expect(acknowledged).not.to.be.empty;
    for (const id of acknowledged) {
      expect((await get(`/ecgs/${id}/insights?from=0.5&to=999.5`)).json.channels[0]).to.include({
        samples: 499_500,
        missing: 0,
      });
    }
    expect((await upload()).status).to.equal(201);
  });

  it('restarts a mongod that was killed', async () => {
    const killed = mongodPid();
    // A signal to process 0 would reach the tests themselves.
    expect(killed).to.be.above(0);
    process.kill(killed, 'SIGKILL');
    await until('another mongod runs', () => ![0, killed].includes(mongodPid()));
    await until('the recording is read', async () => (await get(`/ecgs/${acknowledged[0]}`)).status === 200);
  });

  it('stops within 2 s while it waits for space, and leaves no mongod behind', async () => {
    const before = log.filter(tellsOfFullDisk).length;
    (disk as SmallDisk).leave(50);
    const killed = mongodPid();
    expect(killed).to.be.above(0);
    process.kill(killed, 'SIGKILL');
    await until('the full disk is told', () => log.filter(tellsOfFullDisk).length > before);
    // The last line may be incomplete.
    const waiting = get('/ecgs').catch(() => undefined);
    const began = performance.now();
    service.kill('SIGTERM');
    const [code] = (await once(service, 'exit')) as [number];
    expect(performance.now() - began).to.be.below(2_000);
    expect(code).to.equal(0);
    expect(isAlive(killed)).to.equal(false);
    expect(mongodPid()).to.equal(killed);
    await waiting;
  });
});

/** A mongod of an earlier start that does not end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { pino } from 'pino';
import { startEmbedded } from '../../../src/database/embedded.ts';
import { testMongod } from '../../support/mongo.ts';

/** Looks like a mongod that does not end: it has the data folder in its command line, and keeps running. */
const STUBBORN = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1_000); process.stdout.write('here')";

describe('the embedded database, with an earlier mongod that does not end,', () => {
  let dataDir: string;
  let stubborn: ChildProcess;

  before(async () => {
    // It is recognised by the folder in its command line, whatever characters that has.
    dataDir = mkdtempSync(join(tmpdir(), 'leadwire-prédécesseur-'));
    const data = join(dataDir, 'mongo');
    mkdirSync(data);
    const running = spawn(process.execPath, ['-e', STUBBORN, data], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(running.stdout, 'data');
    stubborn = running;
    writeFileSync(join(data, 'mongod.lock'), `${stubborn.pid}\n`);
  });
  after(() => {
    stubborn.kill('SIGKILL');
    rmSync(dataDir, { recursive: true });
  });

  it('gives up after its time limit, names the process, and releases the folder', async () => {
    const config = { dataDir, mongodBinary: (await testMongod()).path };
    const began = performance.now();
    const log = pino({ level: 'silent' });
    const error = await startEmbedded(config, log, { predecessorMs: 300 }).then(
      () => null,
      (reason: Error) => reason,
    );
    expect(error?.message).to.contain(String(stubborn.pid)).and.contain(join(dataDir, 'mongo'));
    expect(performance.now() - began).to.be.within(300, 10_000);
    expect(stubborn.exitCode).to.equal(null);
    expect(existsSync(join(dataDir, 'service.lock'))).to.equal(false);
  });
});

/** The lock file of a data folder: one holder at a time, taken over from dead processes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { UnusableDataDir } from '../../../src/startup/data-dir.ts';
import { eventually } from '../../support/eventually.ts';
import { FolderInUse, lockFolder } from '../../../src/database/instance-lock.ts';

describe('the lock of a data folder', () => {
  let dataDir: string;
  beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'leadwire-lock-'))));
  afterEach(() => rmSync(dataDir, { recursive: true }));

  it('is held by one process, and released', () => {
    const unlock = lockFolder(dataDir);
    expect(() => lockFolder(dataDir)).to.throw(FolderInUse, `process ${process.pid}`);
    unlock();
    expect(readdirSync(dataDir)).to.deep.equal([]);
    lockFolder(dataDir)();
  });

  it('is taken over from a dead process', () => {
    // Above the largest process id on Linux.
    writeFileSync(join(dataDir, 'service.lock'), JSON.stringify({ pid: 4_194_305, started: '1' }));
    lockFolder(dataDir)();
  });

  it('is taken over from an earlier process whose id another one has now', function () {
    if (!existsSync('/proc/self/stat')) this.skip();
    writeFileSync(join(dataDir, 'service.lock'), JSON.stringify({ pid: process.pid, started: '1' }));
    lockFolder(dataDir)();
  });

  it('is taken over from a process that has ended and whose parent has not noticed it', async function () {
    if (!existsSync('/proc/self/stat')) this.skip();
    // The shell becomes a program that does not know of its child, which ends only then, with its input.
    const script = 'exec 3<&0; cat <&3 & echo $!; exec sleep 60';
    const parent = spawn('sh', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      const [printed] = (await once(parent.stdout, 'data')) as [Buffer];
      const pid = Number(printed.toString());
      await eventually('it is another program', () => {
        return readFileSync(`/proc/${parent.pid}/comm`, 'latin1') === 'sleep\n';
      });
      parent.stdin.end();
      const stat = await eventually('it has ended', () => {
        const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(' ');
        return fields[2] === 'Z' && fields;
      });
      writeFileSync(join(dataDir, 'service.lock'), JSON.stringify({ pid, started: stat[21] }));
      lockFolder(dataDir)();
    } finally {
      parent.kill();
    }
  });

  for (const damaged of ['{', '', 'null', '{"pid":"x"}', '\0\0\0']) {
    it(`is taken over if the file is damaged: ${JSON.stringify(damaged)}`, () => {
      writeFileSync(join(dataDir, 'service.lock'), damaged);
      lockFolder(dataDir)();
    });
  }

  it('says what to do if a folder is in its place', () => {
    mkdirSync(join(dataDir, 'service.lock'));
    expect(() => lockFolder(dataDir)).to.throw(
      UnusableDataDir,
      /service\.lock was not created by a service .* Remove it/,
    );
    expect(readdirSync(dataDir)).to.deep.equal(['service.lock']);
  });

  it('reports whether a service or a command holds it', () => {
    const unlock = lockFolder(dataDir, 'command');
    expect(() => lockFolder(dataDir))
      .to.throw(FolderInUse, 'a running command')
      .with.property('holder', 'command');
    unlock();
    lockFolder(dataDir);
    expect(() => lockFolder(dataDir))
      .to.throw(FolderInUse)
      .with.property('holder', 'service');
  });
});

/** The lock file of a data folder: one holder at a time, taken over from dead processes. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { UnusableDataDir } from '../../../src/startup/data-dir.ts';
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

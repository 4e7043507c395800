/** The data folder: created if missing, and closed to other users. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { makeDataDir, UnusableDataDir, writePrivate } from '../../../src/startup/data-dir.ts';
import { keptSecrets, secretsFile } from '../../../src/startup/secrets.ts';
import { TSX } from '../../support/tsx.ts';

describe('the data folder', () => {
  let dataDir: string;
  let warnings: string[];
  beforeEach(() => {
    dataDir = join(mkdtempSync(join(tmpdir(), 'leadwire-data-')), 'data');
    warnings = [];
  });
  afterEach(() => rmSync(join(dataDir, '..'), { recursive: true }));

  const make = (): void => makeDataDir(dataDir, (warning) => warnings.push(warning));
  const mode = (name: string): number => statSync(join(dataDir, name)).mode & 0o777;

  it('is created for its owner only, without a warning', () => {
    make();
    expect([mode(''), warnings]).to.deep.equal([0o700, []]);
  });

  it('is created with its missing parents, and may exist already', () => {
    const below = join(dataDir, 'two', 'three');
    for (let times = 0; times < 2; times++) makeDataDir(below, (warning) => warnings.push(warning));
    expect([statSync(below).isDirectory(), mode('two'), warnings]).to.deep.equal([true, 0o700, []]);
  });

  it('is refused if the system cannot create folders there', function () {
    if (process.platform !== 'linux') this.skip();
    // In a separate process, which can be killed if this never returns.
    const program = `import { makeDataDir } from './src/startup/data-dir.ts'; makeDataDir('/proc/leadwire/data');`;
    const { stderr } = spawnSync(process.execPath, [`--import=${TSX}`, '--input-type=module', '-e', program], {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      timeout: 20_000,
    });
    expect(String(stderr)).to.match(/\/proc\/leadwire\/data cannot be used: it cannot be created there \(ENOENT/);
  });

  describe('on a system with modes', () => {
    before(function () {
      if (process.platform === 'win32') this.skip();
    });
    beforeEach(make);

    for (const [name, open, closed] of [
      ['secrets.json', 0o644, 0o600],
      ['mongo.json', 0o640, 0o600],
      ['mongo.key', 0o404, 0o400],
      ['service.lock', 0o666, 0o600],
    ] as const) {
      it(`denies other users access to ${name} if they had it, and warns about it once`, () => {
        writeFileSync(join(dataDir, name), 'as it is');
        chmodSync(join(dataDir, name), open);
        make();
        make();
        expect(mode(name)).to.equal(closed);
        expect(warnings).to.have.length(1);
        expect(warnings[0]).to.contain(
          `${name} was open to other users (mode 0${open.toString(8)}); ` +
            `their access was removed (mode 0${closed.toString(8)}).`,
        );
        expect(/change the passwords/.test(warnings[0]!)).to.equal(name.endsWith('.json'));
        expect(readFileSync(join(dataDir, name), 'utf8')).to.equal('as it is');
      });
    }

    it('denies other users access to the data', () => {
      mkdirSync(join(dataDir, 'mongo'));
      chmodSync(join(dataDir, 'mongo'), 0o755);
      make();
      expect(mode('mongo')).to.equal(0o700);
      expect(warnings).to.have.length(1);
    });

    it('denies others only write permission on the folder itself', () => {
      chmodSync(dataDir, 0o775);
      make();
      expect(mode('')).to.equal(0o755);
      expect(warnings).to.deep.equal([
        `${dataDir} could be written to by other users (mode 0775); their access was removed (mode 0755).`,
      ]);
    });

    it('is corrected before the secrets in it are read', () => {
      const { secrets } = keptSecrets(dataDir);
      chmodSync(secretsFile(dataDir), 0o644);
      expect(keptSecrets(dataDir).secrets).to.deep.equal(secrets);
      expect(mode('secrets.json')).to.equal(0o600);
    });
  });

  it('gets its files atomically, for their owner only, and keeps no drafts', () => {
    make();
    const file = join(dataDir, 'mongo.json');
    for (const text of ['first', 'second']) writePrivate(file, text);
    expect(readFileSync(file, 'utf8')).to.equal('second');
    expect(readdirSync(dataDir)).to.deep.equal(['mongo.json']);
    if (process.platform !== 'win32') expect(mode('mongo.json')).to.equal(0o600);
  });

  it('causes an error of one line if a file cannot be written', () => {
    expect(() => writePrivate(join(dataDir, 'missing', 'file'), '')).to.throw(
      UnusableDataDir,
      /^The data folder \S+missing cannot be used: ENOENT[^\n]*DATA_DIR\.$/,
    );
  });
});

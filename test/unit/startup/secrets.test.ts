/** Generated secrets: stored once, kept private, and never replaced. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeDataDir, UnusableDataDir } from '../../../src/startup/data-dir.ts';
import { keptSecrets, markShown, secretsFile } from '../../../src/startup/secrets.ts';

describe('the secrets kept in the data folder', () => {
  let dataDir: string;
  beforeEach(() => (dataDir = join(mkdtempSync(join(tmpdir(), 'leadwire-secrets-')), 'data')));
  afterEach(() => rmSync(join(dataDir, '..'), { recursive: true }));

  it('are generated once and found again', () => {
    const first = keptSecrets(dataDir);
    expect(keptSecrets(dataDir)).to.deep.equal(first);
  });

  it('count as not shown until they have been', () => {
    const { secrets, isShown } = keptSecrets(dataDir);
    expect([isShown, keptSecrets(dataDir).isShown]).to.deep.equal([false, false]);
    markShown(dataDir);
    expect(keptSecrets(dataDir)).to.deep.equal({ secrets, isShown: true });
    expect(statSync(secretsFile(dataDir)).mode & 0o777).to.equal(0o600);
  });

  it('need a valid data folder', () => {
    writeFileSync(dataDir, '');
    for (const folder of [dataDir, join(dataDir, 'below')]) {
      for (const use of [keptSecrets, makeDataDir])
        expect(() => use(folder)).to.throw(
          UnusableDataDir,
          /^The data folder \S+ cannot be used: it is a file, or is inside one\. .*DATA_DIR\.$/,
        );
    }
  });

  it('are long, and different from each other', () => {
    const { secretKey, adminPassword, demoPassword } = keptSecrets(dataDir).secrets;
    expect(Buffer.byteLength(secretKey)).to.be.at.least(32);
    expect(adminPassword).to.have.length(20).and.not.equal(demoPassword);
  });

  it('are readable only by their owner', () => {
    keptSecrets(dataDir);
    expect(statSync(dataDir).mode & 0o777).to.equal(0o700);
    expect(statSync(secretsFile(dataDir)).mode & 0o777).to.equal(0o600);
  });

  const others = { secretKey: 'k'.repeat(64), adminPassword: 'p'.repeat(20) };
  for (const [damage, text] of Object.entries({
    cut: '{"secretKey":"x"',
    empty: '',
    'without one of them': JSON.stringify(others),
    'no object': 'null',
    'of other types': JSON.stringify({ ...others, demoPassword: 5 }),
    'full of zeros': '\0'.repeat(200),
  })) {
    it(`are not replaced when the file is ${damage}`, () => {
      keptSecrets(dataDir);
      writeFileSync(secretsFile(dataDir), text);
      expect(() => keptSecrets(dataDir)).to.throw(UnusableDataDir, /secrets\.json is damaged.*\. Restore it, [^\n]*$/);
      expect(readFileSync(secretsFile(dataDir), 'utf8')).to.equal(text);
    });
  }
});

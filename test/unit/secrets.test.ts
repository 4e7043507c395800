import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { keptSecrets, secretsFile } from '../../src/secrets.ts';

describe('the secrets kept in the data folder', () => {
  let dataDir: string;
  beforeEach(() => (dataDir = join(mkdtempSync(join(tmpdir(), 'leadwire-secrets-')), 'data')));
  afterEach(() => rmSync(join(dataDir, '..'), { recursive: true }));

  it('are made up once and found again', () => {
    const first = keptSecrets(dataDir);
    expect(first.isNew).to.equal(true);
    expect(keptSecrets(dataDir)).to.deep.equal({ secrets: first.secrets, isNew: false });
  });

  it('are long, and different from each other', () => {
    const { secretKey, adminPassword, demoPassword } = keptSecrets(dataDir).secrets;
    expect(Buffer.byteLength(secretKey)).to.be.at.least(32);
    expect(adminPassword).to.have.length(20).and.not.equal(demoPassword);
  });

  it('are readable by their owner alone', () => {
    keptSecrets(dataDir);
    expect(statSync(dataDir).mode & 0o777).to.equal(0o700);
    expect(statSync(secretsFile(dataDir)).mode & 0o777).to.equal(0o600);
  });

  it('are not replaced when the file is damaged', () => {
    keptSecrets(dataDir);
    writeFileSync(secretsFile(dataDir), '{"secretKey":"x"');
    expect(() => keptSecrets(dataDir)).to.throw(/secrets\.json is not readable/);
  });
});

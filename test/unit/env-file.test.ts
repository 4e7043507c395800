import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { misspelt } from '../../src/env-file.ts';
import { envExample } from '../../src/settings.ts';

describe('the names in .env', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'leadwire-env-'))));
  after(() => rmSync(folder, { recursive: true }));

  const warnings = (text: string): string[] => {
    const file = join(folder, '.env');
    writeFileSync(file, text);
    return misspelt(file).map((line) => line.replace(`${file}: `, ''));
  };

  it('that are no setting are told, with the one that was probably meant', () => {
    expect(warnings('PROT=3000\nMONGO_URI=mongodb://x\nmax_depth=3\nPORT=1\n#PROT=1\n')).to.have.members([
      'PROT is no setting and does nothing. Is PORT meant?',
      'MONGO_URI is no setting and does nothing. Is MONGODB_URI meant?',
      'max_depth is no setting and does nothing. Is MAX_DEPTH meant?',
    ]);
    expect(warnings('COLOUR=red')).to.deep.equal(['COLOUR is no setting and does nothing. All settings stand in .env.example.']);
  });

  it('may be those of docker-compose.yml, of Node and of the system', () => {
    expect(warnings('MONGO_PASSWORD=x\nMONGO_ROOT_PASSWORD=x\nMONGO_KEY=x\nLEADWIRE_PORT=1\nNODE_OPTIONS=x\nTZ=UTC\nPATH=x\n')).to.deep.equal([]);
  });

  it('of the example are settings all', () => expect(warnings(envExample().replaceAll(/^#(?=[A-Z_]+=)/gm, ''))).to.deep.equal([]));

  it('may be none, and so may the file', () => expect(misspelt(join(folder, 'missing'))).to.deep.equal([]));
});

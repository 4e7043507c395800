/** The file `.env`: its values, and warnings about probable mistakes. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { envWarnings, loadEnv, UnreadableEnvFile } from '../../../src/startup/env-file.ts';
import { envExample } from '../../../src/startup/settings-text.ts';

describe('the names in .env', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'leadwire-env-'))));
  after(() => rmSync(folder, { recursive: true }));

  const warnings = (text: string): string[] => {
    const file = join(folder, '.env');
    writeFileSync(file, text, { mode: 0o600 });
    return envWarnings(file).map((line) => line.replace(`${file}: `, ''));
  };

  it('that are not settings are reported, with the one that was probably meant', () => {
    expect(warnings('PROT=3000\nMONGO_URI=mongodb://x\nmax_depth=3\nPORT=1\n#PROT=1\n')).to.have.members([
      'PROT is not a setting and is ignored. Did you mean PORT?',
      'MONGO_URI is not a setting and is ignored. Did you mean MONGODB_URI?',
      'max_depth is not a setting and is ignored. Did you mean MAX_DEPTH?',
    ]);
    expect(warnings('COLOUR=red')).to.deep.equal([
      'COLOUR is not a setting and is ignored. All settings are in .env.example.',
    ]);
  });

  it('are reported in one line, and without possible secrets, if a line is not a setting', () => {
    for (const text of ['PORT\nexport MAX_DEPTH=3\n', 'two MAX_DEPTH=3']) {
      expect(warnings(text), text).to.deep.equal([
        'the text before MAX_DEPTH= is not a line NAME=value, so both are ignored. ' +
          'Is a = missing, or a quote left open?',
      ]);
    }
    expect(warnings('SECRET_KEY="one\nHOST="two"\nMAX_DEPTH=3\n')).to.deep.equal([
      'SECRET_KEY spans more than one line. Is a quote left open?',
    ]);
  });

  it('may be those of docker-compose.yml, Node.js and the system', () => {
    expect(
      warnings(
        'MONGO_PASSWORD=x\nMONGO_ROOT_PASSWORD=x\nMONGO_KEY=x\nLEADWIRE_PORT=1\nNODE_OPTIONS=x\nTZ=UTC\nPATH=x\n',
      ),
    ).to.deep.equal([]);
  });

  it('of the example are all settings', () =>
    expect(warnings(envExample().replaceAll(/^#(?=[A-Z_]+=)/gm, ''))).to.deep.equal([]));

  it('may be missing, and so may the file', () => expect(envWarnings(join(folder, 'missing'))).to.deep.equal([]));
});

describe('the file .env', () => {
  let file: string;
  beforeEach(() => (file = join(mkdtempSync(join(tmpdir(), 'leadwire-env-')), '.env')));
  afterEach(() => {
    rmSync(join(file, '..'), { recursive: true });
    for (const name of ['LEADWIRE_ONE', 'LEADWIRE_TWO']) delete process.env[name];
  });

  it('provides values that the environment does not have, with or without a byte order mark', () => {
    process.env['LEADWIRE_ONE'] = 'of the environment';
    writeFileSync(file, '\uFEFFLEADWIRE_TWO=of the file\nLEADWIRE_ONE=of the file\n');
    loadEnv(file);
    expect(process.env).to.include({ LEADWIRE_ONE: 'of the environment', LEADWIRE_TWO: 'of the file' });
  });

  it('is refused with the reason if it is not UTF-8 text, or not a file', () => {
    for (const bytes of [Buffer.from('PORT=1\n', 'utf16le'), Buffer.from([0xff, 0xfe, 0x50]), Buffer.alloc(50)]) {
      writeFileSync(file, bytes);
      for (const use of [loadEnv, envWarnings]) {
        expect(() => use(file)).to.throw(UnreadableEnvFile, /\.env cannot be read: it is not UTF-8 text\./);
      }
    }
    rmSync(file);
    mkdirSync(file);
    expect(() => loadEnv(file)).to.throw(UnreadableEnvFile, /\.env cannot be read: EISDIR/);
  });

  it('must not be readable by other users if it contains secrets', function () {
    if (process.platform === 'win32') this.skip();
    writeFileSync(file, `MONGO_PASSWORD=x\nSECRET_KEY=${'k'.repeat(40)}\nDEMO_PASSWORD=\nPORT=1\n`);
    chmodSync(file, 0o644);
    expect(envWarnings(file)).to.deep.equal([
      `${file}: it contains MONGO_PASSWORD, SECRET_KEY and is open to other users (mode 0644). Run: chmod 600 ${file}`,
    ]);
    chmodSync(file, 0o600);
    expect(envWarnings(file)).to.deep.equal([]);
    writeFileSync(file, 'PORT=1\n');
    chmodSync(file, 0o644);
    expect(envWarnings(file)).to.deep.equal([]);
  });
});

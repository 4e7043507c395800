/** The data of the embedded database are kept whatever happens to their folder. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { UnusableDataDir } from '../../../src/startup/data-dir.ts';
import { startEmbedded } from '../../../src/database/embedded.ts';
import { Explained } from '../../../src/startup/explained.ts';
import { embeddedFolder, errorOf, log } from '../../support/embedded-folder.ts';
import { eventually } from '../../support/eventually.ts';

describe('the embedded database and its data', function () {
  this.timeout(30_000);
  const { start, stop, use, running, ...folder } = embeddedFolder();
  let dataDir: string;
  let mongodBinary: string;
  beforeEach(() => {
    dataDir = folder.dataDir();
    mongodBinary = folder.mongodBinary();
  });

  /** A first start that is aborted once mongod has locked its data. */
  const breakOffSetUp = async (): Promise<void> => {
    const giveUp = new AbortController();
    const starting = errorOf(startEmbedded({ dataDir, mongodBinary }, log, { signal: giveUp.signal }));
    await eventually('mongod has taken its data', () => existsSync(join(dataDir, 'mongo/mongod.lock')), 20_000);
    giveUp.abort();
    expect((await starting)?.name).to.equal('AbortError');
  };
  const fill = async (): Promise<void> => {
    const embedded = await start();
    await (await use(embedded.uri)).collection('things').insertOne({ name: 'kept' });
    await stop(embedded);
  };
  const kept = async (): Promise<unknown[]> => (await use((await start()).uri)).collection('things').distinct('name');
  const move = (from: string, to: string): void => renameSync(join(dataDir, from), join(dataDir, to));

  it('starts afresh after an unfinished first start, and leaves nothing of it', async () => {
    await breakOffSetUp();
    writeFileSync(join(dataDir, 'mongo/of-the-unfinished'), '');
    expect(await kept()).to.deep.equal([]);
    expect(readdirSync(join(dataDir, 'mongo'))).not.to.include.members(['of-the-unfinished']);
    expect(readdirSync(dataDir).toSorted()).to.deep.equal(['mongo', 'mongo.json', 'mongo.key', 'service.lock']);
    await stop(running[0]!);
    expect(await kept()).to.deep.equal([]);
  });

  it('keeps a complete database that replaced an unfinished one', async () => {
    await fill();
    mkdirSync(join(dataDir, 'away'));
    for (const name of ['mongo', 'mongo.json']) move(name, `away/${name}`);
    await breakOffSetUp();
    rmSync(join(dataDir, 'mongo'), { recursive: true });
    for (const name of ['mongo', 'mongo.json']) move(`away/${name}`, name);
    // As left by earlier versions.
    writeFileSync(join(dataDir, 'mongo.unfinished'), '');
    expect(await kept()).to.deep.equal(['kept']);
  });

  it('keeps a complete database that was put into the folder of an unfinished one', async () => {
    await fill();
    move('mongo', 'away');
    move('mongo.json', 'away.json');
    await breakOffSetUp();
    move('away', 'mongo/mongo');
    const error = await errorOf(start());
    expect(error?.message).to.match(/mongo is an unfinished set-up and also contains something else: mongo\./);
    move('mongo/mongo', 'away');
    rmSync(join(dataDir, 'mongo'), { recursive: true });
    move('away', 'mongo');
    move('away.json', 'mongo.json');
    expect(await kept()).to.deep.equal(['kept']);
  });

  it('keeps a database whose set-up was killed after its password was written', async () => {
    await fill();
    writeFileSync(join(dataDir, 'mongo/set-up.unfinished'), '');
    expect(await kept()).to.deep.equal(['kept']);
    expect(existsSync(join(dataDir, 'mongo/set-up.unfinished'))).to.equal(false);
  });

  it('refuses to start afresh if its data are missing, and continues with them when they are back', async () => {
    await fill();
    move('mongo', 'away');
    for (const make of [() => undefined, () => mkdirSync(join(dataDir, 'mongo'))]) {
      make();
      const error = await errorOf(start());
      expect(error).to.be.instanceOf(UnusableDataDir);
      expect(error?.message).to.match(/mongo is missing or empty, but \S+mongo\.json contains .*Restore the folder.*$/);
    }
    rmSync(join(dataDir, 'mongo'), { recursive: true });
    move('away', 'mongo');
    expect(await kept()).to.deep.equal(['kept']);
  });

  it('starts in the folder of a newly mounted disk', async () => {
    mkdirSync(join(dataDir, 'mongo/lost+found'), { recursive: true });
    await fill();
    expect(await kept()).to.deep.equal(['kept']);
    expect(existsSync(join(dataDir, 'mongo/lost+found'))).to.equal(true);
  });

  it('reports that its folder is a file', async () => {
    writeFileSync(join(dataDir, 'mongo'), '');
    const error = await errorOf(start());
    expect(error).to.be.instanceOf(UnusableDataDir);
    expect(error?.message).to.match(/mongo is a file, but the embedded .* a folder there\. Move it/);
    rmSync(join(dataDir, 'mongo'));
  });

  it('changes no data if their password is missing', async () => {
    await stop(await start());
    rmSync(join(dataDir, 'mongo.json'));
    expect((await errorOf(start()))?.message).to.match(/mongo\.json contains the password .* Restore it/);
    expect(existsSync(join(dataDir, 'mongo/WiredTiger'))).to.equal(true);
  });

  it('changes no data if their password is damaged, and says so in one line', async () => {
    await stop(await start());
    const file = join(dataDir, 'mongo.json');
    const whole = readFileSync(file, 'utf8');
    const wrongPort = JSON.stringify({ ...JSON.parse(whole), port: 'x' });
    for (const damaged of [whole.slice(0, 30), '', 'null', '{}', '[]', '\0'.repeat(whole.length), wrongPort]) {
      writeFileSync(file, damaged);
      const error = await errorOf(start());
      expect(error, JSON.stringify(damaged)).to.be.instanceOf(UnusableDataDir);
      expect(error?.message).to.match(
        /^\S+mongo\.json contains the password [^\n]*: it is damaged\. Restore it;[^\n]*$/,
      );
      expect(readFileSync(file, 'utf8')).to.equal(damaged);
    }
    expect(existsSync(join(dataDir, 'mongo/WiredTiger'))).to.equal(true);
    writeFileSync(file, whole);
    await start();
  });

  it('does not need the key of an earlier start, which may be damaged or missing', async () => {
    const { uri } = await start();
    await (await use(uri)).collection('things').insertOne({ name: 'kept' });
    await stop(running[0]!);
    rmSync(join(dataDir, 'mongo.key'));
    writeFileSync(join(dataDir, 'mongo.key'), 'cut', { mode: 0o644 });
    const again = await use((await start()).uri);
    expect(await again.collection('things').distinct('name')).to.deep.equal(['kept']);
    expect(statSync(join(dataDir, 'mongo.key')).mode & 0o777).to.equal(0o400);
  });

  it('reports in one line that its data are damaged, and what to do', async () => {
    await fill();
    const mongo = join(dataDir, 'mongo');
    cpSync(mongo, join(dataDir, 'whole'), { recursive: true });
    const collections = readdirSync(mongo)
      .filter((name) => name.startsWith('collection-'))
      .toSorted();
    const damage: Record<string, (file: string) => void> = {
      'WiredTiger.turtle': (file) => writeFileSync(file, 'cut'),
      'WiredTiger.wt': (file) => truncateSync(file),
      [collections[0]!]: (file) => writeFileSync(file, 'x'.repeat(statSync(file).size)),
      '_mdb_catalog.wt': (file) => rmSync(file),
    };
    for (const [name, harm] of Object.entries(damage)) {
      harm(join(mongo, name));
      const error = await errorOf(start());
      expect(error, name).to.be.instanceOf(Explained);
      expect(error?.message).to.match(/^The embedded mongod .* could not start on \S+mongo: .+\. Its data is damaged/);
      expect(error?.message)
        .to.contain(name)
        .and.contain('Restore a backup')
        .and.not.match(/\n|MONGOD_BINARY/);
      rmSync(mongo, { recursive: true });
      cpSync(join(dataDir, 'whole'), mongo, { recursive: true });
    }
    const file = join(dataDir, 'mongo.json');
    const access = readFileSync(file, 'utf8');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(access), version: '4.4.29' }));
    writeFileSync(join(mongo, 'WiredTiger.turtle'), 'cut');
    const older = /written by mongod 4\.4\.29: set MONGOD_BINARY to a mongod of that version\./;
    expect((await errorOf(start()))?.message).to.match(older);
    rmSync(mongo, { recursive: true });
    cpSync(join(dataDir, 'whole'), mongo, { recursive: true });
    writeFileSync(file, access);
    expect(await kept()).to.deep.equal(['kept']);
  });

  it('reports in one line that a password belongs to other data', async () => {
    await fill();
    const file = join(dataDir, 'mongo.json');
    const whole = readFileSync(file, 'utf8');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(whole), password: 'another' }));
    const error = await errorOf(start());
    expect(error).to.be.instanceOf(UnusableDataDir);
    expect(error?.message).to.match(/^\S+mongo\.json does not fit the data in \S+mongo: .*Restore both .*$/);
    writeFileSync(file, whole);
    expect(await kept()).to.deep.equal(['kept']);
  });
});

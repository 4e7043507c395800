/** `npm start` in a small separate project, with the real build and the real kernels. */
import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { eventually } from '../support/eventually.ts';
import { canTell, running } from '../support/processes.ts';
import { observe, type Started } from '../support/started.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COPIED = [
  'scripts/start.mjs',
  'scripts/build.mjs',
  'scripts/build',
  'scripts/build-kernel.mjs',
  'src/signal/kernel',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

describe('npm start', function () {
  this.timeout(300_000);
  let root: string;

  before(() => {
    root = mkdtempSync(join(tmpdir(), 'leadwire-start-'));
    for (const path of COPIED) cpSync(join(ROOT, path), join(root, path), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
    mkdirSync(join(root, 'web'));
    writeFileSync(join(root, 'web/index.html'), '<!doctype html><title>A page</title>\n');
    program('first');
  });
  after(() => rmSync(root, { recursive: true }));

  /** The whole source, except the kernels and the page. */
  const program = (word: string): void =>
    writeFileSync(join(root, 'src/main.ts'), `const word: string = '${word}';\nprocess.stdout.write(word);\n`);
  const run = (): Started => {
    const command = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } })
      .scripts.start;
    return observe(spawn('/bin/sh', ['-c', command], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] }));
  };
  const start = async (): Promise<{ code: number | null; output: string; text: string }> => {
    const started = run();
    const code = await started.ended;
    return { code, output: started.output(), text: started.text() };
  };

  it('builds when there is no build yet, says so, and starts what it has built', async () => {
    const { code, output, text } = await start();
    expect([code, output]).to.deep.equal([0, 'first']);
    expect(text).to.match(/^Building Leadwire: there is no build yet\.[^\n]*\n[^]*Built in [\d.]+ s\.\n$/);
    expect(readFileSync(join(root, 'dist/web/index.html'), 'utf8')).to.contain('A page');
  });

  it('builds and prints nothing if the sources are those of the build, however new their timestamps', async () => {
    const built = statSync(join(root, 'dist/main.js')).mtimeMs;
    utimesSync(join(root, 'src/main.ts'), new Date(), new Date());
    expect(await start()).to.deep.equal({ code: 0, output: 'first', text: '' });
    expect(statSync(join(root, 'dist/main.js')).mtimeMs).to.equal(built);
  });

  it('builds when a source has changed, even if it looks older than the build', async () => {
    program('second');
    utimesSync(join(root, 'src/main.ts'), 0, 0);
    const { output, text } = await start();
    expect(output).to.equal('second');
    expect(text).to.contain('Building Leadwire: the sources have changed.');
  });

  for (const input of [
    'package-lock.json',
    'tsconfig.build.json',
    'src/signal/kernel/assembly/index.ts',
    'scripts/build-kernel.mjs',
    'web/index.html',
  ]) {
    it(`builds when ${input} has changed`, async () => {
      const { reasonToBuild } = (await import(`${ROOT}scripts/build/build.mjs`)) as {
        reasonToBuild: (root: string) => string | null;
      };
      const file = join(root, input);
      const before = existsSync(file) ? readFileSync(file, 'utf8') : null;
      expect(reasonToBuild(root)).to.equal(null);
      writeFileSync(file, `${before ?? ''}\n`);
      expect(reasonToBuild(root)).to.equal('the sources have changed');
      if (before === null) rmSync(file);
      else writeFileSync(file, before);
      expect(reasonToBuild(root)).to.equal(null);
    });
  }

  it('does not start if the source does not compile, keeps the last build for later, and shows why', async () => {
    writeFileSync(join(root, 'src/main.ts'), 'const word: string = 5;\n');
    const { code, output, text } = await start();
    expect([code === 0, output]).to.deep.equal([false, '']);
    expect(text).to.match(/src\/main\.ts.*TS2322[^]*The build failed; the reason is above\.\n$/);
    program('second');
    expect(await start()).to.deep.equal({ code: 0, output: 'second', text: '' });
  });

  it('leaves no partial build when it is stopped or killed meanwhile', async () => {
    program('third');
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const started = run();
      await started.says(/Building Leadwire/);
      started.process.kill(signal);
      expect(await started.ended).to.equal(signal === 'SIGTERM' ? 0 : null);
      expect(started.output()).to.equal('');
      expect(readFileSync(join(root, 'dist/main.js'), 'utf8')).to.contain('second');
    }
    // As left by a killed build; above the largest process id on Linux.
    mkdirSync(join(root, 'dist.4194305'));
    expect((await start()).output).to.equal('third');
    expect(existsSync(join(root, 'dist.4194305'))).to.equal(false);
  });

  it('leaves no compiler running and no folder when it is stopped while it compiles', async function () {
    if (!canTell) this.skip();
    program('broken off');
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const started = run();
      const draft = join(root, `dist.${started.process.pid}`);
      // The compiler's wrapper, and the compiler itself.
      const hasCome = (): boolean => running(draft).length > 1 || started.process.exitCode !== null;
      await eventually('the compiler runs', hasCome, 60_000);
      started.process.kill(signal);
      expect(await started.ended).to.equal(0);
      expect(started.text()).to.match(/The build was interrupted\.\n$/);
      expect(running(draft)).to.deep.equal([]);
      expect(readdirSync(root).filter((name) => name.startsWith('dist.'))).to.deep.equal([]);
    }
    program('third');
  });

  it('ends with 0 if it is stopped before the service handles signals, and leaves later signals to it', async () => {
    const own = `process.on('SIGTERM', () => { process.stdout.write('own'); process.exit(7); });\n`;
    // As during the loading of a module.
    const loading = `process.stderr.write('waiting');
setInterval(() => undefined, 60_000);
await new Promise(() => undefined);
export {};
`;
    for (const [before, expected] of [
      ['', [0, '']],
      [own, [7, 'own']],
    ] as const) {
      writeFileSync(join(root, 'src/main.ts'), `${before}${loading}`);
      const started = run();
      await started.says(/waiting/);
      started.process.kill('SIGTERM');
      expect([await started.ended, started.output()]).to.deep.equal(expected);
    }
    program('third');
    expect((await start()).output).to.equal('third');
  });

  it('ignores a build that may be incomplete', async () => {
    rmSync(join(root, 'dist/made-from'));
    const { output, text } = await start();
    expect(output).to.equal('third');
    expect(text).to.contain('the last build may be incomplete');
  });
});

/** The log: its formats, and that it never contains quoted data. */
import { readdirSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { mongo } from 'mongoose';
import type { Logger } from 'pino';
import { createLog, type LogFormat } from '../../../src/log/logger.ts';
import { TSX } from '../../support/tsx.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The driver's error for a refused document, with what the database says about it. */
const quoting = (): Error =>
  new mongo.MongoServerError({
    message: 'E11000 duplicate key { email: "secret" }',
    code: 11_000,
    keyValue: { email: 'secret' },
  });

const linesOf = (format: LogFormat, write: (log: Logger) => void): string => {
  let text = '';
  write(createLog({ logLevel: 'trace', logFormat: format }, { write: (line) => (text += line) }));
  return text;
};

const oneLine = (format: LogFormat): string => linesOf(format, (log) => log.info({ port: 3000 }, 'listening'));

describe('every log', () => {
  const uses: Record<string, (log: Logger, error: Error) => void> = {
    'as its only argument': (log, error) => log.error(error),
    'before a message': (log, error) => log.warn(error, 'it failed'),
    'under the key err': (log, error) => log.warn({ err: error }, 'it failed'),
    'under the key err without a message': (log, error) => log.warn({ err: error }),
    'under the key error': (log, error) => log.fatal({ error }, 'it failed'),
    'under any other key': (log, error) => log.info({ reason: error }, 'it failed'),
    'deep inside': (log, error) => log.debug({ job: { attempts: [{ error }] } }, 'it failed'),
    'as a cause': (log, error) => log.warn({ error: new Error('around it', { cause: error }) }, 'it failed'),
    'put into the message': (log, error) => log.warn('it failed: %s %o', error, error),
    'put into the message behind fields': (log, error) => log.warn({ a: 1 }, 'it failed: %j', error),
    'in the fields of a child': (log, error) => log.child({ err: error }).warn('it failed'),
  };
  for (const [where, use] of Object.entries(uses)) {
    for (const format of ['json', 'pretty'] as const) {
      it(`omits data that a raw error quotes, given ${where}, as ${format}`, () => {
        const text = linesOf(format, (log) => use(log, quoting()));
        expect(text).to.contain('MongoServerError').and.not.contain('secret');
      });
    }
  }

  it('keeps the message, the stack and the code of an error that quotes nothing', () => {
    const error = Object.assign(new TypeError('a mistake of ours'), { code: 'EBUSY' });
    const line = JSON.parse(linesOf('json', (log) => log.error({ error }, 'it failed'))) as Record<
      string,
      Record<string, unknown>
    >;
    expect(line['error']).to.include({ type: 'TypeError', message: 'a mistake of ours', code: 'EBUSY' });
    expect(line['error']!['stack']).to.contain('logger.test.ts');
  });

  it('is one JSON object per line for programs, and plain text for people', () => {
    expect(JSON.parse(oneLine('json'))).to.include({ level: 30, msg: 'listening', port: 3000 });
    expect(oneLine('auto')).to.match(/^\{"level":30,/);
    expect(oneLine('pretty')).to.match(/^\S*\[\d\d:\d\d:\d\d\] .*INFO.*listening.*port.*3000.*\n$/);
  });

  for (const format of ['json', 'pretty']) {
    it(`has written all of its lines if the process ends immediately, as ${format}`, () => {
      const script = `import { createLog } from ${JSON.stringify(join(ROOT, 'src/log/logger.ts'))};
        const log = createLog({ logLevel: 'info', logFormat: '${format}' });
        for (let i = 0; i < 200; i++) log.info({ i }, 'line');
        process.exit();`;
      const { stdout, stderr } = spawnSync(process.execPath, [`--import=${TSX}`, '--input-type=module', '-e', script], {
        encoding: 'utf8',
        cwd: ROOT,
      });
      expect(stderr).to.equal('');
      expect(stdout.match(/line/g)).to.have.length(200);
    });
  }

  it('is made in src/log/logger.ts, and nothing in src writes to the console', () => {
    const sources = ['src', 'scripts'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
    );
    const faults = sources
      .filter((file) => file.endsWith('.ts') && file !== join('src', 'log', 'logger.ts'))
      .flatMap((file) => {
        const text = readFileSync(join(ROOT, file), 'utf8');
        return [/\bpino\(/, ...(file.startsWith('src') ? [/\bconsole\.\w+\(/] : [])]
          .filter((pattern) => pattern.test(text))
          .map((pattern) => `${file}: ${pattern}`);
      });
    expect(faults).to.deep.equal([]);
  });
});

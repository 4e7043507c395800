/** A supervised process is restarted when it ends, until it is stopped or given up. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { pino } from 'pino';
import { type Run, supervise } from '../../../src/database/supervise.ts';

const log = pino({ level: 'silent' });
const timing = { lookMs: 1, pauseMs: 1, steadyMs: 60_000 };

/** A process that ends on request. */
const run = (): Run & { end: () => void } => {
  let end!: () => void;
  const lost = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { uri: 'here', lost, end, stop: async () => undefined };
};

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await nextTurn();
};

describe('a supervised process', () => {
  let dataDir: string;
  before(() => (dataDir = mkdtempSync(join(tmpdir(), 'leadwire-supervise-'))));
  after(() => rmSync(dataDir, { recursive: true }));

  it('is started again when it ends, but not when it was stopped', async () => {
    const runs = [run(), run(), run()];
    let begun = 0;
    const supervised = await supervise(async () => runs[(begun += 1) - 1]!, { dataDir, log, timing });
    runs[0]!.end();
    await until(() => begun === 2 && supervised.state() === 'running');
    await supervised.stop();
    runs[1]!.end();
    await nextTurn();
    expect(begun).to.equal(2);
  });

  it('is lost if it ends repeatedly without a steady run in between', async () => {
    let begun = 0;
    const supervised = await supervise(
      async () => {
        begun += 1;
        const next = run();
        next.end();
        return next;
      },
      { dataDir, log, timing },
    );
    await supervised.lost;
    expect(begun).to.equal(6);
  });

  it('is lost if it cannot be started again', async () => {
    const first = run();
    const asked: boolean[] = [];
    const begin = async (_signal: AbortSignal, isAgain: boolean): Promise<Run> => {
      asked.push(isAgain);
      if (isAgain) throw new Error('no');
      return first;
    };
    const supervised = await supervise(begin, { dataDir, log, timing });
    first.end();
    await supervised.lost;
    expect(asked).to.deep.equal([false, true, true, true, true, true]);
  });

  it('is killed by a stop while it starts', async () => {
    const first = run();
    let begun = 0;
    let isKilled = false;
    const supervised = await supervise(
      async (signal) =>
        (begun += 1) === 1
          ? first
          : new Promise<Run>((_resolve, reject) => {
              signal.addEventListener('abort', () => {
                isKilled = true;
                reject(new Error('killed'));
              });
            }),
      { dataDir, log, timing },
    );
    first.end();
    await until(() => begun === 2);
    expect(supervised.state()).to.equal('starting');
    await supervised.stop();
    expect(isKilled).to.equal(true);
  });
});

/** What the web application opens when it starts must not be opened by whoever imports a part of it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';

describe("The API's client of the web application", () => {
  it('lets a process that has only imported it end', async () => {
    const importing = spawn(
      process.execPath,
      ['--import=tsx', '--input-type=module', '--eval', "await import('./web/api/client.ts');"],
      // A process that does not end by itself is killed, which shows in how it ended.
      { stdio: ['ignore', 'ignore', 'inherit'], timeout: 15_000, killSignal: 'SIGKILL' },
    );
    expect(await once(importing, 'exit')).to.deep.equal([0, null]);
  });
});

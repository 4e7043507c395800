/** Tests wait for conditions, not for a time. */
import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { eventually } from '../support/eventually.ts';

const TESTS = new URL('../', import.meta.url);
/** Files in which time may pass. */
const PAUSES = 'support/eventually.ts';
const PAUSE = /\b(?:sleep|delay)\(|\bsetTimeout\s*(?:\(|as\b)|\bAtomics\.wait\(/;

describe('the tests', () => {
  it('sleep only in the helper that polls', () => {
    const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' }).map((file) => file.replaceAll('\\', '/'));
    const sleeping = files.filter(
      (file) =>
        file.endsWith('.ts') &&
        file !== 'unit/no-sleeps.test.ts' &&
        PAUSE.test(readFileSync(new URL(file, TESTS), 'utf8')),
    );
    expect(sleeping).to.deep.equal([PAUSES]);
  });

  it('wait until a condition holds, and name it if it does not', async () => {
    let looks = 0;
    expect(await eventually('three looks', () => (++looks === 3 ? 'there' : null))).to.equal('there');
    const error: unknown = await eventually('the impossible', () => false, 10).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(Error).with.property('message', 'the impossible: not within 10 ms');
  });
});
